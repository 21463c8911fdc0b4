//! Publish and subscribe of cards: what every open page shows in its lists. A session's events do not pass here; they
//! have a feed of their own that cannot skip one (see `sessions/feed.rs`).

use std::sync::{Arc, OnceLock};

use app::{events::Push, ids::ApprovalId};
use bytes::Bytes;
use tokio::sync::broadcast;

/// How many cards a page may lag behind before it is told to fetch its lists again; bounds memory, not correctness.
const LAG: usize = 1024;

/// A push and, once a page wants it, its JSON: written once, however many pages are open.
#[derive(Debug)]
pub struct Published {
    /// It.
    pub push: Push,
    json: OnceLock<Option<Bytes>>,
}

impl Published {
    /// The push as it is sent; none if it cannot be written as JSON, which a test of each kind rules out.
    #[must_use]
    pub fn json(&self) -> Option<Bytes> {
        let write = || match serde_json::to_string(&self.push) {
            Ok(json) => Some(json.into()),
            Err(error) => {
                tracing::error!(%error, "a push is not JSON");
                None
            }
        };
        self.json.get_or_init(write).clone()
    }
}

impl From<Push> for Published {
    fn from(push: Push) -> Self {
        Self { push, json: OnceLock::new() }
    }
}

/// A handle to publish to and subscribe from; cheap to clone.
#[derive(Clone)]
pub struct Bus {
    sender: broadcast::Sender<Arc<Published>>,
    touched: broadcast::Sender<ApprovalId>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { sender: broadcast::channel(LAG).0, touched: broadcast::channel(LAG).0 }
    }
}

impl Bus {
    /// Tells every open page; with none open it is a no-op.
    pub fn publish(&self, push: Push) {
        // An error only says that nobody listens.
        let _ = self.sender.send(Arc::new(push.into()));
    }

    /// Everything published from now on; a receiver that lags must tell its page to resync.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.sender.subscribe()
    }

    /// Says that an approval was asked or settled; whoever makes its card reads it and publishes that.
    pub fn touch_approval(&self, id: ApprovalId) {
        let _ = self.touched.send(id);
    }

    /// Every approval that is touched from now on.
    #[must_use]
    pub fn touched_approvals(&self) -> broadcast::Receiver<ApprovalId> {
        self.touched.subscribe()
    }
}
