//! What must hold before a project is used or changed, with the refusal in words. Never changes anything.

use std::path::{Path, PathBuf};

use app::{error::AppError, ids::ProjectId};

use super::queries::{Live, Row};
use crate::offload::blocking;

/// The longest name in characters.
pub(super) const NAME_MAX: usize = 100;

/// The name without blanks around it, or 400.
pub(super) fn valid_name(name: &str) -> Result<&str, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "name",
            format!("A name has 1 to {NAME_MAX} characters, in one line."),
        ));
    }
    Ok(name)
}

/// 409 that names what is in the way.
pub(super) fn refuse_live(live: Live, what: &str) -> Result<(), AppError> {
    let counted = |count: i64, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        count => Some(format!("{count} {noun}s")),
    };
    let sessions = counted(live.sessions, "live session");
    let found: Vec<_> = sessions.into_iter().chain(counted(live.terminals, "open terminal")).collect();
    if found.is_empty() {
        return Ok(());
    }
    let found = found.join(" and ");
    let message = format!("The project has {found}. Stop or close what runs before it is {what}.");
    Err(AppError::conflict(&found, message))
}

/// 409 for what is a worktree: it goes with its files, and not by being forgotten.
pub(super) fn refuse_worktree(of: Option<ProjectId>) -> Result<(), AppError> {
    match of {
        Some(_) => {
            Err(AppError::conflict("worktree", "It is a worktree: remove it among those of its project."))
        }
        None => Ok(()),
    }
}

/// The project's directory, or 409 with what is wrong with it.
pub(super) async fn usable(row: &Row) -> Result<PathBuf, AppError> {
    let path = PathBuf::from(&row.path);
    blocking(move || problem(&path).map_or(Ok(path), |problem| Err(AppError::conflict("unusable", problem))))
        .await?
}

/// Why a directory cannot be used, in words.
pub(crate) fn problem(path: &Path) -> Option<String> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Some("The directory is gone.".to_owned());
        }
        Err(error) => return Some(format!("The directory cannot be reached: {error}.")),
        Ok(metadata) if !metadata.is_dir() => return Some("It is a file, not a directory.".to_owned()),
        Ok(_) => {}
    }
    std::fs::read_dir(path).err().map(|error| format!("The directory cannot be read: {error}."))
}
