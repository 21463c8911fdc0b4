//! What may stand in a path that a person or a link gives. Pure: whether there is anything at it is for the disk to say.

use std::path::{Path, PathBuf};

use app::error::{AppError, ErrorCode};

/// The longest path, and the longest part of one, in bytes; no file system here takes more.
const PATH_MAX: usize = 4096;
const PART_MAX: usize = 255;

/// The path without empty parts; the project itself is `.`. 400 for one that cannot be a path below the project, 403 for git's own files.
pub(crate) fn checked(path: &str) -> Result<PathBuf, AppError> {
    let refused = |message: &str| Err(AppError::invalid("path", message));
    if path.contains('\0') {
        return refused("A path has no NUL in it.");
    }
    if path.len() > PATH_MAX || path.split('/').any(|part| part.len() > PART_MAX) {
        return refused("The path is too long.");
    }
    if path.starts_with('/') {
        return refused("The path must be relative to the project.");
    }
    let parts = || path.split('/').filter(|part| !part.is_empty() && *part != ".");
    if parts().any(|part| part == "..") {
        return refused("A path cannot go up with “..”.");
    }
    // Begins with a dot so that no name can be taken for anything else.
    let path: PathBuf = std::iter::once(".").chain(parts()).collect();
    refuse_git(&path)?;
    Ok(path)
}

/// 403 for a path into git's own directory: addresses with passwords may stand there.
pub(crate) fn refuse_git(path: &Path) -> Result<(), AppError> {
    if path.iter().any(is_git) {
        return Err(AppError::new(ErrorCode::Forbidden, "Git's own files are not shown."));
    }
    Ok(())
}

/// Whether this is the name of git's own directory. Some file systems know no capitals.
pub(super) fn is_git(name: &std::ffi::OsStr) -> bool {
    name.eq_ignore_ascii_case(".git")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_the_project_or_refused() {
        for (given, path) in [
            ("", "."),
            (".", "."),
            ("a//b/./c/", "./a/b/c"),
            ("-rf", "./-rf"),
            ("--upload-pack=x", "./--upload-pack=x"),
            ("a\\..\\b", "./a\\..\\b"),
            ("...", "./..."),
            (".gitignore", "./.gitignore"),
        ] {
            assert_eq!(checked(given).unwrap(), Path::new(path), "{given}");
        }
        let long = "x".repeat(PART_MAX + 1);
        for given in
            ["..", "a/../b", "a/..", "/", "/etc/passwd", "//a", "a\0b", &long, &"a/".repeat(PATH_MAX)]
        {
            assert_eq!(checked(given).unwrap_err().code, ErrorCode::Invalid, "{given}");
        }
        for given in [".git", ".git/config", "a/.git/config", ".GIT/config"] {
            assert_eq!(checked(given).unwrap_err().code, ErrorCode::Forbidden, "{given}");
        }
    }
}
