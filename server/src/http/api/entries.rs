//! What is done to the entries of a project: made, moved, thrown away and put back, brought from elsewhere and taken along.

use app::{
    files::model::{Clash, MoveEntry, NewEntry, Trashed},
    ids::{ProjectId, TrashId},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body as Sent, Path, Query, Who},
        table::{Route, delete, get, post, put},
    },
    Answer,
    files::attachment,
};

const TAG: &str = "files";

/// Which entry.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    path: String,
}

/// Where a file is to go.
#[derive(Deserialize)]
struct Where {
    #[serde(default)]
    path: String,
    #[serde(default)]
    clash: Clash,
}

/// A file that has arrived.
#[derive(Serialize, utoipa::ToSchema)]
struct Arrived {
    /// Its path.
    path: String,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/projects/{id}/files", make)
            .says(TAG, "Makes an empty file or a folder. 409 if something has the name.")
            .takes::<NewEntry>(),
        post("/api/v1/projects/{id}/files/move", rename)
            .says(TAG, "Gives an entry another place or another name. 409 if something is there.")
            .takes::<MoveEntry>(),
        delete("/api/v1/projects/{id}/files", remove)
            .says(TAG, "Puts an entry into the trash, where it is kept for a week; a link itself, not what it leads to.")
            .query::<String>("path", "The entry, relative to the project.")
            .gives::<Trashed>(200),
        get("/api/v1/projects/{id}/files/trash", trash)
            .says(TAG, "What is in the trash of the project, the last one first.")
            .gives_list::<Trashed>(),
        post("/api/v1/projects/{id}/files/trash/{trash}/restore", put_back)
            .says(TAG, "Puts an entry of the trash back where it was. 409 if something is there.")
            .gives::<Trashed>(200),
        delete("/api/v1/projects/{id}/files/trash/{trash}", forget)
            .says(TAG, "Removes an entry of the trash for good."),
        put("/api/v1/projects/{id}/files/upload", upload)
            .says(TAG, "Writes the body as a file, at most 512 MB, in folders that are made if they are missing.")
            .query::<String>("path", "The file, relative to the project.")
            .query::<Clash>(
                "clash",
                "What becomes of what has the name already; if absent the new file is refused with 409.",
            )
            .with_file()
            .gives::<Arrived>(200),
        get("/api/v1/projects/{id}/files/archive", archive)
            .says(
                TAG,
                "A folder as a compressed tar, with everything in it but git's own files; it breaks off above 4 GB or \
                 200,000 entries.",
            )
            .query::<String>("path", "The folder, relative to the project; itself if absent.")
            .gives_other("application/gzip"),
    ]
}

async fn make(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Sent(entry): Sent<NewEntry>,
) -> Result<StatusCode, ApiError> {
    http.engine.files.make(&who, id, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rename(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Sent(entry): Sent<MoveEntry>,
) -> Result<StatusCode, ApiError> {
    http.engine.files.rename(&who, id, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Answer<Trashed> {
    Ok(Json(http.engine.files.remove(&who, id, &which.path).await?))
}

async fn trash(State(http): State<Shared>, Who(who): Who, Path(id): Path<ProjectId>) -> Answer<Vec<Trashed>> {
    Ok(Json(http.engine.files.trash(&who, id).await?))
}

async fn put_back(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, trash)): Path<(ProjectId, TrashId)>,
) -> Answer<Trashed> {
    Ok(Json(http.engine.files.put_back(&who, id, trash).await?))
}

async fn forget(
    State(http): State<Shared>,
    Who(who): Who,
    Path((id, trash)): Path<(ProjectId, TrashId)>,
) -> Result<StatusCode, ApiError> {
    http.engine.files.forget(&who, id, trash).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn upload(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(to): Query<Where>,
    body: Body,
) -> Answer<Arrived> {
    let bytes = body.into_data_stream().map(|piece| piece.map_err(std::io::Error::other)).boxed();
    let path = http.engine.files.upload(&who, id, &to.path, to.clash, bytes).await?;
    Ok(Json(Arrived { path }))
}

async fn archive(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ProjectId>,
    Query(which): Query<Which>,
) -> Result<Response, ApiError> {
    let archive = http.engine.files.archive(&who, id, &which.path).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/gzip")),
        (header::CONTENT_DISPOSITION, attachment(&archive.name)),
    ];
    Ok((headers, Body::from_stream(archive.bytes)).into_response())
}
