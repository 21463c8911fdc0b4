//! What the pages ask about projects: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{NewProject, Project, ProjectPatch, TrustReport};
use crate::{error::AppError, ids::ProjectId};

/// One project. 404 for an unknown id.
#[server(prefix = "/api/ui", endpoint = "projects/get", input = Json)]
pub async fn get(id: ProjectId) -> Result<Project, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.get(&who, id).await
}

/// Registers a directory, or makes one.
#[server(prefix = "/api/ui", endpoint = "projects/add", input = Json)]
pub async fn add(new: NewProject) -> Result<Project, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.add(&who, new).await
}

/// Renames, moves, archives or takes back.
#[server(prefix = "/api/ui", endpoint = "projects/update", input = Json)]
pub async fn update(id: ProjectId, patch: ProjectPatch) -> Result<Project, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.update(&who, id, patch).await
}

/// Forgets a project; its files stay.
#[server(prefix = "/api/ui", endpoint = "projects/remove", input = Json)]
pub async fn remove(id: ProjectId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.remove(&who, id).await
}

/// What would run once a project is trusted.
#[server(name = AskTrustReport, prefix = "/api/ui", endpoint = "projects/trust-report", input = Json)]
pub async fn trust_report(id: ProjectId) -> Result<TrustReport, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.trust_report(&who, id).await
}

/// Trusts a project's directory.
#[server(prefix = "/api/ui", endpoint = "projects/trust", input = Json)]
pub async fn trust(id: ProjectId) -> Result<Project, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.trust(&who, id).await
}

/// Directories that complete what was typed, in the form it was typed.
#[server(prefix = "/api/ui", endpoint = "projects/complete", input = Json)]
pub async fn complete_path(typed: String) -> Result<Vec<String>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.projects.complete_path(&who, &typed).await
}
