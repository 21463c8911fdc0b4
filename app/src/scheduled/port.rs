//! What the engine must do with what agents scheduled. Every call takes the viewer who asks; 404 for an unknown project, 409
//! where its directory cannot be used.

use async_trait::async_trait;

use super::model::{Deletion, Schedule};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// The prompts that agents left for later.
#[async_trait]
pub trait Scheduled: Send + Sync {
    /// Those of a project: what its file holds, and what belongs to its sessions.
    async fn list(&self, who: &Viewer, project: ProjectId) -> Result<Schedule, AppError>;
    /// Takes one out of the project's file, or asks the agent whose session it belongs to. 404 if there is no such task,
    /// 409 if the file cannot be read or changed meanwhile.
    async fn delete(&self, who: &Viewer, project: ProjectId, task: &str) -> Result<Deletion, AppError>;
}
