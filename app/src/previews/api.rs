//! What the pages ask about previews: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{Preview, Previews};
use crate::{error::AppError, ids::ProjectId};

/// The ports that programs of the project listen on.
#[server(name = ListPreviews, prefix = "/api/ui", endpoint = "previews/list", input = Json)]
pub async fn list(project: ProjectId) -> Result<Previews, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.previews.list(&who, project).await
}

/// Passes one on at a port of Roost's own.
#[server(name = AskOpenPreview, prefix = "/api/ui", endpoint = "previews/open", input = Json)]
pub async fn open(project: ProjectId, port: u16) -> Result<Preview, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.previews.open(&who, project, port).await
}

/// Passes it on no longer.
#[server(name = ClosePreview, prefix = "/api/ui", endpoint = "previews/close", input = Json)]
pub async fn close(project: ProjectId, port: u16) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.previews.close(&who, project, port).await
}
