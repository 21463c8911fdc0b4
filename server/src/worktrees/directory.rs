//! Where a new worktree is put: beside the project and not in it. Inside, every tool that walks the project would find each
//! file once more, and `git clean` or the removal of the project would take it along. Decides and makes the directory above; never
//! takes one that is there already.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use app::error::{AppError, ErrorCode};

use crate::git::top;

/// What is added to the name of a project's directory.
const ENDING: &str = ".worktrees";
/// How many names are tried.
const TRIES: u32 = 50;

/// A directory for this branch that is not there yet, in one beside the repository at `top`. Where that cannot be made, or
/// would lie in another repository, in `own`.
pub(super) fn free(
    top: &Path,
    own: &Path,
    branch: &str,
    known: &HashSet<PathBuf>,
) -> Result<PathBuf, AppError> {
    let home = home(top, own)?;
    // What git takes as the name of a branch is a plain name once it has no slash.
    let name = branch.replace('/', "-");
    let names = std::iter::once(name.clone()).chain((2..TRIES).map(|n| format!("{name}-{n}")));
    let free = |path: &PathBuf| {
        !known.contains(path)
            && fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    names.map(|name| home.join(name)).find(free).ok_or_else(|| {
        let message = format!("There is no free name for “{branch}” in {}.", home.display());
        AppError::conflict("exists", message)
    })
}

/// The directories that lie where worktrees of this repository are put.
pub(super) fn those_there(top: &Path, own: &Path) -> Vec<PathBuf> {
    let homes = beside(top).into_iter().chain([own.to_owned()]);
    let plain = homes.filter(|home| is_dir(home));
    let entries = plain.filter_map(|home| fs::read_dir(home).ok()).flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_dir(path)).collect()
}

/// The directory beside a repository; none where that would lie in another one.
fn beside(top: &Path) -> Option<PathBuf> {
    let (parent, mut name) = (top.parent()?, top.file_name()?.to_owned());
    name.push(ENDING);
    self::top(parent).is_none().then(|| parent.join(name))
}

/// Whether this is a directory, and no link to one.
pub(super) fn is_dir(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

fn home(top: &Path, own: &Path) -> Result<PathBuf, AppError> {
    if let Some(beside) = beside(top) {
        match fs::create_dir(&beside) {
            Ok(()) => return Ok(beside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return plain(beside),
            // No right to write there: it is kept where Roost may.
            Err(_) => {}
        }
    }
    fs::create_dir_all(own).map_err(|error| unable(own, &error))?;
    plain(own.canonicalize().map_err(|error| unable(own, &error))?)
}

/// The directory unless it is a link: what is made there must be where it says.
fn plain(dir: PathBuf) -> Result<PathBuf, AppError> {
    if is_dir(&dir) {
        return Ok(dir);
    }
    let message = format!("{} is no directory of its own, so no worktree is put there.", dir.display());
    Err(AppError::conflict("exists", message))
}

/// Makes the directory of a worktree; nobody else may have made it meanwhile.
pub(super) fn make(root: &Path) -> Result<(), AppError> {
    fs::create_dir(root).map_err(|error| unable(root, &error))
}

/// Whether the file is in it that makes a directory a worktree.
pub(super) fn is_linked(root: &Path) -> bool {
    root.join(".git").is_file()
}

/// Removes what was made for a worktree, and the directory above if nothing else is in it. What git has not begun to fill and is not
/// empty is somebody else's, and stays, unless git `knows` it: then the rest is of a removal that was ended half way.
pub(super) fn remove(root: &Path, knows: bool) -> Result<(), AppError> {
    let ours = knows || is_linked(root);
    let removed = if ours { fs::remove_dir_all(root) } else { fs::remove_dir(root) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unable(root, &error)),
        _ => {}
    }
    leave(root);
    Ok(())
}

/// Removes the directory above one that is gone, if it was made for worktrees and nothing else is in it.
pub(super) fn leave(root: &Path) {
    let named = |home: &&Path| home.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING));
    if let Some(home) = root.parent().filter(named) {
        // Refused as long as there is another one.
        let _ = fs::remove_dir(home);
    }
}

fn unable(path: &Path, error: &io::Error) -> AppError {
    let message = format!("The directory {} could not be made or removed: {error}.", path.display());
    AppError::new(ErrorCode::Unavailable, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_worktree_is_beside_its_project_and_takes_no_name_twice() {
        let dir = tempfile::tempdir().unwrap();
        let (top, own) = (dir.path().join("p"), dir.path().join("own"));
        fs::create_dir_all(top.join(".git")).unwrap();
        let at = |name: &str| dir.path().join("p.worktrees").join(name);
        let mut known = HashSet::new();
        let free = |known: &HashSet<PathBuf>, branch: &str| free(&top, &own, branch, known).unwrap();
        assert_eq!(free(&known, "fix/login"), at("fix-login"));
        make(&at("fix-login")).unwrap();
        assert_eq!(free(&known, "fix-login"), at("fix-login-2"));
        known.insert(at("fix-login-2"));
        std::os::unix::fs::symlink("nowhere", at("fix-login-3")).unwrap();
        assert_eq!(free(&known, "fix/login"), at("fix-login-4"));
        fs::remove_file(at("fix-login-3")).unwrap();
        fs::write(at("fix-login").join("theirs"), "x").unwrap();
        assert!(remove(&at("fix-login"), false).is_err() && at("fix-login").join("theirs").exists());
        fs::remove_file(at("fix-login").join("theirs")).unwrap();
        remove(&at("fix-login"), false).unwrap();
        assert!(!dir.path().join("p.worktrees").exists(), "it goes with the last one");
    }

    #[test]
    fn where_it_cannot_be_beside_it_is_in_roosts_own_directory() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("own");
        let inner = dir.path().join("outer/inner");
        fs::create_dir_all(inner.join(".git")).unwrap();
        fs::create_dir_all(dir.path().join("outer/.git")).unwrap();
        let known = HashSet::new();
        assert_eq!(free(&inner, &own, "x", &known).unwrap(), own.canonicalize().unwrap().join("x"));
        let top = dir.path().join("p");
        fs::create_dir_all(top.join(".git")).unwrap();
        std::os::unix::fs::symlink(&own, dir.path().join("p.worktrees")).unwrap();
        assert_eq!(
            free(&top, &own, "x", &known).unwrap_err().code,
            ErrorCode::Conflict,
            "a link is not followed"
        );
    }
}
