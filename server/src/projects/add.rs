//! How a directory becomes a project: checked and resolved, or made afresh. Never overwrites or deletes what it finds.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use app::error::{AppError, ErrorCode};

use super::checks::problem;
use crate::{
    config,
    keeper::{Exec, exec},
    offload::blocking,
};

/// The longest name of a new directory.
const NAME_MAX: usize = 64;

/// The directory a person typed, with symlinks resolved, or 400 with what is wrong with it.
pub(super) fn existing(typed: &str) -> Result<PathBuf, AppError> {
    let refuse = |message: String| Err(AppError::invalid("path", message));
    let typed = typed.trim();
    if typed.is_empty() {
        return refuse("The path is empty.".to_owned());
    }
    let path = config::expand(Path::new(typed));
    if !path.is_absolute() {
        return refuse("The path must be absolute, or begin with ~/.".to_owned());
    }
    match path.canonicalize() {
        Ok(path) => problem(&path).map_or(Ok(path), refuse),
        Err(error) if error.kind() == ErrorKind::NotFound => refuse("There is no such directory.".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            refuse("It is a file, not a directory.".to_owned())
        }
        Err(error) => refuse(format!("The directory cannot be reached: {error}.")),
    }
}

/// Makes a directory of this name under `root`, with an empty git repository in it.
pub(super) async fn create(root: &Path, name: &str) -> Result<PathBuf, AppError> {
    let name = valid_name(name)?.to_owned();
    let root = root.to_owned();
    let path = blocking(move || make(&root, &name)).await??;
    let init =
        exec(Exec::new("git", &path).args(["-c", "core.hooksPath=/dev/null", "init", "--quiet"])).await;
    let reason = match init {
        Ok(output) if output.success() => return Ok(path),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    // Only an empty directory can go this way; what git left in it stays for a person to see.
    let _ = blocking(move || std::fs::remove_dir(path)).await?;
    Err(AppError::new(ErrorCode::Unavailable, format!("The git repository could not be made: {reason}")))
}

fn valid_name(name: &str) -> Result<&str, AppError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > NAME_MAX || name.starts_with('.') || !name.chars().all(fits) {
        let message = format!(
            "A name has 1 to {NAME_MAX} letters, digits, dots, hyphens and underscores, and does not begin with a dot."
        );
        return Err(AppError::invalid("name", message));
    }
    Ok(name)
}

fn make(root: &Path, name: &str) -> Result<PathBuf, AppError> {
    let unable = |error: std::io::Error| {
        AppError::new(ErrorCode::Unavailable, format!("The directory could not be made: {error}."))
    };
    std::fs::create_dir_all(root).map_err(unable)?;
    let path = root.canonicalize().map_err(unable)?.join(name);
    match std::fs::create_dir(&path) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(AppError::conflict(
            "exists",
            format!("{} exists already; register it by its path.", path.display()),
        )),
        Err(error) => Err(unable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_plain_component() {
        for name in ["a", "A-1_b.c", &"x".repeat(64)] {
            assert!(valid_name(name).is_ok(), "{name}");
        }
        for name in ["", ".", "..", ".git", "a/b", "a b", "ü", "-\n", &"x".repeat(65)] {
            assert!(valid_name(name).is_err(), "{name}");
        }
    }
}
