//! Terminals: shells to open, rename, start anew and close, and those of sessions to find. What they show is on their socket.

use app::{
    ids::{ProjectId, SessionId, TerminalId},
    terminals::model::{NewTerminal, Terminal, TerminalPatch},
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

const TAG: &str = "terminals";

#[derive(Deserialize)]
struct Of {
    project: Option<ProjectId>,
    session: Option<SessionId>,
}

#[derive(Deserialize)]
struct How {
    force: Option<bool>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/terminals", list)
            .says(
                TAG,
                "Every shell, or those of one project, the oldest first; or the terminal of a session.",
            )
            .query::<ProjectId>("project", "The shells of this project only.")
            .query::<SessionId>("session", "The terminal of this session instead.")
            .gives_list::<Terminal>(),
        post("/api/v1/terminals", open)
            .says(TAG, "Opens a login shell in the directory of a project.")
            .takes::<NewTerminal>()
            .gives::<Terminal>(201),
        patch("/api/v1/terminals/{id}", update)
            .says(TAG, "Renames it.")
            .takes::<TerminalPatch>()
            .gives::<Terminal>(200),
        post("/api/v1/terminals/{id}/restart", restart)
            .says(TAG, "Starts its shell anew after it has ended.")
            .gives::<Terminal>(200),
        delete("/api/v1/terminals/{id}", close)
            .says(
                TAG,
                "Ends what runs in it and forgets it. 409 if a program has it, unless `force` is true.",
            )
            .query::<bool>("force", "Whether to end a program that has it."),
    ]
}

async fn list(State(http): State<Shared>, Who(who): Who, Query(of): Query<Of>) -> Answer<Vec<Terminal>> {
    Ok(Json(match of.session {
        Some(session) => http.engine.terminals.of_session(&who, session).await?,
        None => http.engine.terminals.list(&who, of.project).await?,
    }))
}

async fn open(
    State(http): State<Shared>,
    Who(who): Who,
    Body(new): Body<NewTerminal>,
) -> Result<(StatusCode, Json<Terminal>), ApiError> {
    Ok((StatusCode::CREATED, Json(http.engine.terminals.open(&who, new).await?)))
}

async fn update(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<TerminalId>,
    Body(patch): Body<TerminalPatch>,
) -> Answer<Terminal> {
    Ok(Json(http.engine.terminals.update(&who, id, patch).await?))
}

async fn restart(State(http): State<Shared>, Who(who): Who, Path(id): Path<TerminalId>) -> Answer<Terminal> {
    Ok(Json(http.engine.terminals.restart(&who, id).await?))
}

async fn close(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<TerminalId>,
    Query(how): Query<How>,
) -> Result<StatusCode, ApiError> {
    http.engine.terminals.close(&who, id, how.force.unwrap_or(false)).await?;
    Ok(StatusCode::NO_CONTENT)
}
