//! What the pages ask about commits, remotes, stashes and runs of git: each function finds its caller and asks the port. Decides
//! nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use super::model::commit::{drafted, drafting};
use super::model::{
    FileDiff,
    commit::CommitStart,
    log::{Blame, ChangeOf, CommitView, Comparison, LogPage, LogQuery, StashEntry},
    remote::Remotes,
    run::{Command, LastRun, Run},
};
use crate::{
    error::AppError,
    ids::{ProjectId, RunId, SessionId},
    sessions::model::Session,
};

/// How many of the last events are looked through for a drafted message.
#[cfg(feature = "ssr")]
const LAST_EVENTS: u32 = 50;

/// What a new commit starts from.
#[server(name = AskCommitStart, prefix = "/api/ui", endpoint = "git/commit-start", input = Json)]
pub async fn commit_start(id: ProjectId) -> Result<CommitStart, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.commit_start(&who, id).await
}

/// The remotes of a project's repository, and what its branch follows.
#[server(name = AskRemotes, prefix = "/api/ui", endpoint = "git/remotes", input = Json)]
pub async fn remotes(id: ProjectId) -> Result<Remotes, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.remotes(&who, id).await
}

/// Starts the session that writes a commit's message.
#[server(prefix = "/api/ui", endpoint = "git/draft", input = Json)]
pub async fn draft_message(id: ProjectId) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    let prompt = engine.history.draft_prompt(&who, id).await?;
    let place = engine.projects.get(&who, id).await?;
    engine.sessions.create(&who, drafting(id, place.worktree_of, prompt)).await
}

/// What it wrote; none if it wrote nothing.
#[server(prefix = "/api/ui", endpoint = "git/drafted", input = Json)]
pub async fn drafted_message(session: SessionId) -> Result<Option<String>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    let page =
        engine.sessions.events(&who, session, crate::sessions::port::Window::Tail, LAST_EVENTS).await?;
    Ok(drafted(&page.events))
}

/// A page of the log.
#[server(name = AskLog, prefix = "/api/ui", endpoint = "git/log", input = Json)]
pub async fn log(id: ProjectId, query: LogQuery) -> Result<LogPage, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.log(&who, id, query).await
}

/// One commit.
#[server(name = AskCommit, prefix = "/api/ui", endpoint = "git/commit", input = Json)]
pub async fn commit(id: ProjectId, commit: String) -> Result<CommitView, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.commit(&who, id, &commit).await
}

/// A page of what changed in one file up to a commit, from this line on.
#[server(name = AskChange, prefix = "/api/ui", endpoint = "git/change", input = Json)]
pub async fn change(id: ProjectId, of: ChangeOf, from: u32) -> Result<FileDiff, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.change(&who, id, of, from).await
}

/// Two branches beside each other.
#[server(name = AskComparison, prefix = "/api/ui", endpoint = "git/compare", input = Json)]
pub async fn compare(id: ProjectId, base: String, other: String) -> Result<Comparison, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.compare(&who, id, &base, &other).await
}

/// Who last changed the lines of a file, a page of it.
#[server(name = AskBlame, prefix = "/api/ui", endpoint = "git/blame", input = Json)]
pub async fn blame(id: ProjectId, path: String, line: u32) -> Result<Blame, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.blame(&who, id, &path, line).await
}

/// What was put aside.
#[server(name = AskStashes, prefix = "/api/ui", endpoint = "git/stashes", input = Json)]
pub async fn stashes(id: ProjectId) -> Result<Vec<StashEntry>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.history.stashes(&who, id).await
}

/// Tells git to do something.
#[server(prefix = "/api/ui", endpoint = "git/start", input = Json)]
pub async fn start_run(id: ProjectId, command: Command) -> Result<Run, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.runs.start(&who, id, command).await
}

/// The last run of git in a project.
#[server(name = AskLastRun, prefix = "/api/ui", endpoint = "git/last-run", input = Json)]
pub async fn last_run(id: ProjectId) -> Result<LastRun, AppError> {
    let (engine, who) = crate::engine::caller()?;
    Ok(LastRun { run: engine.runs.last(&who, id).await? })
}

/// Ends a run.
#[server(prefix = "/api/ui", endpoint = "git/cancel-run", input = Json)]
pub async fn cancel_run(id: ProjectId, run: RunId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.runs.cancel(&who, id, run).await
}
