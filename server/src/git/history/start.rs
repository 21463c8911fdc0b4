//! What a new commit starts from: the last one, who its author will be, and what git has written for it. Makes none.

use std::{fs, path::PathBuf};

use app::{
    error::AppError,
    git::model::commit::{CommitStart, LastCommit, MESSAGE_MAX},
};

use crate::{
    git::{
        Repository,
        branches::{no_repository, text},
        command::{GitError, PATIENT, QUICK},
    },
    offload::blocking,
};

/// It, or 409 where there is no work tree.
pub(super) async fn start(git: &Repository) -> Result<CommitStart, AppError> {
    let last = match head(git).await? {
        Some(id) => Some(last(git, id).await?),
        None => None,
    };
    Ok(CommitStart { last, author: author(git).await?, prepared: prepared(git).await? })
}

/// The full id of the commit that is checked out; none before the first one.
pub(in crate::git) async fn head(git: &Repository) -> Result<Option<String>, AppError> {
    let output = git.output(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], QUICK).await?;
    match output.code {
        Some(0) => Ok(Some(text(&output.stdout).trim().to_owned())),
        Some(1) => Ok(None),
        _ => Err(no_repository(GitError::Refused(text(&output.stderr).trim().to_owned()))),
    }
}

/// Who git says the author is. A name that it would make up of the machine's does not count.
pub(in crate::git) async fn author(git: &Repository) -> Result<Option<String>, AppError> {
    let ask = ["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"];
    let output = git.output(ask, QUICK).await?;
    // Behind the address stands when.
    let author = text(&output.stdout).rsplit_once('>').map(|(author, _)| format!("{author}>"));
    Ok(author.filter(|_| output.success()))
}

async fn last(git: &Repository, id: String) -> Result<LastCommit, AppError> {
    let message = ["rev-list", "--no-commit-header", "--format=%B", "--max-count=1", &id, "--"];
    let pushed = ["rev-list", "--count", "--max-count=1", &id, "--not", "--remotes", "--"];
    let (message, pushed) = tokio::join!(git.run(message, PATIENT), git.run(pushed, PATIENT));
    let message = text(&message?.stdout).trim_end().to_owned();
    Ok(LastCommit { message, pushed: text(&pushed?.stdout).trim() == "0", id })
}

/// What git has written for the commit that ends a merge, without its remarks.
async fn prepared(git: &Repository) -> Result<Option<String>, AppError> {
    let dir = git.run(["rev-parse", "--absolute-git-dir"], QUICK).await?.stdout;
    let dir = PathBuf::from(text(&dir).trim_end_matches('\n'));
    let read = move || {
        let of_merge = dir.join("MERGE_HEAD").exists();
        let file = dir.join("MERGE_MSG");
        let small =
            fs::symlink_metadata(&file).is_ok_and(|file| file.is_file() && file.len() <= MESSAGE_MAX as u64);
        let text = if of_merge && small { fs::read(&file).ok()? } else { return None };
        let text = text_of(&text);
        Some(text).filter(|text| !text.is_empty())
    };
    blocking(read).await
}

fn text_of(bytes: &[u8]) -> String {
    let text = text(bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.join("\n").trim_end().to_owned()
}
