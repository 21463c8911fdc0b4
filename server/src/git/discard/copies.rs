//! Copies of files that are about to be discarded, and the way back. Everything in a project is opened below its directory, and
//! what is put back takes its place whole. Who calls settles the disk before anything else happens.

use std::{
    fs::{self, File},
    io::{self, Read, Seek},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

use app::error::{AppError, ErrorCode};
use cap_std::fs::OpenOptions;
use sha2::{Digest, Sha256};

use super::disk::Disk;
use crate::{
    db::Fault,
    files::{Root, checked, refusal, regular},
};

/// What is at a path.
enum Found {
    Nothing,
    Link(PathBuf),
    File(File, fs::Metadata),
}

/// Looks without following a link. 409 for what is neither a file nor a link.
fn found(root: &Root, path: &Path) -> Result<Found, AppError> {
    let metadata = match root.dir.symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(refusal(error)),
    };
    if metadata.is_symlink() {
        return Ok(Found::Link(root.dir.read_link_contents(path).map_err(refusal)?));
    }
    let opened = regular(&root.dir, path).map_err(refusal)?;
    let (file, metadata) = opened.ok_or_else(|| {
        AppError::conflict("special", format!("{} is neither a file nor a link.", path.display()))
    })?;
    Ok(Found::File(file, metadata))
}

/// What is at a path, in a few characters: equal ones have the same bytes and the same mode.
pub(super) fn state(root: &Root, path: &str) -> Result<String, AppError> {
    Ok(match found(root, &checked(path)?)? {
        Found::Nothing => "nothing".to_owned(),
        Found::Link(target) => {
            format!("link {}", hex(Sha256::digest(target.as_os_str().as_bytes()).as_slice()))
        }
        Found::File(mut file, metadata) => {
            let mut hash = Sha256::new();
            io::copy(&mut file, &mut hash).map_err(Fault::from)?;
            format!("file {:o} {}", metadata.permissions().mode() & 0o777, hex(hash.finalize().as_slice()))
        }
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many bytes a copy would take.
pub(super) fn size(root: &Root, path: &str) -> Result<u64, AppError> {
    Ok(match found(root, &checked(path)?)? {
        Found::Nothing => 0,
        Found::Link(target) => target.as_os_str().len() as u64,
        Found::File(_, metadata) => metadata.len(),
    })
}

/// Copies what is at a path. Nothing is copied of nothing.
pub(super) fn copy(root: &Root, path: &str, to: &Path, disk: Disk<'_>) -> Result<(), AppError> {
    let mut bytes: Box<dyn Read> = match found(root, &checked(path)?)? {
        Found::Nothing => return Ok(()),
        Found::Link(target) => Box::new(io::Cursor::new(target.as_os_str().as_bytes().to_vec())),
        Found::File(file, _) => Box::new(file),
    };
    let mut write = || {
        let mut copy = File::create_new(to)?;
        io::copy(&mut bytes, &mut copy)?;
        disk.take(&copy)
    };
    write().map_err(Fault::from)?;
    Ok(())
}

/// What is about to be put back at a path.
pub(super) struct Ready {
    path: PathBuf,
    /// Where it waits beside its place; none where nothing is to be there.
    beside: Option<PathBuf>,
}

/// Makes ready what a copy holds, beside its path, so that it takes its place at once and whole. `before` is what there was.
pub(super) fn make_ready(
    root: &Root,
    path: &str,
    before: &str,
    from: &Path,
    disk: Disk<'_>,
) -> Result<Ready, AppError> {
    let path = checked(path)?;
    let (kind, rest) = before.split_once(' ').unwrap_or((before, ""));
    if kind == "nothing" {
        return Ok(Ready { path, beside: None });
    }
    let copy = File::open(from).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => AppError::new(ErrorCode::NotFound, "The copy is gone."),
        _ => Fault::from(error).into(),
    })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    root.dir.create_dir_all(folder).map_err(refusal)?;
    let beside = folder.join(format!(".roost-{:016x}", rand::random::<u64>()));
    let made = match kind {
        "link" => link(root, copy, &beside),
        _ => file(root, copy, &beside, rest, disk),
    };
    let ready = Ready { path, beside: Some(beside) };
    made.map_err(|error| {
        ready.give_up(root);
        refusal(error)
    })?;
    Ok(ready)
}

impl Ready {
    /// Puts it in its place.
    pub(super) fn take_place(&self, root: &Root) -> Result<(), AppError> {
        match &self.beside {
            Some(beside) => root.dir.rename(beside, &root.dir, &self.path),
            None => root.dir.remove_file(&self.path),
        }
        .map_err(refusal)
    }

    /// Takes it away again, unless it is in its place.
    pub(super) fn give_up(&self, root: &Root) {
        if let Some(beside) = &self.beside {
            let _ = root.dir.remove_file(beside);
        }
    }
}

fn link(root: &Root, mut copy: File, at: &Path) -> io::Result<()> {
    let mut target = Vec::new();
    copy.read_to_end(&mut target)?;
    root.dir.symlink_contents(std::ffi::OsStr::from_bytes(&target), at)
}

fn file(root: &Root, mut copy: File, at: &Path, state: &str, disk: Disk<'_>) -> io::Result<()> {
    let mode = state.split(' ').next().and_then(|mode| u32::from_str_radix(mode, 8).ok()).unwrap_or(0o644);
    let made = root.dir.open_with(at, OpenOptions::new().write(true).create_new(true))?;
    let mut made = made.into_std();
    copy.rewind()?;
    io::copy(&mut copy, &mut made)?;
    made.set_permissions(fs::Permissions::from_mode(mode))?;
    disk.take(&made)
}
