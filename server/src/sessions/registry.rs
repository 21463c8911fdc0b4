//! Which sessions have an actor right now, and who follows them. At most one actor lives for a session.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use app::{
    error::{AppError, ErrorCode},
    ids::SessionId,
    sessions::model::Session,
};
use tokio::sync::oneshot;

use super::{
    actor::{self, Ask, Command, Handle, Shared},
    feed::Feed,
};

/// How long a person waits for an actor that is busy storing, before being told so.
const PATIENCE: Duration = Duration::from_secs(20);

/// The actors and feeds of this server.
#[derive(Default)]
pub(super) struct Registry {
    // Std locks: held for a look-up, never over an await.
    actors: Mutex<HashMap<SessionId, Handle>>,
    feeds: Mutex<HashMap<SessionId, Weak<Feed>>>,
}

impl Registry {
    /// The feed of a session whose history ends at `last_seq`, shared by its actor and all followers.
    pub(super) fn feed(&self, id: SessionId, last_seq: u64) -> Arc<Feed> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(feed) = feeds.get(&id).and_then(Weak::upgrade) {
            feed.at_least(last_seq);
            return feed;
        }
        feeds.retain(|_, feed| feed.strong_count() > 0);
        let feed = Feed::new(last_seq);
        feeds.insert(id, Arc::downgrade(&feed));
        feed
    }

    /// The actor of a session, started if there is none.
    pub(super) fn wake(&self, shared: &Arc<Shared>, id: SessionId) -> Handle {
        let mut actors = self.actors.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match actors.get(&id) {
            Some(handle) if !handle.commands.is_closed() => return handle.clone(),
            Some(ending) => Some(ending.clone()),
            None => None,
        };
        actors.retain(|_, handle| !*handle.done.borrow());
        let handle = actor::spawn(shared.clone(), id, self.feed(id, 0), before);
        actors.insert(id, handle.clone());
        handle
    }

    /// Waits until every actor has ended.
    pub(super) async fn ended(&self) {
        let handles: Vec<Handle> =
            self.actors.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for mut handle in handles {
            let _ = handle.done.wait_for(|done| *done).await;
        }
    }

    /// Asks a session's actor and waits for its answer.
    pub(super) async fn ask(
        &self,
        shared: &Arc<Shared>,
        id: SessionId,
        mut ask: Ask,
        by: &str,
    ) -> Result<Session, AppError> {
        // An actor may end between the look-up and the sending; its successor then gets the same question.
        for _ in 0..3 {
            let handle = self.wake(shared, id);
            let (reply, answer) = oneshot::channel();
            let command = Command { ask, by: by.to_owned(), reply };
            match tokio::time::timeout(PATIENCE, handle.commands.send(command)).await {
                Ok(Ok(())) => {
                    return match tokio::time::timeout(PATIENCE, answer).await {
                        Ok(Ok(result)) => result,
                        Ok(Err(_)) => Err(AppError::not_found("session")),
                        Err(_) => Err(busy()),
                    };
                }
                Ok(Err(unsent)) => ask = unsent.0.ask,
                Err(_) => return Err(busy()),
            }
        }
        Err(busy())
    }
}

fn busy() -> AppError {
    AppError::new(
        ErrorCode::Unavailable,
        "The session cannot be stored right now; it is tried again. Nothing is lost.",
    )
}
