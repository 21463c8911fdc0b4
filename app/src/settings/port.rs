//! What the engine must tell about itself.

use async_trait::async_trait;

use super::model::{Claude, System};
use crate::{auth::model::Viewer, error::AppError};

/// Facts about this installation.
#[async_trait]
pub trait Settings: Send + Sync {
    /// Everything the Settings page shows.
    async fn system(&self, who: &Viewer) -> Result<System, AppError>;
    /// The agent's binary and account, from a cache of one minute.
    async fn claude(&self, who: &Viewer) -> Result<Claude, AppError>;
    /// Ends a keeper that belongs to no session. 404 for any other.
    async fn end_orphan(&self, who: &Viewer, id: &str) -> Result<(), AppError>;
}
