//! Worktrees of projects: list, bring back, remove, and what is in the trash. One is made with its session.

use app::{
    ids::{ProjectId, TrashId},
    worktrees::model::{BringBack, RemoveWorktree, WorktreeSettings, Worktrees},
};
use axum::{Json, extract::State};
use http::StatusCode;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Who},
        table::{Route, delete, get, post, put},
    },
    Answer,
};

const TAG: &str = "worktrees";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/worktrees", list)
            .says(TAG, "Every worktree of its repository but the main one, what a crash has left, and the trash.")
            .gives::<Worktrees>(200),
        put("/api/v1/projects/{id}/worktrees/settings", change_settings)
            .says(TAG, "Changes what new worktrees of the project get.")
            .takes::<WorktreeSettings>(),
        post("/api/v1/projects/{id}/worktrees/bring-back", bring_back)
            .says(TAG, "Merges, squashes or rebases a worktree into its base; a conflict leaves the base as it was.")
            .takes::<BringBack>(),
        post("/api/v1/projects/{id}/worktrees/remove", remove)
            .says(TAG, "Removes one. 409 if that loses work, unless `anyway`: then that is put into the trash first.")
            .takes::<RemoveWorktree>(),
        post("/api/v1/projects/{id}/worktrees/trash/{trash}/put-back", put_back)
            .says(TAG, "Puts a worktree back with its branch and its files."),
        delete("/api/v1/projects/{id}/worktrees/trash/{trash}", discard)
            .says(TAG, "Deletes what is kept of a worktree for good."),
    ]
}

async fn list(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Worktrees> {
    Ok(Json(http.engine.worktrees.list(&who, id).await?))
}

async fn change_settings(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(settings): Body<WorktreeSettings>,
) -> Result<StatusCode, ApiError> {
    http.engine.worktrees.change_settings(&who, id, settings).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn bring_back(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(wish): Body<BringBack>,
) -> Result<StatusCode, ApiError> {
    http.engine.worktrees.bring_back(&who, id, wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(wish): Body<RemoveWorktree>,
) -> Result<StatusCode, ApiError> {
    http.engine.worktrees.remove(&who, id, wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn put_back(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, trash)): Path<(ProjectId, TrashId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.worktrees.put_back(&who, id, trash).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn discard(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, trash)): Path<(ProjectId, TrashId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.worktrees.discard(&who, id, trash).await?;
    Ok(StatusCode::NO_CONTENT)
}
