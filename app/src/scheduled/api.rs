//! What the pages ask about scheduled work: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{Deletion, Schedule};
use crate::{error::AppError, ids::ProjectId};

/// What the agents of a project scheduled.
#[server(name = ListScheduled, prefix = "/api/ui", endpoint = "scheduled/list", input = Json)]
pub async fn list(project: ProjectId) -> Result<Schedule, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.scheduled.list(&who, project).await
}

/// Deletes a task, or asks its agent to.
#[server(name = DeleteScheduled, prefix = "/api/ui", endpoint = "scheduled/delete", input = Json)]
pub async fn delete(project: ProjectId, task: String) -> Result<Deletion, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.scheduled.delete(&who, project, &task).await
}
