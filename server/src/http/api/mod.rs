//! The REST side: a file a noun. Handlers take apart, call a port and put together; what they decide is only the status.

mod approvals;
mod auth;
mod entries;
mod files;
mod git;
mod git_history;
mod git_runs;
mod history;
mod memories;
mod previews;
mod projects;
mod scheduled;
mod sessions;
mod terminals;
mod worktrees;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    Shared,
    error::ApiError,
    table::{Route, get},
};

/// A JSON answer, or a refusal.
type Answer<T> = Result<Json<T>, ApiError>;

/// Every route of the API.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        get("/healthz", healthz).public(),
        get("/api/v1/openapi.json", openapi)
            .says("about", "This description.")
            .gives_other("application/json"),
    ];
    routes.extend(projects::routes());
    routes.extend(git::routes());
    routes.extend(git_history::routes());
    routes.extend(git_runs::routes());
    routes.extend(files::routes());
    routes.extend(entries::routes());
    routes.extend(worktrees::routes());
    routes.extend(sessions::routes());
    routes.extend(history::routes());
    routes.extend(approvals::routes());
    routes.extend(memories::routes());
    routes.extend(previews::routes());
    routes.extend(scheduled::routes());
    routes.extend(terminals::routes());
    routes.extend(auth::routes());
    routes
}

async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn openapi(State(http): State<Shared>) -> Json<Value> {
    Json(http.openapi.clone())
}
