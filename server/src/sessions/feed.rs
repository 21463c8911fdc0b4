//! What followers of a session see: every event once, in order, from any number on, and the block in the making.
//! A follower that lags reads from the database; nothing is buffered for it and nothing is skipped.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use app::sessions::event::{Event, Partial};
use tokio::sync::watch;

use super::{page, queries};
use crate::db::{Db, Fault};

/// Events kept in memory for followers that keep up; bounds memory at a few megabytes for a busy session.
const RING: usize = 256;
/// Events read at once for a follower that lags.
const CHUNK: u32 = 200;

/// A block in the making as it was when the history ended here: once that goes on, it may be part of it.
#[derive(Debug, Default)]
struct Drawn {
    after: u64,
    partial: Partial,
}

/// One session's publisher; the actor holds it, and every follower.
#[derive(Debug)]
pub struct Feed {
    // A std lock: held for a copy of a few pointers, never over an await.
    ring: Mutex<VecDeque<Arc<Event>>>,
    last: watch::Sender<u64>,
    partial: watch::Sender<Arc<Drawn>>,
}

impl Feed {
    /// A feed of a session whose history ends at `last_seq`.
    #[must_use]
    pub fn new(last_seq: u64) -> Arc<Self> {
        Arc::new(Self {
            ring: Mutex::default(),
            last: watch::Sender::new(last_seq),
            partial: watch::Sender::new(Arc::default()),
        })
    }

    /// Says that the history reaches at least this far: for a feed that was made before anyone had looked.
    pub fn at_least(&self, seq: u64) {
        self.last.send_if_modified(|last| {
            let behind = *last < seq;
            *last = (*last).max(seq);
            behind
        });
    }

    /// Offers stored events, in order.
    pub fn publish(&self, events: Vec<Event>) {
        let (Some(first), Some(last)) =
            (events.first().map(|event| event.seq), events.last().map(|event| event.seq))
        else {
            return;
        };
        {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            if ring.back().is_some_and(|end| end.seq + 1 != first) {
                ring.clear();
            }
            ring.extend(events.into_iter().map(Arc::new));
            let surplus = ring.len().saturating_sub(RING);
            ring.drain(..surplus);
        }
        self.last.send_replace(last);
    }

    /// Offers the block in the making behind all that was published; only the newest one is kept, and only until more is
    /// published.
    pub fn partial(&self, partial: Partial) {
        let after = *self.last.borrow();
        self.partial.send_replace(Arc::new(Drawn { after, partial }));
    }

    /// Whether anyone follows, so that a partial is worth drawing.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.partial.receiver_count() > 0
    }

    /// The events after `seq` if memory holds all of them up to `last`. It may not: `at_least` can be ahead of `publish`.
    fn recent(&self, seq: u64, last: u64) -> Option<Vec<Event>> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, end) = (ring.front()?.seq, ring.back()?.seq);
        (first <= seq + 1 && last <= end)
            .then(|| ring.iter().filter(|event| event.seq > seq).map(|event| (**event).clone()).collect())
    }
}

/// What a follower is told.
#[derive(Clone, Debug, PartialEq)]
pub enum FeedItem {
    /// The next events.
    Events(Vec<Event>),
    /// The block in the making.
    Partial(Partial),
}

/// One reader of a session.
pub struct Follower {
    feed: Arc<Feed>,
    db: Db,
    no: i64,
    seq: u64,
    last: watch::Receiver<u64>,
    partial: watch::Receiver<Arc<Drawn>>,
}

impl Follower {
    /// A reader of what follows `since`. It subscribes first, so nothing falls between history and feed.
    #[must_use]
    pub fn new(feed: Arc<Feed>, db: Db, no: i64, since: u64) -> Self {
        let mut partial = feed.partial.subscribe();
        partial.mark_changed();
        let last = feed.last.subscribe();
        Self { last, partial, feed, db, no, seq: since }
    }

