//! What is committed, and where it may go. Reads; changes nothing and asks no remote.

mod blame;
mod change;
mod draft;
mod files;
mod log;
mod show;
mod start;
mod stashes;

use app::{
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{
            FileDiff, Side,
            commit::CommitStart,
            log::{Blame, ChangeOf, CommitView, Comparison, LogPage, LogQuery, StashEntry},
            remote::Remotes,
        },
        port::{Picture, history::History},
    },
    ids::ProjectId,
};
use async_trait::async_trait;

pub(super) use self::{
    start::{author, head},
    stashes::stashes,
};
use super::{GitEngine, remotes::remotes};

#[async_trait]
impl History for GitEngine {
    async fn commit_start(&self, _who: &Viewer, id: ProjectId) -> Result<CommitStart, AppError> {
        start::start(&self.repository(id).await?).await
    }

    async fn remotes(&self, _who: &Viewer, id: ProjectId) -> Result<Remotes, AppError> {
        let git = self.repository(id).await?;
        let known = remotes(&git).await?;
        Ok(Remotes { pull_request: self.pull_request(id, &git, &known).await?, ..known })
    }

    async fn draft_prompt(&self, _who: &Viewer, id: ProjectId) -> Result<String, AppError> {
        draft::prompt(&self.trusted(id).await?).await
    }

    async fn log(&self, _who: &Viewer, id: ProjectId, query: LogQuery) -> Result<LogPage, AppError> {
        log::log(&self.repository(id).await?, &query).await
    }

    async fn commit(&self, _who: &Viewer, id: ProjectId, commit: &str) -> Result<CommitView, AppError> {
        show::show(&self.repository(id).await?, commit).await
    }

    async fn change(
        &self,
        _who: &Viewer,
        id: ProjectId,
        of: ChangeOf,
        from: u32,
    ) -> Result<FileDiff, AppError> {
        change::change(&self.repository(id).await?, &of, from).await
    }

    async fn changed_image(
        &self,
        _who: &Viewer,
        id: ProjectId,
        of: ChangeOf,
        side: Side,
    ) -> Result<Picture, AppError> {
        change::image(&self.repository(id).await?, &of, side).await
    }

    async fn compare(
        &self,
        _who: &Viewer,
        id: ProjectId,
        base: &str,
        other: &str,
    ) -> Result<Comparison, AppError> {
        log::compare(&self.repository(id).await?, base, other).await
    }

    async fn blame(&self, _who: &Viewer, id: ProjectId, path: &str, line: u32) -> Result<Blame, AppError> {
        blame::blame(&self.repository(id).await?, path, line).await
    }

    async fn stashes(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<StashEntry>, AppError> {
        stashes(&self.repository(id).await?).await
    }
}
