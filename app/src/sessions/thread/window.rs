//! Which part of a history is on the page. Events go in by number: twice is once, a gap is told, both ends can be let go.

use std::collections::VecDeque;

use super::{Item, Ref, fold};
use crate::sessions::event::{Event, EventPage};

/// Entries on the page at most; bounds the work of the browser, not what can be read.
const MOST_ITEMS: usize = 300;
/// Entries kept when there are more.
const KEPT_ITEMS: usize = 240;
/// Events on the page at most, for a sub-agent's thousand steps are one entry.
const MOST_EVENTS: usize = 3_000;

/// What became of events that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// All of them were here.
    Known,
    /// The window grew.
    Grew,
    /// The window shows an older part; they are only counted.
    Away,
    /// Something between is missing: ask again for what follows this number.
    Gap(u64),
}

/// What goes when there is too much: always what is farthest from the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spare {
    /// The oldest, for somebody who reads towards the end.
    Oldest,
    /// The newest, for somebody who reads towards the beginning.
    Newest,
    /// What has just come, for somebody who does not read the end.
    Arrivals,
}

/// A gap-free part of a history.
#[derive(Clone, Debug, Default)]
pub struct Window {
    events: VecDeque<Ref>,
    latest: u64,
    unseen: usize,
}

impl Window {
    /// The part on this page of history.
    #[must_use]
    pub fn new(page: EventPage) -> Self {
        let events: VecDeque<Ref> = page.events.into_iter().map(Ref::new).collect();
        let latest = page.last_seq.max(events.back().map_or(0, |event| event.seq));
        Self { events, latest, unseen: 0 }
    }

    /// The events, the oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Ref> {
        self.events.iter()
    }

    /// The number of the first event here; 0 if there is none.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.events.front().map_or(0, |event| event.seq)
    }

    /// The number of the last event here; 0 if there is none.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.events.back().map_or(0, |event| event.seq)
    }

    /// The number of the last event known of.
    #[must_use]
    pub fn latest(&self) -> u64 {
        self.latest
    }

    /// Whether there is an older part.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.first() > 1
    }

    /// Whether the newest event is here.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.last() >= self.latest
    }

    /// How many entries came since the newest part was let go.
    #[must_use]
    pub fn unseen(&self) -> usize {
        if self.at_end() { 0 } else { self.unseen }
    }

    /// Takes live events.
    pub fn append(&mut self, events: Vec<Event>) -> Appended {
        let Some(newest) = events.last().map(|event| event.seq) else { return Appended::Known };
        if !self.at_end() {
            let fresh: Vec<Ref> =
                events.into_iter().filter(|event| event.seq > self.latest).map(Ref::new).collect();
            self.unseen += fold(fresh.iter()).len();
            self.latest = self.latest.max(newest);
            return Appended::Away;
        }
        self.unseen = 0;
        self.extend(events, newest)
    }

    /// Takes the page that follows the last event here.
    pub fn extend_by(&mut self, page: EventPage) -> Appended {
        self.extend(page.events, page.last_seq)
    }

    fn extend(&mut self, events: Vec<Event>, latest: u64) -> Appended {
        let last = self.last();
        let mut fresh = events.into_iter().filter(|event| event.seq > last).peekable();
        let Some(next) = fresh.peek().map(|event| event.seq) else { return Appended::Known };
        if next != last + 1 {
            return Appended::Gap(last);
        }
        self.events.extend(fresh.map(Ref::new));
        self.latest = self.latest.max(latest).max(self.last());
        Appended::Grew
    }

    /// Takes the page that ends where this begins. False if it does not fit, or adds nothing.
    pub fn prepend(&mut self, page: EventPage) -> bool {
        let first = self.first();
        let mut older: Vec<Event> = page.events.into_iter().filter(|event| event.seq < first).collect();
        if older.last().is_none_or(|event| event.seq + 1 != first) {
            return false;
        }
        while let Some(event) = older.pop() {
            self.events.push_front(Ref::new(event));
        }
        self.latest = self.latest.max(page.last_seq);
        true
    }

    /// Lets go of what there is too much of, given the entries the events fold into. True if anything went.
    pub fn trim(&mut self, items: &[Item], spare: Spare) -> bool {
        let many = self.events.len() > MOST_EVENTS && items.len() > 1;
        if items.len() <= MOST_ITEMS && !many {
            return false;
        }
        let keep = match spare {
            _ if items.len() <= MOST_ITEMS => items.len() / 2,
            Spare::Arrivals => MOST_ITEMS,
            Spare::Oldest | Spare::Newest => KEPT_ITEMS,
        };
        let before = self.events.len();
        if spare == Spare::Oldest {
            let from = items[items.len() - keep].key;
            self.events.retain(|event| event.seq >= from);
        } else {
            let to = items[keep].key;
            self.events.retain(|event| event.seq < to);
        }
        self.events.len() != before
    }
}
