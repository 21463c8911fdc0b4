//! What the engine must do with sessions. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::{
    event::EventPage,
    model::{
        Act, Blob, Fork, Model, NewMessage, NewSession, Session, SessionFilter, SessionPage, SessionPatch,
        TouchedFile,
    },
};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{AttachmentId, MessageId, SessionId},
    terminals::model::Terminal,
};

/// Which part of a history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The end of it.
    Tail,
    /// What follows this number.
    After(u64),
    /// What comes before this number, nearest first, returned in order.
    Before(u64),
}

/// Conversations with agents. Unknown ids are 404, a state that does not allow the call is 409 and named.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The sessions that match: those that need a person first, then the latest.
    async fn list(&self, who: &Viewer, filter: SessionFilter) -> Result<Vec<Session>, AppError>;
    /// The models a session can be given, in the agent's order; aliases until an agent has told.
    async fn models(&self, who: &Viewer) -> Result<Vec<Model>, AppError>;
    /// One session with its queue and draft.
    async fn get(&self, who: &Viewer, id: SessionId) -> Result<SessionPage, AppError>;
    /// A page of its history: at most `limit` events and about 200 KB, whichever is less.
    async fn events(
        &self,
        who: &Viewer,
        id: SessionId,
        window: Window,
        limit: u32,
    ) -> Result<EventPage, AppError>;
    /// The whole output of a tool result that was sent in excerpt.
    async fn output(&self, who: &Viewer, id: SessionId, seq: u64) -> Result<String, AppError>;
    /// The CLI's own line behind an event.
    async fn raw(&self, who: &Viewer, id: SessionId, seq: u64) -> Result<String, AppError>;
    /// The files that its tools read, edited or wrote, at most 5,000, as the agent named them.
    async fn touched(&self, who: &Viewer, id: SessionId) -> Result<Vec<TouchedFile>, AppError>;
    /// The n-th image of a tool result, from 0.
    async fn image(&self, who: &Viewer, id: SessionId, seq: u64, n: u32) -> Result<Blob, AppError>;
    /// An image that went along with a message.
    async fn attachment(
        &self,
        who: &Viewer,
        id: SessionId,
        attachment: AttachmentId,
    ) -> Result<Blob, AppError>;
    /// Queues a new session, in the chat or in a terminal. 409 `untrusted` in a directory nobody trusted.
    async fn create(&self, who: &Viewer, new: NewSession) -> Result<Session, AppError>;
    /// Renames it, or changes its choices or its draft.
    async fn update(&self, who: &Viewer, id: SessionId, patch: SessionPatch) -> Result<Session, AppError>;
    /// Says something: runs at once, or queues behind the turn under way, or resumes a finished session. 409 while it is
    /// being written in its terminal.
    async fn send(&self, who: &Viewer, id: SessionId, message: NewMessage) -> Result<Session, AppError>;
    /// Changes a message that still waits. 409 once it was given to the agent.
    async fn edit_queued(
        &self,
        who: &Viewer,
        id: SessionId,
        message: MessageId,
        text: &str,
    ) -> Result<(), AppError>;
    /// Takes a waiting message back. 409 once it was given to the agent.
    async fn recall(&self, who: &Viewer, id: SessionId, message: MessageId) -> Result<(), AppError>;
    /// Does what needs no word more.
    async fn act(&self, who: &Viewer, id: SessionId, act: Act) -> Result<Session, AppError>;
    /// Makes sure that its agent's own interface runs, and gives the terminal that shows it. A chat is ended for that; 409 in
    /// the middle of a turn. Whoever asks twice, or from two places, gets the same one.
    async fn terminal(&self, who: &Viewer, id: SessionId) -> Result<Terminal, AppError>;
    /// Ends its terminal; the next message goes on in the chat. 409 while the agent is at work there, unless `force` is set.
    async fn chat(&self, who: &Viewer, id: SessionId, force: bool) -> Result<Session, AppError>;
    /// Makes a new session from a part of this one, which stays as it is.
    async fn fork(&self, who: &Viewer, id: SessionId, fork: Fork) -> Result<Session, AppError>;
}
