//! The directory of a project, opened once for a call: everything is found from there and below it, so that no name, link or
//! race leads out of it. Opens directories and regular files, and never waits for a pipe.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use app::{
    error::{AppError, ErrorCode},
    time::Millis,
};
use cap_std::{
    ambient_authority,
    fs::{Dir, Metadata, OpenOptions, OpenOptionsExt},
};
use rustix::{fs::OFlags, io::Errno};

use super::path::{checked, refuse_git};
use crate::db::Fault;

/// How many absolute links are followed on one way.
const LINKS_MAX: usize = 40;
/// The most that is read of a file with rules for git.
const RULES_MAX: u64 = 256 * 1024;

/// The directory of a project.
pub(crate) struct Root {
    pub(crate) dir: Dir,
    /// Its absolute path, links resolved: what absolute links inside of it begin with.
    path: PathBuf,
}

/// A regular file that is open.
pub(crate) struct Opened {
    /// Where it is, links resolved.
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(crate) metadata: std::fs::Metadata,
}

impl Root {
    /// Opens the directory. 409 if it cannot be used.
    pub(crate) fn open(path: &Path) -> Result<Self, AppError> {
        let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(|error| {
            let message = match error.kind() {
                ErrorKind::NotFound => "The directory of the project is gone.".to_owned(),
                _ => format!("The directory of the project cannot be read: {error}."),
            };
            AppError::conflict("unusable", message)
        })?;
        Ok(Self { dir, path: path.to_owned() })
    }

    /// Where a path leads once every link in it is followed. An absolute link is followed too, if it leads back into the
    /// project; the system is asked of relative ones only, below the directory.
    pub(super) fn real(&self, path: &Path) -> io::Result<PathBuf> {
        let mut path = path.to_owned();
        for _ in 0..LINKS_MAX {
            match self.dir.canonicalize(&path) {
                Err(error) if leads_out(&error) => path = self.one_link_less(&path).ok_or(error)?,
                Ok(real) if real.as_os_str().is_empty() => return Ok(PathBuf::from(".")),
                found => return found,
            }
        }
        Err(Errno::LOOP.into())
    }

    /// The path with the first absolute link in it replaced by where it leads, if that is in the project.
    fn one_link_less(&self, path: &Path) -> Option<PathBuf> {
        let mut parts = path.iter();
        let mut way = PathBuf::new();
        while let Some(part) = parts.next() {
            way.push(part);
            match self.dir.read_link_contents(&way) {
                Ok(target) if target.is_absolute() => {
                    let inside = target.strip_prefix(&self.path).ok()?;
                    return Some(Path::new(".").join(inside).join(parts.as_path()));
                }
                // What is relative the system follows; what leads out by it stays refused.
                _ => {}
            }
        }
        None
    }

    /// Where a path leads once every link in it is followed, and what is there.
    pub(super) fn find(&self, path: &str) -> Result<(PathBuf, Metadata), AppError> {
        let path = self.real(&checked(path)?).map_err(refusal)?;
        refuse_git(&path)?;
        let metadata = self.dir.symlink_metadata(&path).map_err(refusal)?;
        Ok((path, metadata))
    }

    /// Opens the folder at a path. 409 if it is none.
    pub(super) fn folder(&self, path: &str) -> Result<(PathBuf, Dir), AppError> {
        let (path, metadata) = self.find(path)?;
        if !metadata.is_dir() {
            return Err(AppError::conflict("file", "This is no folder."));
        }
        let dir = self.dir.open_dir(&path).map_err(refusal)?;
        Ok((path, dir))
    }

    /// Opens the regular file at a path. 409 for a folder, and for what is neither.
    pub(crate) fn file(&self, path: &str) -> Result<Opened, AppError> {
        let (path, metadata) = self.find(path)?;
        if metadata.is_dir() {
            return Err(AppError::conflict("folder", "This is a folder."));
        }
        let (file, metadata) = regular(&self.dir, &path).map_err(refusal)?.ok_or_else(|| {
            AppError::conflict("special", "This is a pipe, a socket or a device; it is not opened.")
        })?;
        Ok(Opened { path, file, metadata })
    }
}

impl Opened {
    /// All of its bytes; nothing if there are more than that.
    pub(crate) fn whole(&self, most: u64) -> Result<Option<Vec<u8>>, AppError> {
        let mut bytes = Vec::new();
        (&self.file).take(most + 1).read_to_end(&mut bytes).map_err(refusal)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }
}

/// Whether this says that the way led out of the directory: the system did not, the guard did.
fn leads_out(error: &io::Error) -> bool {
    error.kind() == ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// Opens a file below `dir` if it is a regular one. Asked before it is opened, because opening a device can do something,
/// and again afterwards, because it may have been replaced.
pub(crate) fn regular(dir: &Dir, path: &Path) -> io::Result<Option<(File, std::fs::Metadata)>> {
    if !dir.symlink_metadata(path)?.is_file() {
        return Ok(None);
    }
    // Bits of a C int either way.
    let patient = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = dir.open_with(path, OpenOptions::new().read(true).custom_flags(patient))?.into_std();
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata)))
}

/// The text of a small file of rules; nothing if there is none. A link is not followed: git does not either.
pub(super) fn rules(dir: &Dir, name: impl AsRef<OsStr>) -> Option<String> {
    let (file, _) = regular(dir, Path::new(name.as_ref())).ok()??;
    let mut bytes = Vec::new();
    file.take(RULES_MAX).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// When a file was changed, from what the disk says.
pub(super) fn modified(seconds: i64, nanoseconds: i64) -> Millis {
    Millis(seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000))
}

/// What the caller is told when the disk says no.
pub(crate) fn refusal(error: io::Error) -> AppError {
    let forbidden = |message: &str| AppError::new(ErrorCode::Forbidden, message);
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => AppError::not_found("file"),
        _ if leads_out(&error) => forbidden("The path leads out of the project."),
        ErrorKind::PermissionDenied => forbidden("The server has no right to do this here."),
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => {
            AppError::invalid("path", "This cannot be a path.")
        }
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty => {
            AppError::conflict("taken", "There is something of this name already.")
        }
        _ if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
            AppError::conflict("loop", "The links on the way lead in a circle.")
        }
        _ => Fault::from(error).into(),
    }
}
