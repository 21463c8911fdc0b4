//! Who looks at one terminal, and who has its size in hand: the first who comes, then whoever takes it. Looking never
//! changes anything for others. Also how it ended, for those who were there. Nothing here talks to a keeper.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use app::terminals::wire::Crew as Card;
use tokio::{sync::watch, time::timeout};

/// How long the end of a terminal may take to be stored once its keeper is gone.
const SOON: Duration = Duration::from_secs(10);

/// The viewers of one terminal.
#[derive(Debug, Default)]
pub(super) struct Crew {
    seats: Mutex<Seats>,
    changed: watch::Sender<()>,
    over: watch::Sender<Option<String>>,
}

#[derive(Debug, Default)]
struct Seats {
    next: u64,
    labels: BTreeMap<u64, String>,
    driver: Option<u64>,
}

impl Crew {
    /// Takes a seat; `may_drive` takes the size in hand too, if nobody has.
    pub(super) fn join(&self, label: &str, may_drive: bool) -> u64 {
        let mut seats = self.seats();
        let seat = seats.next;
        seats.next += 1;
        seats.labels.insert(seat, label.to_owned());
        if may_drive {
            seats.driver.get_or_insert(seat);
        }
        drop(seats);
        self.changed.send_replace(());
        seat
    }

    /// Leaves; the size stays as it is until somebody else takes it.
    pub(super) fn leave(&self, seat: u64) {
        let mut seats = self.seats();
        seats.labels.remove(&seat);
        seats.driver = seats.driver.filter(|driver| *driver != seat);
        drop(seats);
        self.changed.send_replace(());
    }

    /// Takes the size in hand.
    pub(super) fn drive(&self, seat: u64) {
        self.seats().driver = Some(seat);
        self.changed.send_replace(());
    }

    pub(super) fn drives(&self, seat: u64) -> bool {
        self.seats().driver == Some(seat)
    }

    /// How it looks from a seat.
    pub(super) fn seen_from(&self, seat: u64) -> Card {
        let seats = self.seats();
        Card {
            viewers: u32::try_from(seats.labels.len()).unwrap_or(u32::MAX),
            driving: seats.driver == Some(seat),
            driver: seats.driver.and_then(|driver| seats.labels.get(&driver).cloned()),
            run: 0,
        }
    }

    /// The terminal is over, in words.
    pub(super) fn end(&self, words: String) {
        self.over.send_replace(Some(words));
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.over.borrow().is_some()
    }

    /// Waits until the terminal is over, however long that takes.
    pub(super) async fn over(&self) {
        // It cannot be dropped meanwhile: whoever waits has it.
        let _ = self.over.subscribe().wait_for(Option::is_some).await;
    }

    /// How it ended; none if nobody knows before long that it did.
    pub(super) async fn ended(&self) -> Option<String> {
        let mut over = self.over.subscribe();
        let told = timeout(SOON, over.wait_for(Option::is_some)).await.ok()?.ok()?;
        (*told).clone()
    }

    /// Tells of every change from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        // Every value in it is whole, whoever panicked.
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_drives_until_another_takes_over() {
        let crew = Crew::default();
        let reader = crew.join("Reader", false);
        let desk = crew.join("Desk", true);
        let phone = crew.join("Phone", true);
        assert!(crew.drives(desk) && !crew.drives(phone) && !crew.drives(reader), "looking takes nothing");
        let card = crew.seen_from(phone);
        assert_eq!((card.viewers, card.driving, card.driver.as_deref()), (3, false, Some("Desk")));
        crew.drive(phone);
        assert!(crew.drives(phone) && !crew.drives(desk));
        crew.leave(phone);
        assert_eq!(crew.seen_from(desk).driver, None, "nobody takes over by staying");
        assert!(crew.drives(crew.join("Desk", true)), "whoever comes when nobody drives does");
    }
}
