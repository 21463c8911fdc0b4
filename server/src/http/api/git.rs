//! Repositories of projects: what changed, and their branches.

use app::{
    error::AppError,
    git::model::{Branches, ChangeGroup, ChangePage, Changes, Staging, SwitchBranch},
    ids::ProjectId,
    projects::model::Project,
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Query, Who},
        table::{Route, get, post},
    },
    Answer,
};

const TAG: &str = "git";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/changes", changes)
            .says(TAG, "The state of its work tree and the changed files, at most 500 of each group.")
            .query::<Option<ChangeGroup>>("group", "Only files of this group.")
            .query::<Option<String>>("after", "Only files behind this path; needs `group`.")
            .gives::<Changes>(200),
        post("/api/v1/projects/{id}/changes/stage", stage)
            .says(TAG, "Takes changes into the index, or those of the group `staged` out of it.")
            .takes::<Staging>(),
        get("/api/v1/projects/{id}/branches", branches)
            .says(TAG, "The branches of its repository, the default one first.")
            .gives::<Branches>(200),
        post("/api/v1/projects/{id}/branch", switch_branch)
            .says(TAG, "Checks a branch out, or makes it; refused rather than that anything is lost.")
            .takes::<SwitchBranch>()
            .gives::<Project>(200),
    ]
}

/// The query of a further page.
#[derive(Deserialize)]
struct Page {
    group: Option<ChangeGroup>,
    after: Option<String>,
}

async fn changes(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(page): Query<Page>,
) -> Answer<Changes> {
    let page = match (page.group, page.after) {
        (None, None) => None,
        (Some(group), after) => Some(ChangePage { group, after: after.unwrap_or_default() }),
        (None, Some(_)) => {
            return Err(AppError::invalid("group", "Say of which group the next files are wanted.").into());
        }
    };
    Ok(Json(http.engine.git.changes(&who, id, page).await?))
}

async fn stage(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(what): Body<Staging>,
) -> Result<StatusCode, ApiError> {
    http.engine.git.stage(&who, id, what).await?;
    Ok(StatusCode::NO_CONTENT)
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
