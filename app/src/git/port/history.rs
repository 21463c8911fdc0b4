//! What the engine must tell of commits and remotes. Every call takes the viewer who asks; 404 for an unknown project, 409
//! where its directory cannot be used or is in no repository, or the path of a file is not UTF-8.

use async_trait::async_trait;

use crate::{
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{
            FileDiff, Side,
            commit::CommitStart,
            log::{Blame, ChangeOf, CommitView, Comparison, LogPage, LogQuery, StashEntry},
            remote::Remotes,
        },
        port::Picture,
    },
    ids::ProjectId,
};

/// What is committed, and where it may go. Changes nothing, and asks no remote.
#[async_trait]
pub trait History: Send + Sync {
    /// What a new commit starts from.
    async fn commit_start(&self, who: &Viewer, id: ProjectId) -> Result<CommitStart, AppError>;
    /// The remotes, and what the branch follows.
    async fn remotes(&self, who: &Viewer, id: ProjectId) -> Result<Remotes, AppError>;
    /// What an agent is told that is to write a commit's message: what is staged, at most some 64 KB of it. 409 where nothing
    /// is, 403 where nobody trusted the project.
    async fn draft_prompt(&self, who: &Viewer, id: ProjectId) -> Result<String, AppError>;
    /// A page of the log, the latest first; nothing before the first commit. 404 for an unknown branch.
    async fn log(&self, who: &Viewer, id: ProjectId, query: LogQuery) -> Result<LogPage, AppError>;
    /// One commit with the files of the project that it changed, by its id or the beginning of it. 404 for anything else.
    async fn commit(&self, who: &Viewer, id: ProjectId, commit: &str) -> Result<CommitView, AppError>;
    /// A page of what changed in one file up to a commit, from this line of the diff on. 404 if nothing did.
    async fn change(
        &self,
        who: &Viewer,
        id: ProjectId,
        of: ChangeOf,
        from: u32,
    ) -> Result<FileDiff, AppError>;
    /// An image as it was before a commit or is in it. 404 if it was not there or is none that can be shown.
    async fn changed_image(
        &self,
        who: &Viewer,
        id: ProjectId,
        of: ChangeOf,
        side: Side,
    ) -> Result<Picture, AppError>;
    /// Two branches beside each other. 404 for an unknown one.
    async fn compare(
        &self,
        who: &Viewer,
        id: ProjectId,
        base: &str,
        other: &str,
    ) -> Result<Comparison, AppError>;
    /// Who last changed the lines of a file, from this line on, at most 500; what is not committed is nobody's. 404 for a file
    /// that git does not know.
    async fn blame(&self, who: &Viewer, id: ProjectId, path: &str, line: u32) -> Result<Blame, AppError>;
    /// What was put aside, the latest first, at most 200.
    async fn stashes(&self, who: &Viewer, id: ProjectId) -> Result<Vec<StashEntry>, AppError>;
}
