//! Keeps the counts on project cards true: when a session enters another state, its project is told of again.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use app::{
    events::Push,
    ids::{ProjectId, SessionId},
    sessions::model::Status,
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep_until},
};

use super::ProjectsEngine;
use crate::bus::Published;

/// A card is told of at most this often: it takes a look at the work tree.
const PAUSE: Duration = Duration::from_millis(400);

/// What a session counts as.
type Counted = (Status, bool, bool);

/// Follows the cards of sessions until the bus is gone.
pub(super) async fn follow(engine: Arc<ProjectsEngine>, mut cards: Receiver<Arc<Published>>) {
    let mut known: HashMap<SessionId, Counted> = HashMap::new();
    let mut due: HashSet<ProjectId> = HashSet::new();
    let mut next = Instant::now();
    loop {
        tokio::select! {
            card = cards.recv() => match card.as_deref().map(|told| &told.push) {
                Ok(Push::Session(card)) => {
                    let counted = (card.status, card.needs_you(), card.archived);
                    if known.insert(card.id, counted) != Some(counted) {
                        if due.is_empty() {
                            next = next.max(Instant::now() + PAUSE / 4);
                        }
                        due.insert(card.project_id);
                        due.extend(card.worktree_id);
                    }
                }
                Ok(Push::SessionGone { session }) => {
                    known.remove(session);
                }
                Ok(_) => {}
                // Whatever was missed, the next change of a session counts anew.
                Err(RecvError::Lagged(_)) => known.clear(),
                Err(RecvError::Closed) => return,
            },
            () = sleep_until(next), if !due.is_empty() => {
                for id in due.drain() {
                    if let Err(error) = engine.announce(id).await {
                        tracing::debug!(%error, "a project's counts");
                    }
                }
                next = Instant::now() + PAUSE;
            }
        }
    }
}
