//! One commit: what it says, the files that it changed, and the change of one of them.

use app::{
    error::AppError,
    git::model::{
        commit::MESSAGE_MAX,
        log::{ChangeOf, CommitView, LogEntry},
    },
};

use super::{
    files::{change, files},
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

/// The change of one file as highlighted HTML.
pub(super) async fn change_of(git: &Repository, of: &ChangeOf) -> Result<String, AppError> {
    let commit = find(git, &of.commit).await?;
    let from = match &of.from {
        Some(from) => Some(find(git, from).await?.id),
        None => commit.parents.into_iter().next(),
    };
    change(git, from.as_deref(), &commit.id, of).await
}

/// The commit with this id, which may be short; 404 for anything else.
async fn find(git: &Repository, id: &str) -> Result<LogEntry, AppError> {
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