    /// The next item; none when the database cannot be read. Nothing is lost when this is cancelled.
    pub async fn next(&mut self) -> Option<FeedItem> {
        loop {
            let last = *self.last.borrow_and_update();
            if self.seq < last {
                let events = match self.feed.recent(self.seq, last) {
                    Some(events) => events,
                    None => self
                        .stored(last)
                        .await
                        .inspect_err(|fault| tracing::error!(%fault, "a follower"))
                        .ok()?,
                };
                // The history reaches `last`, so there is at least one; skipping any would be worse than ending.
                self.seq = events.last()?.seq;
                return Some(FeedItem::Events(events));
            }
            tokio::select! {
                biased;
                changed = self.last.changed() => changed.ok()?,
                changed = self.partial.changed() => {
                    changed.ok()?;
                    let drawn = Arc::clone(&self.partial.borrow_and_update());
                    if drawn.after > self.seq {
                        // What is being written belongs behind what is stored.
                        self.partial.mark_changed();
                    } else if drawn.after == self.seq || drawn.partial.block.is_none() {
                        return Some(FeedItem::Partial(drawn.partial.clone()));
                    }
                }
            }
        }
    }

    async fn stored(&self, last: u64) -> Result<Vec<Event>, Fault> {
        let events = queries::events(self.db.read(), self.no, self.seq + 1, last, CHUNK, false).await?;
        Ok(page::decorated(events).await)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use app::{
        sessions::event::{EventBody, Level, PartialBlock},
        time::Millis,
    };

    use super::*;

    fn events(numbers: std::ops::RangeInclusive<u64>) -> Vec<Event> {
        let body = EventBody::Notice { level: Level::Info, text: String::new() };
        numbers.map(|seq| Event { seq, at: Millis(0), body: body.clone() }).collect()
    }

    #[test]
    fn memory_answers_only_for_what_it_holds_to_the_end() {
        let numbers = |events: Option<Vec<Event>>| {
            events.map(|events| events.iter().map(|event| event.seq).collect::<Vec<_>>())
        };
        let feed = Feed::new(2);
        assert_eq!(feed.recent(0, 2), None);
        feed.publish(events(3..=5));
        assert_eq!(numbers(feed.recent(2, 5)), Some(vec![3, 4, 5]));
        assert_eq!(feed.recent(1, 5), None, "the second is only stored");
        // A follower that read the row before its events were published knows more than memory does.
        feed.at_least(7);
        assert_eq!(feed.recent(5, 7), None);
        feed.publish(events(6..=7));
        assert_eq!(numbers(feed.recent(5, 7)), Some(vec![6, 7]));
    }

    #[tokio::test]
    async fn what_was_being_written_is_not_told_behind_its_finished_form() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
        let feed = Feed::new(2);
        let writing = |rev| Partial { rev, block: Some(PartialBlock::Working) };
        let mut follower = Follower::new(Arc::clone(&feed), db, 1, 2);
        assert_eq!(
            follower.next().await,
            Some(FeedItem::Partial(Partial::default())),
            "nothing is in the making"
        );
        feed.partial(writing(1));
        assert_eq!(follower.next().await, Some(FeedItem::Partial(writing(1))));
        feed.partial(writing(2));
        feed.publish(events(3..=3));
        assert_eq!(follower.next().await, Some(FeedItem::Events(events(3..=3))));
        feed.partial(writing(3));
        assert_eq!(follower.next().await, Some(FeedItem::Partial(writing(3))), "the second was old by then");
        // Told before the events it belongs behind, it waits for them.
        feed.at_least(4);
        feed.partial(writing(4));
        feed.publish(events(4..=4));
        assert_eq!(follower.next().await, Some(FeedItem::Events(events(4..=4))));
        assert_eq!(follower.next().await, Some(FeedItem::Partial(writing(4))));
        // That nothing is being written any more is never old.
        feed.partial(Partial { rev: 5, block: None });
        feed.publish(events(5..=5));
        assert_eq!(follower.next().await, Some(FeedItem::Events(events(5..=5))));
        assert_eq!(follower.next().await, Some(FeedItem::Partial(Partial { rev: 5, block: None })));
    }
}
