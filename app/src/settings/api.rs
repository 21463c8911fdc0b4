//! What the pages ask about this installation. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{Claude, System};
use crate::error::AppError;

/// Everything the Settings page shows.
#[server(name = AskSystem, prefix = "/api/ui", endpoint = "settings/system", input = Json)]
pub async fn system() -> Result<System, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.settings.system(&who).await
}

/// The agent's binary and account.
#[server(name = AskClaude, prefix = "/api/ui", endpoint = "settings/claude", input = Json)]
pub async fn claude() -> Result<Claude, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.settings.claude(&who).await
}

/// Ends a keeper that belongs to no session.
#[server(prefix = "/api/ui", endpoint = "settings/end-orphan", input = Json)]
pub async fn end_orphan(id: String) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.settings.end_orphan(&who, &id).await
}
