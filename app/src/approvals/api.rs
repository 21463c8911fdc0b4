//! The server functions of approvals. Never decides anything here: the engine does.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{Approval, Decision};
use crate::{error::AppError, ids::ApprovalId};

/// Answers an approval. 409 with who and when if somebody was faster.
#[server(prefix = "/api/ui", endpoint = "approvals/decide", input = Json)]
pub async fn decide(id: ApprovalId, decision: Decision) -> Result<Approval, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.approvals.decide(&who, id, decision).await
}
