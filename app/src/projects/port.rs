//! What the engine must do with projects. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::model::{NewProject, Project, ProjectPatch, TrustReport};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// Registered directories and the trust in them.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Every project in the person's order, archived ones last, and the worktrees; those as they were last seen.
    async fn list(&self, who: &Viewer) -> Result<Vec<Project>, AppError>;
    /// One project. 404 for an unknown id.
    async fn get(&self, who: &Viewer, id: ProjectId) -> Result<Project, AppError>;
    /// Registers or creates. 400 names why a directory cannot be used; 409 if it is registered already.
    async fn add(&self, who: &Viewer, new: NewProject) -> Result<Project, AppError>;
    /// Renames, moves, archives or takes back.
    async fn update(&self, who: &Viewer, id: ProjectId, patch: ProjectPatch) -> Result<Project, AppError>;
    /// Forgets the project and its finished sessions; files stay. 409 while a session of it is live.
    async fn remove(&self, who: &Viewer, id: ProjectId) -> Result<(), AppError>;
    /// What would run once it is trusted.
    async fn trust_report(&self, who: &Viewer, id: ProjectId) -> Result<TrustReport, AppError>;
    /// Records the trust and sets the CLI's own flag. 503 if the CLI's file cannot be parsed: it is left alone.
    async fn trust(&self, who: &Viewer, id: ProjectId) -> Result<Project, AppError>;
    /// Directories that complete what was typed, at most 20, for the form that adds one.
    async fn complete_path(&self, who: &Viewer, typed: &str) -> Result<Vec<String>, AppError>;
}
