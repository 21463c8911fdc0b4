//! What is typed at a terminal, as bytes: finds the keys that lead back to the hub, and lets everything else through as it
//! came. What is pasted is never a key. Pure.

use std::time::Duration;

/// F12, and Ctrl-b d.
const BACK: [&[u8]; 2] = [b"\x1b[24~", b"\x02d"];
/// What a terminal puts around a paste, where the program asked for that.
const PASTE: [&[u8]; 2] = [b"\x1b[200~", b"\x1b[201~"];
/// How long Ctrl-b waits for its second key before it is the program's.
const SECOND_KEY: Duration = Duration::from_secs(1);
/// How long the rest of a key that was sent in parts may take; a lone escape is a key of its own.
const PARTS: Duration = Duration::from_millis(30);

/// What was typed so far and not yet passed on.
#[derive(Default)]
pub(super) struct Keys {
    held: Vec<u8>,
    pasting: bool,
}

impl Keys {
    /// Takes what was typed: what the program gets of it, and whether the person wants to go back. What follows the key that
    /// leads back is dropped.
    pub(super) fn take(&mut self, typed: &[u8]) -> (Vec<u8>, bool) {
        self.held.extend_from_slice(typed);
        let (mut through, mut at) = (Vec::new(), 0);
        while at < self.held.len() {
            let rest = &self.held[at..];
            if !self.pasting && BACK.iter().any(|key| rest.starts_with(key)) {
                self.held.clear();
                return (through, true);
            }
            let mark = PASTE[usize::from(self.pasting)];
            if rest.starts_with(mark) {
                self.pasting = !self.pasting;
                through.extend_from_slice(mark);
                at += mark.len();
            } else if self.may_become(rest, mark) {
                break;
            } else {
                through.push(rest[0]);
                at += 1;
            }
        }
        self.held.drain(..at);
        (through, false)
    }

    /// Whether more could make a key of this that has to be known.
    fn may_become(&self, rest: &[u8], mark: &[u8]) -> bool {
        let begins = |key: &[u8]| key.starts_with(rest);
        begins(mark) || !self.pasting && BACK.iter().any(|key| begins(key))
    }

    /// How long to wait for more; none if nothing is held.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.held.first().map(|first| if *first == b'\x02' { SECOND_KEY } else { PARTS })
    }

    /// Nothing more came: what is held is the program's.
    pub(super) fn give_up(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(parts: &[&str]) -> (String, bool, String) {
        let (mut keys, mut through, mut back) = (Keys::default(), Vec::new(), false);
        for part in parts {
            let (more, over) = keys.take(part.as_bytes());
            through.extend(more);
            back |= over;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&through), back, text(&keys.held))
    }

    #[test]
    fn the_keys_that_lead_back_are_found_however_they_come() {
        for parts in [
            &["ab\x1b[24~"][..],
            &["ab\x1b", "[2", "4~"],
            &["ab\x02d"],
            &["ab\x02", "d"],
            &["a", "b\x02dxyz"],
        ] {
            assert_eq!(typed(parts), ("ab".to_owned(), true, String::new()), "{parts:?}");
        }
    }

    #[test]
    fn everything_else_goes_through_as_it_came() {
        for text in ["ls\r", "\x1b[A", "\x1bOP", "\x1b[23~", "\x02\x02x", "\x02x", "é日", "\x1b[<0;1;1M"] {
            assert_eq!(typed(&[text]), (text.to_owned(), false, String::new()), "{text:?}");
        }
        assert_eq!(typed(&["a\x1b"]), ("a".to_owned(), false, "\x1b".to_owned()), "an escape waits a moment");
        assert_eq!(typed(&["\x02"]), (String::new(), false, "\x02".to_owned()));
    }

    #[test]
    fn what_is_pasted_is_no_key() {
        let paste = "\x1b[200~\x02d and \x1b[24~\x1b[201~";
        assert_eq!(typed(&[paste]), (paste.to_owned(), false, String::new()));
        assert!(typed(&[paste, "\x02d"]).1, "behind it they are keys again");
    }

    #[test]
    fn what_is_held_is_given_up_after_a_while() {
        let mut keys = Keys::default();
        assert_eq!(keys.patience(), None);
        keys.take(b"\x1b");
        assert_eq!(keys.patience(), Some(PARTS));
        assert_eq!((keys.give_up(), keys.patience()), (vec![0x1b], None));
        keys.take(b"\x02");
        assert_eq!(keys.patience(), Some(SECOND_KEY));
    }
}
