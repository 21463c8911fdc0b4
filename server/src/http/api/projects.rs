//! Directories: register, create, rename, move, trust, forget.

use app::{
    ids::ProjectId,
    projects::model::{NewProject, Project, ProjectPatch, TrustReport},
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Query, Who},
        table::{Route, delete, get, patch, post},
    },
    Answer,
};

const TAG: &str = "projects";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects", list)
            .says(TAG, "Every project, in its order, archived ones last; worktrees are no projects.")
            .query::<bool>(
                "worktrees",
                "Whether the worktrees that Roost made come along, behind the projects.",
            )
            .gives_list::<Project>(),
        post("/api/v1/projects", add)
            .says(TAG, "Registers the directory at `path`, or creates one called `name`.")
            .takes::<NewProject>()
            .gives::<Project>(201),
        get("/api/v1/projects/{id}", one).says(TAG, "One project.").gives::<Project>(200),
        patch("/api/v1/projects/{id}", update)
            .says(TAG, "Renames, moves, archives or takes back.")
            .takes::<ProjectPatch>()
            .gives::<Project>(200),
        delete("/api/v1/projects/{id}", remove)
            .says(TAG, "Forgets it and its finished sessions; files stay."),
        get("/api/v1/projects/{id}/trust", report)
            .says(TAG, "What would run in the directory once it is trusted.")
            .gives::<TrustReport>(200),
        post("/api/v1/projects/{id}/trust", trust).says(TAG, "Trusts the directory.").gives::<Project>(200),
    ]
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    worktrees: bool,
}

async fn list(State(http): State<Shared>, Who(who): Who, Query(which): Query<Which>) -> Answer<Vec<Project>> {
    let mut projects = http.engine.projects.list(&who).await?;
    projects.retain(|project| which.worktrees || project.worktree_of.is_none());
    projects.sort_by_key(|project| project.worktree_of.is_some());
    Ok(Json(projects))
}

async fn add(
    State(http): State<Shared>,
    Who(who): Who,
    Body(new): Body<NewProject>,
) -> Result<(StatusCode, Json<Project>), ApiError> {
    Ok((StatusCode::CREATED, Json(http.engine.projects.add(&who, new).await?)))
}

async fn one(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Project> {
    Ok(Json(http.engine.projects.get(&who, id).await?))
}

async fn update(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(patch): Body<ProjectPatch>,
) -> Answer<Project> {
    Ok(Json(http.engine.projects.update(&who, id, patch).await?))
}

async fn remove(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
) -> Result<StatusCode, ApiError> {
    http.engine.projects.remove(&who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn report(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<TrustReport> {
    Ok(Json(http.engine.projects.trust_report(&who, id).await?))
}

async fn trust(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Project> {
    Ok(Json(http.engine.projects.trust(&who, id).await?))
}
