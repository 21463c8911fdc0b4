//! Publish and subscribe of cards: what every open page shows in its lists. A session's events do not pass here; they
//! have a feed of their own that cannot skip one (see `sessions/feed.rs`).

use std::sync::Arc;

use app::{events::Push, ids::ApprovalId};
use tokio::sync::broadcast;

/// How many cards a page may lag behind before it is told to fetch its lists again; bounds memory, not correctness.
const LAG: usize = 1024;

/// A handle to publish to and subscribe from; cheap to clone.
#[derive(Clone)]
pub struct Bus {
    sender: broadcast::Sender<Arc<Push>>,
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
        let _ = self.sender.send(Arc::new(push));
    }

    /// Everything published from now on; a receiver that lags must tell its page to resync.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Push>> {
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
