//! What the engine must do with terminals. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::model::{NewTerminal, Terminal, TerminalPatch};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, TerminalId},
};

/// Shells that live until they are closed.
#[async_trait]
pub trait Terminals: Send + Sync {
    /// Every terminal, or those of one project; the oldest first.
    async fn list(&self, who: &Viewer, project: Option<ProjectId>) -> Result<Vec<Terminal>, AppError>;
    /// Opens one in the project's directory. 404 for an unknown project, 409 for one that is archived or that nobody
    /// trusted. That the shell could not be started is no error: the card says why.
    async fn open(&self, who: &Viewer, new: NewTerminal) -> Result<Terminal, AppError>;
    /// Renames it. 400 for a name that is empty or too long.
    async fn update(&self, who: &Viewer, id: TerminalId, patch: TerminalPatch) -> Result<Terminal, AppError>;
    /// Starts its shell anew. 409 while it runs.
    async fn restart(&self, who: &Viewer, id: TerminalId) -> Result<Terminal, AppError>;
    /// Ends what runs in it and forgets it. 409 with the name of a program that has it, unless `force` is set.
    async fn close(&self, who: &Viewer, id: TerminalId, force: bool) -> Result<(), AppError>;
}
