//! An entry moved from one open folder to another, whole: in one step where both are on one file system, by a copy that is
//! complete before the original goes where they are not. Never follows a link, and never puts anything over what is there.

use std::{
    ffi::OsStr,
    io::{self, ErrorKind},
    path::Path,
};

use cap_std::fs::{Dir, OpenOptions};

use super::{
    root::regular,
    spot::{rename_new, temporary},
};

/// Moves `name` of `from` to `new` in `to`. `AlreadyExists` if something is there.
pub(super) fn transfer(from: &Dir, name: &OsStr, to: &Dir, new: &OsStr) -> io::Result<()> {
    match rename_new(from, name, to, new) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => carry(from, name, to, new),
        done => done,
    }
}

/// The same by a copy.
fn carry(from: &Dir, name: &OsStr, to: &Dir, new: &OsStr) -> io::Result<()> {
    let halfway = temporary();
    let copied = copy(from, name, to, &halfway).and_then(|()| rename_new(to, &halfway, to, new));
    if copied.is_err() {
        // What is not whole is of no use.
        let _ = remove(to, &halfway);
    }
    copied?;
    remove(from, name)
}

fn remove(dir: &Dir, name: &OsStr) -> io::Result<()> {
    if dir.symlink_metadata(name)?.is_dir() { dir.remove_dir_all(name) } else { dir.remove_file(name) }
}

/// Copies an entry with what is below it and the rights of all. A pipe, a socket or a device is refused.
fn copy(from: &Dir, name: &OsStr, to: &Dir, new: &OsStr) -> io::Result<()> {
    let metadata = from.symlink_metadata(name)?;
    if metadata.is_symlink() {
        return to.symlink_contents(from.read_link_contents(name)?, new);
    }
    if metadata.is_dir() {
        to.create_dir(new)?;
        let (inner, copy_of) = (from.open_dir(name)?, to.open_dir(new)?);
        for entry in inner.entries()? {
            let name = entry?.file_name();
            copy(&inner, &name, &copy_of, &name)?;
        }
        return to.set_permissions(new, metadata.permissions());
    }
    let Some((mut source, _)) = regular(from, Path::new(name))? else {
        return Err(io::Error::new(ErrorKind::Unsupported, "a pipe, a socket or a device cannot be copied"));
    };
    let mut file = to.open_with(new, OpenOptions::new().write(true).create_new(true))?;
    io::copy(&mut source, &mut file)?;
    file.set_permissions(metadata.permissions())?;
    file.sync_all()
}

/// The bytes of all files of an entry.
pub(super) fn measured(dir: &Dir, name: &OsStr) -> io::Result<u64> {
    let metadata = dir.symlink_metadata(name)?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let (mut bytes, mut open) = (0_u64, vec![dir.open_dir(name)?]);
    while let Some(dir) = open.pop() {
        for entry in dir.entries()? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.open_dir()?);
            } else {
                bytes = bytes.saturating_add(entry.metadata()?.len());
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use cap_std::ambient_authority;

    use super::*;

    #[test]
    fn a_copy_is_whole_before_the_original_goes_and_never_covers_anything() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir_all(path("from/tree/deep")).unwrap();
        fs::create_dir(path("to")).unwrap();
        fs::write(path("from/tree/deep/run.sh"), "echo").unwrap();
        fs::set_permissions(path("from/tree/deep/run.sh"), fs::Permissions::from_mode(0o750)).unwrap();
        std::os::unix::fs::symlink("/nowhere", path("from/tree/link")).unwrap();
        fs::write(path("to/taken"), "mine").unwrap();
        let open = |name: &str| Dir::open_ambient_dir(path(name), ambient_authority()).unwrap();
        let (from, to, tree) = (open("from"), open("to"), OsStr::new("tree"));
        assert_eq!(measured(&from, tree).unwrap(), 4 + "/nowhere".len() as u64);

        let taken = carry(&from, tree, &to, OsStr::new("taken")).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(path("to/taken")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(path("to")).unwrap().count(), 1, "nothing is left halfway");
        assert!(path("from/tree/deep/run.sh").exists());

        carry(&from, tree, &to, tree).unwrap();
        assert!(!path("from/tree").exists());
        assert_eq!(fs::read(path("to/tree/deep/run.sh")).unwrap(), b"echo");
        let mode = fs::metadata(path("to/tree/deep/run.sh")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
        assert_eq!(fs::read_link(path("to/tree/link")).unwrap(), Path::new("/nowhere"));
    }
}
