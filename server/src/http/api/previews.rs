//! What agents and terminals serve on a port: list, open, close.

use app::{
    ids::ProjectId,
    previews::model::{OpenPreview, Preview, Previews},
};
use axum::{Json, extract::State};
use http::StatusCode;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Who},
        table::{Route, delete, get, post},
    },
    Answer,
};

const TAG: &str = "previews";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/previews", list)
            .says(TAG, "The ports that programs of its sessions and terminals listen on.")
            .gives::<Previews>(200),
        post("/api/v1/projects/{id}/previews", open)
            .says(
                TAG,
                "Passes one on at a port of Roost's own, for whoever is signed in there with a browser.",
            )
            .takes::<OpenPreview>()
            .gives::<Preview>(200),
        delete("/api/v1/projects/{id}/previews/{port}", close).says(TAG, "Passes it on no longer."),
    ]
}

async fn list(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Previews> {
    Ok(Json(http.engine.previews.list(&who, id).await?))
}

async fn open(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(which): Body<OpenPreview>,
) -> Answer<Preview> {
    Ok(Json(http.engine.previews.open(&who, id, which.port).await?))
}

async fn close(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, port)): Path<(ProjectId, u16)>,
) -> Result<StatusCode, ApiError> {
    http.engine.previews.close(&who, id, port).await?;
    Ok(StatusCode::NO_CONTENT)
}
