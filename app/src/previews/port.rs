//! What the engine must do with previews. Every call takes the viewer who asks; 404 for an unknown project.

use async_trait::async_trait;

use super::model::{Preview, Previews};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// What agents and terminals serve.
#[async_trait]
pub trait Ports: Send + Sync {
    /// The ports that programs of the project's sessions and terminals listen on now.
    async fn list(&self, who: &Viewer, project: ProjectId) -> Result<Previews, AppError>;
    /// Passes one on at a port of Roost's own, for whoever is signed in, until it is closed or nothing is served there any
    /// more. Opened twice it is the same. 404 if no program of the project listens there, 403 where previews are off, 409 when
    /// too many are open.
    async fn open(&self, who: &Viewer, project: ProjectId, port: u16) -> Result<Preview, AppError>;
    /// Passes it on no longer. 404 if it is not open.
    async fn close(&self, who: &Viewer, project: ProjectId, port: u16) -> Result<(), AppError>;
}
