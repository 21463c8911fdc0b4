//! What git is called with to put changes aside and to take branches away. Whatever goes can be brought back by its commit.

use app::{
    error::AppError,
    git::model::{commit::MESSAGE_MAX, run::OneStash},
};

use super::plan::{COMMIT, Plan, full_id};
use crate::git::{
    Repository,
    branches::text,
    command::{PATIENT, QUICK},
    history::stashes,
    switch::valid_name,
};

pub(super) async fn stash(git: &Repository, message: &str, untracked: bool) -> Result<Plan, AppError> {
    let message = message.trim();
    if message.len() > MESSAGE_MAX || message.contains('\0') {
        return Err(AppError::invalid("message", "The message is at most 64 KiB."));
    }
    let kind = if untracked { "normal" } else { "no" };
    let status = git.status(kind, PATIENT).await?.ok_or_else(|| AppError::not_found("repository"))?;
    if status.entries.is_empty() {
        let message =
            "There is nothing to put aside: nothing is changed beside files that git does not know.";
        return Err(AppError::conflict("nothing_changed", message));
    }
    let message = format!("--message={message}");
    let mut args = vec!["stash", "push"];
    args.extend(untracked.then_some("--include-untracked"));
    args.extend((message != "--message=").then_some(message.as_str()));
    Ok(Plan::of(&args, COMMIT))
}

pub(super) async fn unstash(git: &Repository, id: &str, keep: bool) -> Result<Plan, AppError> {
    let name = name_of(git, id).await?;
    Ok(Plan::of(&["stash", if keep { "apply" } else { "pop" }, &name], COMMIT))
}

pub(super) async fn drop_stash(git: &Repository, id: &str) -> Result<Plan, AppError> {
    let name = name_of(git, id).await?;
    Ok(Plan::of(&["stash", "drop", &name], COMMIT))
}

pub(super) fn restore_stash(one: &OneStash) -> Result<Plan, AppError> {
    full_id("id", &one.id)?;
    let message = format!("--message={}", one.message.replace('\0', ""));
    Ok(Plan::of(&["stash", "store", &message, &one.id], COMMIT))
}

pub(super) async fn delete_branch(
    git: &Repository,
    name: &str,
    commit: &str,
    force: bool,
) -> Result<Plan, AppError> {
    full_id("commit", commit)?;
    valid_name(git, name).await?;
    let known = git.output(["show-ref", "--verify", "--hash", &format!("refs/heads/{name}")], QUICK).await?;
    if !known.success() {
        return Err(AppError::not_found("branch"));
    }
    if text(&known.stdout).trim() != commit {
        let message = format!("The branch {name} is at another commit than it was shown. Look again.");
        return Err(AppError::conflict("changed", message));
    }
    Ok(Plan::of(&["branch", if force { "-D" } else { "-d" }, "--", name], COMMIT))
}

pub(super) async fn restore_branch(git: &Repository, name: &str, commit: &str) -> Result<Plan, AppError> {
    full_id("commit", commit)?;
    valid_name(git, name).await?;
    Ok(Plan::of(&["branch", "--no-track", "--", name, commit], COMMIT))
}

/// What git calls the stash with this commit now; its number changes with every other one.
async fn name_of(git: &Repository, id: &str) -> Result<String, AppError> {
    full_id("id", id)?;
    let at = stashes(git).await?.iter().position(|stash| stash.id == id);
    at.map(|at| format!("stash@{{{at}}}")).ok_or_else(|| AppError::not_found("stash"))
}
