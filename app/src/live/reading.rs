//! Keeps a list that is being read in step with what is pushed meanwhile: the list may be older than those pushes, so they are
//! taken again after it. Pure: neither reads nor pushes.

use crate::events::Push;

/// The most pushes that are kept during one reading; with more of them the lists are read again.
const MOST: usize = 1_000;

/// What is pushed while lists are being read.
#[derive(Debug, Default)]
pub struct Reading {
    // The number of the last reading that began; an answer to an older one is out of date.
    number: u32,
    pushes: Option<Vec<Push>>,
}

/// What is to be done with the lists that were read.
#[derive(Debug, PartialEq)]
pub enum Read {
    /// They are shown, and then these pushes are taken once more.
    Take(Vec<Push>),
    /// More was pushed than is kept: they are read again.
    Again,
    /// A later reading is under way, and this one is forgotten.
    Stale,
}

impl Reading {
    /// Begins; returns what `end` asks for. What was kept for an older reading goes on being kept.
    pub fn begin(&mut self) -> u32 {
        self.number += 1;
        self.pushes.get_or_insert_default();
        self.number
    }

    /// Keeps a push, if lists are being read and it changes one of them.
    pub fn heard(&mut self, push: &Push) {
        if let Some(pushes) = &mut self.pushes
            && pushes.len() <= MOST
            && changes_a_list(push)
        {
            pushes.push(push.clone());
        }
    }

    /// Ends the reading with this number.
    pub fn end(&mut self, number: u32) -> Read {
        if number != self.number {
            return Read::Stale;
        }
        match self.pushes.take() {
            Some(pushes) if pushes.len() > MOST => Read::Again,
            pushes => Read::Take(pushes.unwrap_or_default()),
        }
    }
}

/// Whether a push is about a list; what belongs to the thread in view has numbers of its own.
const fn changes_a_list(push: &Push) -> bool {
    match push {
        Push::Session(_)
        | Push::SessionGone { .. }
        | Push::Models { .. }
        | Push::Approval(_)
        | Push::Project(_)
        | Push::ProjectGone { .. }
        | Push::Terminal(_)
        | Push::TerminalGone { .. } => true,
        Push::Hello { .. }
        | Push::Events { .. }
        | Push::Partial { .. }
        | Push::Queue { .. }
        | Push::Draft { .. }
        | Push::Memory { .. }
        | Push::Files { .. }
        | Push::Resync
        | Push::Pong => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ProjectId;

    fn gone(n: u128) -> Push {
        Push::ProjectGone { project: ProjectId(uuid::Uuid::from_u128(n)) }
    }

    #[test]
    fn what_is_pushed_during_a_reading_is_taken_after_it() {
        let mut reading = Reading::default();
        reading.heard(&gone(1));
        let number = reading.begin();
        reading.heard(&gone(2));
        reading.heard(&Push::Pong);
        reading.heard(&gone(3));
        assert_eq!(reading.end(number), Read::Take(vec![gone(2), gone(3)]));
        reading.heard(&gone(4));
        let number = reading.begin();
        assert_eq!(reading.end(number), Read::Take(Vec::new()));
    }

    #[test]
    fn only_the_last_reading_counts_and_it_misses_nothing() {
        let mut reading = Reading::default();
        let first = reading.begin();
        reading.heard(&gone(1));
        let second = reading.begin();
        reading.heard(&gone(2));
        assert_eq!(reading.end(first), Read::Stale);
        assert_eq!(reading.end(second), Read::Take(vec![gone(1), gone(2)]));
    }

    #[test]
    fn too_many_pushes_are_not_kept_but_read_again() {
        let mut reading = Reading::default();
        let number = reading.begin();
        for n in 0..=MOST {
            reading.heard(&gone(n as u128));
        }
        assert_eq!(reading.end(number), Read::Again);
        let number = reading.begin();
        assert_eq!(reading.end(number), Read::Take(Vec::new()));
    }
}
