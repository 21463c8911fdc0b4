//! What the engine must do with worktrees. Every call takes the viewer who asks; 404 for an unknown project or worktree, 409 with
//! what is in the way. A new one is made with its session.

use async_trait::async_trait;

use super::model::{BringBack, RemoveWorktree, WorktreeSettings, Worktrees as All};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, TrashId},
};

/// The worktrees of projects.
#[async_trait]
pub trait Worktrees: Send + Sync {
    /// Every worktree of the project's repository but the main one, what a crash has left of them, and the trash.
    async fn list(&self, who: &Viewer, project: ProjectId) -> Result<All, AppError>;
    /// Changes what new worktrees get. 400 for what is no pattern.
    async fn change_settings(
        &self,
        who: &Viewer,
        project: ProjectId,
        settings: WorktreeSettings,
    ) -> Result<(), AppError>;
    /// Brings the commits of a worktree into its base. A conflict is told, and the base stays as it was.
    async fn bring_back(&self, who: &Viewer, project: ProjectId, wish: BringBack) -> Result<(), AppError>;
    /// Removes a worktree, and its branch if Roost made both. 409 if that would lose work, unless it is removed anyway: then
    /// that is put into the trash first.
    async fn remove(&self, who: &Viewer, project: ProjectId, wish: RemoveWorktree) -> Result<(), AppError>;
    /// Puts a worktree back that is in the trash.
    async fn put_back(&self, who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError>;
    /// Deletes something of the trash for good.
    async fn discard(&self, who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError>;
}
