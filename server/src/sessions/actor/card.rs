//! When pages are told of a session's card: at once when something about it changed that a person acts on, once a second
//! while it only moves on. Every page shows every card, so an agent that writes fast must not cost each of them a frame an event.

use std::time::Duration;

use app::{events::Push, sessions::model::Session};
use tokio::time::Instant;

use super::Actor;

/// How often a card that only moves on is told, at the most.
const CALM: Duration = Duration::from_secs(1);
/// By how much some sessions are slower: many that began together would else speak together, once a second to every page.
const SPREAD: u128 = 400;

/// What pages were told last, and when they are told next.
#[derive(Default)]
pub(super) struct Told {
    last: Option<(Instant, Session)>,
    /// When what was held back is told; none if pages know all.
    pub(super) due: Option<Instant>,
}

impl Told {
    /// Whether this card has to wait a little.
    fn holds(&mut self, card: &Session, now: Instant) -> bool {
        let Some((at, last)) = &self.last else { return false };
        let slower = (card.id.0.as_u128() % SPREAD) as u64;
        let next = *at + CALM + Duration::from_millis(slower);
        if now >= next || !only_moved_on(last, card) {
            return false;
        }
        self.due = Some(next);
        true
    }
}

/// Whether nothing but progress sets them apart.
fn only_moved_on(old: &Session, new: &Session) -> bool {
    let moved = Session {
        version: new.version,
        last_seq: new.last_seq,
        updated_at: new.updated_at,
        activity: new.activity.clone(),
        usage: new.usage,
        context: new.context,
        ..old.clone()
    };
    moved == *new
}

impl Actor {
    /// Tells pages of the card, now or soon.
    pub(super) fn tell_card(&mut self) {
        if !self.told.holds(&self.row.card, Instant::now()) {
            self.tell_card_now();
        }
    }

    /// Tells what was held back.
    pub(super) fn tell_card_now(&mut self) {
        let card = self.row.card.clone();
        self.shared.bus.publish(Push::Session(Box::new(card.clone())));
        self.told = Told { last: Some((Instant::now(), card)), due: None };
    }
}
