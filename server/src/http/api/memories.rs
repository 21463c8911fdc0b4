//! The instructions that the CLI reads for a project: list, read, compare, save.

use app::{
    ids::ProjectId,
    memories::model::{CompareMemory, Memories, MemoryDifference, MemoryText, SaveMemory},
};
use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    super::{
        Shared,
        extract::{Body, Path, Query, Who},
        table::{Route, get, post, put},
    },
    Answer,
};

const TAG: &str = "memories";

/// Which file.
#[derive(Deserialize)]
struct Which {
    path: String,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{id}/memories", list)
            .says(TAG, "The files of instructions that the CLI reads for the project, in its order.")
            .gives::<Memories>(200),
        get("/api/v1/projects/{id}/memories/file", read)
            .says(TAG, "One of them with its text and hash, also while there is no such file.")
            .query::<String>("path", "its absolute path, as the list has it")
            .gives::<MemoryText>(200),
        put("/api/v1/projects/{id}/memories/file", save)
            .says(
                TAG,
                "Writes one, if it still is what `base` names; 409 with the hash of what is there otherwise.",
            )
            .takes::<SaveMemory>()
            .gives::<MemoryText>(200),
        post("/api/v1/projects/{id}/memories/compare", compare)
            .says(TAG, "One of them as it is now, and how a text differs from it.")
            .takes::<CompareMemory>()
            .gives::<MemoryDifference>(200),
    ]
}

async fn list(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Memories> {
    Ok(Json(http.engine.memories.list(&who, id).await?))
}

async fn read(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Answer<MemoryText> {
    Ok(Json(http.engine.memories.read(&who, id, &which.path).await?))
}

async fn save(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(save): Body<SaveMemory>,
) -> Answer<MemoryText> {
    Ok(Json(http.engine.memories.save(&who, id, save).await?))
}

async fn compare(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Body(compare): Body<CompareMemory>,
) -> Answer<MemoryDifference> {
    Ok(Json(http.engine.memories.compare(&who, id, compare).await?))
}
