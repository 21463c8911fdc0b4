//! What agents scheduled: list, and delete.

use app::{
    ids::ProjectId,
    scheduled::model::{Deletion, Schedule},
};
use axum::{Json, extract::State};

use super::{
    super::{
        Shared,
        extract::{Path, Who},
        table::{Route, delete, get},
    },
    Answer,
};

const TAG: &str = "scheduled";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/scheduled", list)
            .says(TAG, "The prompts that its agents scheduled: those in its file, and those of its sessions.")
            .gives::<Schedule>(200),
        delete("/api/v1/projects/{id}/scheduled/{task}", remove)
            .says(
                TAG,
                "Takes one out of the file, or asks the agent to delete it whose session it belongs to.",
            )
            .gives::<Deletion>(200),
    ]
}

async fn list(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Schedule> {
    Ok(Json(http.engine.scheduled.list(&who, id).await?))
}

async fn remove(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, task)): Path<(ProjectId, String)>,
) -> Answer<Deletion> {
    Ok(Json(http.engine.scheduled.delete(&who, id, &task).await?))
}
