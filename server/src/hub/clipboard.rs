//! A text that a program in a terminal wants on the person's clipboard. It gets there only where the person has said so; a
//! clipboard is never read. Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::plain::{cut, line};

/// Columns of it that a question shows.
const SHOWN: usize = 60;

/// What a program wants on the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copied(String);

impl Copied {
    /// Reads what OSC 52 carries. None for what is no base64, which would be a sequence of its own, for what is no text, and for
    /// nothing at all, which would empty the clipboard.
    pub(super) fn read(base64: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(base64).ok()?).ok()?;
        (!text.is_empty()).then_some(Self(text))
    }

    /// What puts it on the clipboard of the person's terminal.
    pub(super) fn sequence(&self) -> String {
        format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(&self.0))
    }

    /// How much it is.
    pub(super) fn size(&self) -> String {
        match self.0.chars().count() {
            1 => "1 character".to_owned(),
            more => format!("{more} characters"),
        }
    }

    /// How much it is and how it begins, as a question says it.
    pub(super) fn words(&self) -> String {
        let first = self.0.lines().map(line).find(|line| !line.is_empty()).unwrap_or_default();
        let size = self.size();
        if first.is_empty() { format!("{size}.") } else { format!("{size}: {}", cut(&first, SHOWN)) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_shows_the_first_line_and_nothing_that_acts() {
        let long = format!("{} end", "a".repeat(80));
        let shown = format!("84 characters: {}…", "a".repeat(59));
        for (text, words) in [
            ("x", "1 character: x"),
            ("ls -la\nrm -rf /\n", "16 characters: ls -la"),
            ("\n\n  second", "10 characters: second"),
            ("\n \n", "3 characters."),
            ("a\x1b[2Jb\u{202e}c\x07", "9 characters: a[2Jbc"),
            ("日本", "2 characters: 日本"),
            (&long, &shown),
        ] {
            let copied = Copied::read(&STANDARD.encode(text)).unwrap();
            assert_eq!(copied.words(), words, "{text:?}");
            assert_eq!(copied.sequence(), format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text)));
        }
    }

    #[test]
    fn only_text_is_taken() {
        for base64 in ["", "?", "a b", "aGk=\x1b]0;x", "/w==", "aGk"] {
            assert_eq!(Copied::read(base64), None, "{base64:?}");
        }
    }
}
