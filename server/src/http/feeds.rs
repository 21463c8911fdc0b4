//! The one thing `http` needs of sessions beside their port: following one. A trait, so that the API's tests need no agent.

use app::{auth::model::Viewer, error::AppError, ids::SessionId};
use async_trait::async_trait;

use crate::sessions::{FeedItem, Follower, SessionsEngine};

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
