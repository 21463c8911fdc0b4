//! What the pages ask about worktrees: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{BringBack, RemoveWorktree, WorktreeSettings, Worktrees};
use crate::{
    error::AppError,
    ids::{ProjectId, TrashId},
};

/// Every worktree of a project's repository, and the trash.
#[server(name = AskWorktrees, prefix = "/api/ui", endpoint = "worktrees/list", input = Json)]
pub async fn list(id: ProjectId) -> Result<Worktrees, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.list(&who, id).await
}

/// Changes what new worktrees get.
#[server(name = ChangeWorktreeSettings, prefix = "/api/ui", endpoint = "worktrees/settings", input = Json)]
pub async fn change_settings(id: ProjectId, settings: WorktreeSettings) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.change_settings(&who, id, settings).await
}

/// Brings the commits of a worktree into its base.
#[server(name = BringBackWorktree, prefix = "/api/ui", endpoint = "worktrees/bring", input = Json)]
pub async fn bring_back(id: ProjectId, wish: BringBack) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.bring_back(&who, id, wish).await
}

/// Removes a worktree.
#[server(name = DropWorktree, prefix = "/api/ui", endpoint = "worktrees/remove", input = Json)]
pub async fn remove(id: ProjectId, wish: RemoveWorktree) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.remove(&who, id, wish).await
}

/// Puts a worktree back that is in the trash.
#[server(name = PutWorktreeBack, prefix = "/api/ui", endpoint = "worktrees/put-back", input = Json)]
pub async fn put_back(id: ProjectId, trash: TrashId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.put_back(&who, id, trash).await
}

/// Deletes something of the trash for good.
#[server(name = DiscardWorktree, prefix = "/api/ui", endpoint = "worktrees/discard", input = Json)]
pub async fn discard(id: ProjectId, trash: TrashId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.worktrees.discard(&who, id, trash).await
}
