//! What the engine must do with terminals. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::model::{NewTerminal, Terminal, TerminalPatch};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, SessionId, TerminalId},
};

/// Shells that live until they are closed, and the terminals of sessions, which live as long as those.
#[async_trait]
pub trait Terminals: Send + Sync {
    /// Every shell, or those of one project; the oldest first.
    async fn list(&self, who: &Viewer, project: Option<ProjectId>) -> Result<Vec<Terminal>, AppError>;
    /// The terminal of a session, if it has one.
    async fn of_session(&self, who: &Viewer, session: SessionId) -> Result<Vec<Terminal>, AppError>;
    /// Opens a shell in the project's directory. 404 for an unknown project, 409 for one that is archived or that nobody
    /// trusted. That the shell could not be started is no error: the card says why.
    async fn open(&self, who: &Viewer, new: NewTerminal) -> Result<Terminal, AppError>;
    /// Renames it. 400 for a name that is empty or too long.
    async fn update(&self, who: &Viewer, id: TerminalId, patch: TerminalPatch) -> Result<Terminal, AppError>;
    /// Starts its shell anew. 409 while it runs, and for the terminal of a session.
    async fn restart(&self, who: &Viewer, id: TerminalId) -> Result<Terminal, AppError>;
    /// Ends what runs in it and forgets it. 409 with the name of a program that has it, unless `force` is set, and for the
    /// terminal of a session.
    async fn close(&self, who: &Viewer, id: TerminalId, force: bool) -> Result<(), AppError>;
}
