//! What the engine must do with projects. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::model::{
    Branches, ChangeGroup, Changes, NewProject, Project, ProjectPatch, SwitchBranch, TrustReport,
};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// Registered directories, their trust and what git says of them.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Every project in the person's order, archived ones last.
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
    /// The changed files of its work tree.
    async fn changes(&self, who: &Viewer, id: ProjectId) -> Result<Changes, AppError>;
    /// One file's change as highlighted HTML lines, at most 2,000 of them.
    async fn diff(
        &self,
        who: &Viewer,
        id: ProjectId,
        path: &str,
        group: ChangeGroup,
    ) -> Result<String, AppError>;
    /// The branches of its repository. 409 outside of one.
    async fn branches(&self, who: &Viewer, id: ProjectId) -> Result<Branches, AppError>;
    /// Checks a branch out, and makes it if that is asked for. Discards nothing: 409 while changes would be lost, a merge
    /// is under way or a session is at work there; 400 for a name that git does not take; 404 for an unknown branch.
    async fn switch_branch(&self, who: &Viewer, id: ProjectId, to: SwitchBranch)
    -> Result<Project, AppError>;
    /// Directories that complete what was typed, at most 20, for the form that adds one.
    async fn complete_path(&self, who: &Viewer, typed: &str) -> Result<Vec<String>, AppError>;
}
