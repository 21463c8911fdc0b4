//! The queue of bytes for the child. Each id is taken once; the journal has an input before the child does.
//! It never holds more than [`MAX_INPUT`] bytes: a child that does not read makes it refuse.

use std::collections::{HashSet, VecDeque};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex};

use super::lock;
use super::model::{Refusal, Taken};
use super::wire::MAX_INPUT;

/// Bounds the memory for ids; a client repeats what it was unsure of at once, not a hundred thousand later.
const REMEMBERED: usize = 100_000;

#[derive(Default)]
struct Inner {
    ids: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
    queue: VecDeque<Vec<u8>>,
    /// Bytes in the queue and in the writer's hand.
    bytes: usize,
    closed: Option<Refusal>,
}

#[derive(Default)]
pub(super) struct InputQueue {
    inner: Mutex<Inner>,
    changed: Condvar,
}

impl InputQueue {
    /// Takes an input if `journal` could write it down. The lock makes queue and journal agree on the order.
    pub(super) fn offer(
        &self,
        id: &str,
        bytes: Vec<u8>,
        journal: impl FnOnce(&[u8]) -> Result<(), Refusal>,
    ) -> Result<Taken, Refusal> {
        let mut inner = lock(&self.inner);
        if inner.ids.contains(id) {
            return Ok(Taken::Repeat);
        }
        if let Some(refusal) = &inner.closed {
            return Err(refusal.clone());
        }
        if inner.bytes + bytes.len() > MAX_INPUT {
            return Err(Refusal::QueueFull);
        }
        journal(&bytes)?;
        let id = Arc::<str>::from(id);
        inner.ids.insert(Arc::clone(&id));
        inner.order.push_back(id);
        if inner.order.len() > REMEMBERED
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.ids.remove(&oldest);
        }
        self.add(&mut inner, bytes);
        Ok(Taken::Fresh)
    }

    /// Takes bytes that are in no journal, if no more than `limit` are waiting with them.
    pub(super) fn push(&self, bytes: Vec<u8>, limit: usize) -> Result<(), Refusal> {
        let mut inner = lock(&self.inner);
        match &inner.closed {
            Some(refusal) => Err(refusal.clone()),
            None if inner.bytes + bytes.len() > limit => Err(Refusal::QueueFull),
            None => {
                self.add(&mut inner, bytes);
                Ok(())
            }
        }
    }

    fn add(&self, inner: &mut Inner, bytes: Vec<u8>) {
        inner.bytes += bytes.len();
        inner.queue.push_back(bytes);
        self.changed.notify_all();
    }

    /// Closes the input once what is queued is written, if `journal` could write that down.
    pub(super) fn close_after(&self, journal: impl FnOnce() -> Result<(), Refusal>) -> Result<(), Refusal> {
        let mut inner = lock(&self.inner);
        if inner.closed.is_none() {
            journal()?;
            inner.closed = Some(Refusal::InputClosed);
            self.changed.notify_all();
        }
        Ok(())
    }

    /// The child is gone.
    pub(super) fn end(&self) {
        lock(&self.inner).closed = Some(Refusal::Exited);
        self.changed.notify_all();
    }

    /// Writes to the child until the queue is closed and empty, or the child closed its end; then drops `pipe`.
    pub(super) fn run(&self, mut pipe: impl Write) {
        let mut written = 0;
        while let Some(bytes) = self.next(written) {
            if pipe.write_all(&bytes).and_then(|()| pipe.flush()).is_err() {
                let mut inner = lock(&self.inner);
                inner.closed.get_or_insert(Refusal::InputClosed);
                inner.queue.clear();
                inner.bytes = 0;
                return;
            }
            written = bytes.len();
        }
    }

    fn next(&self, written: usize) -> Option<Vec<u8>> {
        let mut inner = lock(&self.inner);
        inner.bytes -= written;
        loop {
            if let Some(bytes) = inner.queue.pop_front() {
                return Some(bytes);
            }
            if inner.closed.is_some() {
                return None;
            }
            inner = self.changed.wait(inner).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}
