//! How many turns may be under way at once. First come, first served.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of this server; cheap to clone.
#[derive(Clone)]
pub(crate) struct Slots {
    free: Arc<Semaphore>,
}

/// A slot in use; dropping it frees it.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
}

impl Slots {
    /// This many slots, at least one.
    #[must_use]
    pub(crate) fn new(count: u32) -> Self {
        Self { free: Arc::new(Semaphore::new(count.max(1) as usize)) }
    }

    /// Waits for a free slot, in the order of asking.
    pub(crate) async fn acquire(&self) -> Option<Slot> {
        self.free.clone().acquire_owned().await.ok().map(|permit| Slot { _permit: permit })
    }

    /// A slot if one is free: for turns that go on whether there is one or not.
    #[must_use]
    pub(crate) fn try_acquire(&self) -> Option<Slot> {
        self.free.clone().try_acquire_owned().ok().map(|permit| Slot { _permit: permit })
    }
}
