//! One file on the disk: its bytes, and how it is replaced. Writes nowhere but inside one of the places it is given, after
//! links are resolved, and never leaves a file half written.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path, PathBuf},
};

use app::error::{AppError, ErrorCode};
use cap_std::{ambient_authority, fs::Dir};
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::files::refuse_git;

/// The most bytes of a file that the CLI reads.
pub(super) const READ_MAX: u64 = 4 * 1024 * 1024;

/// About how many tokens a text of so many bytes is.
pub(super) fn tokens(bytes: u64) -> u64 {
    bytes.div_ceil(4)
}

/// The SHA-256 of these bytes in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a plain file; none if it is larger, or something else, such as a pipe that would never answer.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Where a path really leads, also one of a file that is yet to be made; none for a link to nowhere.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    let mut missing = PathBuf::new();
    for dir in path.ancestors() {
        match dir.canonicalize() {
            Ok(found) if missing.as_os_str().is_empty() => return Some(found),
            Ok(found) => return Some(found.join(missing)),
            Err(_) if fs::symlink_metadata(dir).is_ok() => return None,
            Err(_) => {
                let name = dir.file_name()?;
                missing =
                    if missing.as_os_str().is_empty() { name.into() } else { Path::new(name).join(missing) };
            }
        }
    }
    None
}

/// A file inside one of the places: its directory is made if it has to be, and holds no link any more.
pub(super) struct Target {
    place: Dir,
    path: PathBuf,
}

impl Target {
    /// 403 for a path that leads elsewhere.
    pub(super) fn within(places: &[PathBuf], path: &Path) -> Result<Self, AppError> {
        let plain = path.is_absolute() && path.components().all(|part| !matches!(part, Component::ParentDir));
        let real = plain.then(|| real(path)).flatten().ok_or_else(elsewhere)?;
        for place in places {
            let Ok(root) = place.canonicalize() else { continue };
            if let Ok(inside) = real.strip_prefix(&root) {
                refuse_git(inside)?;
                let place = Dir::open_ambient_dir(&root, ambient_authority()).map_err(refused)?;
                return Ok(Self { place, path: inside.to_owned() });
            }
        }
        Err(elsewhere())
    }

    /// Its bytes; none if there is no such file. 413 for more than the CLI reads.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, AppError> {
        match self.place.metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error)),
            Ok(metadata) if !metadata.is_file() => {
                return Err(AppError::conflict(
                    "not_a_file",
                    "There is something at this path that is no file.",
                ));
            }
            Ok(metadata) if metadata.len() > READ_MAX => return Err(too_large()),
            Ok(_) => {}
        }
        self.place.read(&self.path).map(Some).map_err(refused)
    }

    /// Replaces it in one step, with the rights that it has; makes the folders above.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), AppError> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if !folder.as_os_str().is_empty() {
            self.place.create_dir_all(folder).map_err(refused)?;
        }
        let rights = self.place.metadata(&self.path).map(|metadata| metadata.permissions()).ok();
        let temporary = folder.join(format!(".roost-{}.tmp", Uuid::new_v4().simple()));
        let write = || {
            let mut options = cap_std::fs::OpenOptions::new();
            let mut file = self.place.open_with(&temporary, options.write(true).create_new(true))?;
            if let Some(rights) = rights {
                file.set_permissions(rights)?;
            }
            file.write_all(bytes)?;
            file.sync_all()?;
            self.place.rename(&temporary, &self.place, &self.path)
        };
        write().map_err(|error| {
            // Nobody else knows its name.
            let _ = self.place.remove_file(&temporary);
            refused(error)
        })
    }
}

/// 413.
pub(super) fn too_large() -> AppError {
    AppError::new(
        ErrorCode::TooLarge,
        "A memory has at most 64 KB: all of it is read with every conversation.",
    )
}

/// 403.
fn elsewhere() -> AppError {
    AppError::new(
        ErrorCode::Forbidden,
        "Memories are kept in the project and in your Claude folder, and this path leads elsewhere.",
    )
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn refused(error: io::Error) -> AppError {
    AppError::new(ErrorCode::Unavailable, format!("The disk refused: {error}."))
}
