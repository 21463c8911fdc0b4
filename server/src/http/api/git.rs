//! Repositories of projects: what changed, and their branches.

use app::{
    git::model::{Branches, Changes, SwitchBranch},
    ids::ProjectId,
    projects::model::Project,
};
use axum::{Json, extract::State};

use super::{
    super::{
        Shared,
        extract::{Body, Path, Who},
        table::{Route, get, post},
    },
    Answer,
};

const TAG: &str = "git";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/changes", changes)
            .says(TAG, "The changed files of its work tree.")
            .gives::<Changes>(200),
        get("/api/v1/projects/{id}/branches", branches)
            .says(TAG, "The branches of its repository, the default one first.")
            .gives::<Branches>(200),
        post("/api/v1/projects/{id}/branch", switch_branch)
            .says(TAG, "Checks a branch out, or makes it; refused rather than that anything is lost.")
            .takes::<SwitchBranch>()
            .gives::<Project>(200),
    ]
}

async fn changes(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Changes> {
    Ok(Json(http.engine.git.changes(&who, id).await?))
}

async fn branches(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Branches> {
    Ok(Json(http.engine.git.branches(&who, id).await?))
}

async fn switch_branch(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(to): Body<SwitchBranch>,
) -> Answer<Project> {
    Ok(Json(http.engine.git.switch_branch(&who, id, to).await?))
}
