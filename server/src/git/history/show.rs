//! One commit: what it says, and the files that it changed.

use app::{
    error::AppError,
    git::model::{
        commit::MESSAGE_MAX,
        log::{CommitView, LogEntry},
    },
};

use super::{
    files::files,
    log::{FIELDS, entry},
    start::head,
};
use crate::git::{
    Repository,
    branches::text,
    command::{PATIENT, QUICK},
};

/// The commit with this id.
pub(super) async fn show(git: &Repository, id: &str) -> Result<CommitView, AppError> {
    let commit = find(git, id).await?;
    let more = ["rev-list", "--no-commit-header", "--max-count=1", "--format=%ae%n%B", &commit.id, "--"];
    let more = git.run(more, PATIENT).await?.stdout;
    let more = text(&more);
    let (email, message) = more.split_once('\n').unwrap_or_default();
    let message = &message[..message.floor_char_boundary(MESSAGE_MAX)];
    let (files, total) = files(git, commit.parents.first().map(String::as_str), &commit.id).await?;
    Ok(CommitView { message: message.trim_end().to_owned(), email: email.to_owned(), files, total, commit })
}

/// The commit with this id, which may be short; 404 for anything else.
pub(super) async fn find(git: &Repository, id: &str) -> Result<LogEntry, AppError> {
    head(git).await?;
    if !(4..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(AppError::not_found("commit"));
    }
    let name = format!("{id}^{{commit}}");
    let found = git.output(["rev-parse", "--quiet", "--verify", &name], QUICK).await?;
    if !found.success() {
        return Err(AppError::not_found("commit"));
    }
    let id = text(&found.stdout).trim().to_owned();
    let line =
        git.run(["rev-list", "--no-commit-header", "--max-count=1", FIELDS, &id, "--"], PATIENT).await?;
    text(&line.stdout).lines().next().and_then(entry).ok_or_else(|| AppError::not_found("commit"))
}
