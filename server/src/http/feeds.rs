//! What `http` needs of sessions and terminals beside their ports: following one, looking at one. Traits, so that the API's
//! tests need neither an agent nor a shell.

use app::{
    auth::model::Viewer,
    error::AppError,
    ids::{SessionId, TerminalId},
};
use async_trait::async_trait;

use crate::{
    sessions::{FeedItem, Follower, SessionsEngine},
    terminals::{Attached, Looking, TerminalsEngine},
};

/// Who can be asked to follow a session.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// What follows `since`, then whatever comes. 404 for an unknown session.
    async fn follow(&self, who: &Viewer, id: SessionId, since: u64) -> Result<Box<dyn Feed>, AppError>;
}

/// One reader of a session.
#[async_trait]
pub trait Feed: Send {
    /// The next item, none when the history cannot be read any more. Nothing is lost when this is cancelled.
    async fn next(&mut self) -> Option<FeedItem>;
}

#[async_trait]
impl Feeds for SessionsEngine {
    async fn follow(&self, who: &Viewer, id: SessionId, since: u64) -> Result<Box<dyn Feed>, AppError> {
        Ok(Box::new(Self::follow(self, who, id, since).await?))
    }
}

#[async_trait]
impl Feed for Follower {
    async fn next(&mut self) -> Option<FeedItem> {
        Self::next(self).await
    }
}

/// Who can be asked to show a terminal.
#[async_trait]
pub trait Sights: Send + Sync {
    /// A terminal as it is now. 404 for an unknown one.
    async fn attach(&self, who: &Viewer, id: TerminalId, looking: Looking) -> Result<Attached, AppError>;
}

#[async_trait]
impl Sights for TerminalsEngine {
    async fn attach(&self, who: &Viewer, id: TerminalId, looking: Looking) -> Result<Attached, AppError> {
        Self::attach(self, who, id, looking).await
    }
}
