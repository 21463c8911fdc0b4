//! A place for one entry: the folder that holds it, open, and its name there. What is done to an entry is done by its name in
//! that folder, so that no link on the way can be swapped for another meanwhile. Never follows a link at the end.

use std::{
    ffi::{OsStr, OsString},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use app::error::AppError;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};
use rustix::fs::{Gid, RenameFlags, Uid, renameat_with};
use uuid::Uuid;

use super::{
    path::{checked, refuse_git},
    root::{Root, refusal},
};

/// Where an entry is, or would be.
pub(super) struct Spot {
    /// The folder, which is in the project.
    pub(super) dir: Dir,
    /// The entry's name in it.
    pub(super) name: OsString,
    /// Both, relative to the project.
    pub(super) path: PathBuf,
}

/// A file that was written beside the entry, and is to take its place. Dropped before that, it is removed.
pub(super) struct Prepared {
    spot: Spot,
    temporary: OsString,
    file: File,
    put: bool,
}

impl Root {
    /// The place for the entry at a path. The folders on the way are there, and links among them are followed.
    pub(super) fn spot(&self, path: &str) -> Result<Spot, AppError> {
        self.spot_at(&checked(path)?)
    }

    /// The same for a path that was checked.
    pub(super) fn spot_at(&self, path: &Path) -> Result<Spot, AppError> {
        let unnamed = || AppError::invalid("path", "The project itself is no entry of it.");
        let name = path.file_name().ok_or_else(unnamed)?.to_owned();
        let named =
            |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() };
        let folder = named(path.parent().unwrap_or(Path::new("")));
        let folder = self.real(&folder).map_err(refusal)?;
        let path = folder.strip_prefix(".").unwrap_or(&folder).join(&name);
        refuse_git(&path)?;
        let dir = self.dir.open_dir(&folder).map_err(refusal)?;
        Ok(Spot { dir, name, path })
    }
}

impl Spot {
    /// What is there; nothing if there is no such entry.
    pub(super) fn entry(&self) -> Result<Option<Metadata>, AppError> {
        match self.dir.symlink_metadata(&self.name) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    /// Its path as it is shown.
    pub(super) fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The same place under another name.
    pub(super) fn called(&mut self, name: &OsStr) {
        self.path.set_file_name(name);
        self.name = name.to_owned();
    }

    /// An empty file beside the entry, with the rights and the owner of the one that it is to replace.
    pub(super) fn prepare(self, rights: Option<&std::fs::Metadata>) -> Result<Prepared, AppError> {
        let temporary = temporary();
        let mut options = OpenOptions::new();
        let file = self.dir.open_with(&temporary, options.write(true).create_new(true));
        let prepared = Prepared { spot: self, temporary, file: file.map_err(refusal)?, put: false };
        if let Some(rights) = rights {
            keep_rights(&prepared.file, rights).map_err(refusal)?;
        }
        Ok(prepared)
    }
}

impl Prepared {
    /// What is to be written into.
    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Where it is to go.
    pub(super) fn spot(&mut self) -> &mut Spot {
        &mut self.spot
    }

    /// Takes the place of the entry, in one step.
    pub(super) fn replace(mut self) -> Result<(), AppError> {
        let Spot { dir, name, .. } = &self.spot;
        self.file.sync_all().and_then(|()| dir.rename(&self.temporary, dir, name)).map_err(refusal)?;
        self.put = true;
        Ok(())
    }

    /// Takes the place if nothing is there. 409 otherwise.
    pub(super) fn create(mut self) -> Result<(), AppError> {
        let Spot { dir, name, .. } = &self.spot;
        let put = self.file.sync_all().and_then(|()| rename_new(dir, &self.temporary, dir, name));
        put.map_err(refusal)?;
        self.put = true;
        Ok(())
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if !self.put {
            // Nobody else knows its name.
            let _ = self.spot.dir.remove_file(&self.temporary);
        }
    }
}

/// A name that nobody else has.
pub(super) fn temporary() -> OsString {
    format!(".roost-{}.tmp", Uuid::new_v4().simple()).into()
}

/// Renames unless the new name is taken, which the system decides in one step. Both names have one part.
pub(super) fn rename_new(from: &Dir, name: &OsStr, to: &Dir, new: &OsStr) -> io::Result<()> {
    match renameat_with(from, name, to, new, RenameFlags::NOREPLACE) {
        Err(error) if error == rustix::io::Errno::INVAL => {
            // A file system that cannot do it in one step.
            if to.symlink_metadata(new).is_ok() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            from.rename(name, to, new)
        }
        done => done.map_err(io::Error::from),
    }
}

/// Gives a file the rights and the owner of another. The owner first: a change of it takes rights away.
fn keep_rights(file: &File, like: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let own = file.metadata()?;
    if (cap_std::fs::MetadataExt::uid(&own), cap_std::fs::MetadataExt::gid(&own)) != (like.uid(), like.gid())
    {
        let (owner, group) = (Uid::from_raw(like.uid()), Gid::from_raw(like.gid()));
        rustix::fs::fchown(file, Some(owner), Some(group))?;
    }
    rustix::fs::fchmod(file, rustix::fs::Mode::from_raw_mode(like.permissions().mode()))?;
    Ok(())
}
