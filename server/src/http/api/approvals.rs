//! What agents wait for, and the answers.

use app::{
    approvals::model::{Approval, ApprovalStatus, Decision},
    ids::{ApprovalId, SessionId},
};
use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    super::{
        Shared,
        extract::{Body, Path, Query, Who},
        table::{Route, get, post},
    },
    Answer,
};

const TAG: &str = "approvals";

#[derive(Deserialize)]
struct Filter {
    status: Option<ApprovalStatus>,
    session_id: Option<SessionId>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/approvals", list)
            .says(TAG, "Approvals across all projects, the newest first, at most 200.")
            .query::<ApprovalStatus>("status", "Of this status only, such as `pending`.")
            .query::<SessionId>("session_id", "Of this session only.")
            .gives_list::<Approval>(),
        post("/api/v1/approvals/{id}", decide)
            .says(TAG, "Answers one. 409 if it was answered before, or if `digest` is not that of the request as it is.")
            .takes::<Decision>()
            .gives::<Approval>(200),
    ]
}

async fn list(
    State(http): State<Shared>,
    Who(who): Who,
    Query(filter): Query<Filter>,
) -> Answer<Vec<Approval>> {
    Ok(Json(http.engine.approvals.list(&who, filter.status, filter.session_id).await?))
}

async fn decide(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<ApprovalId>,
    Body(decision): Body<Decision>,
) -> Answer<Approval> {
    Ok(Json(http.engine.approvals.decide(&who, id, decision).await?))
}
