//! What a run printed, as lines for a page: bounded, without the codes of a terminal and without secrets in addresses. Pure.

use std::collections::VecDeque;

use app::git::model::{remote::masked, run::Printed};

/// The most lines that are kept.
const LINES_MAX: usize = 1000;
/// The most characters of a line.
const LINE_MAX: usize = 2000;
/// The most bytes of a line that has not ended yet.
const OPEN_MAX: usize = 4 * LINE_MAX;

/// The lines of a run, each with its number; one that takes the place of another has a number of its own.
#[derive(Debug, Default)]
pub(super) struct Lines {
    kept: VecDeque<(u64, Printed)>,
    next: u64,
    open: Vec<u8>,
}

impl Lines {
    /// Takes what was printed.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' if self.open.is_empty() => self.stays(),
                b'\n' => self.end(false),
                b'\r' => self.end(true),
                byte => {
                    if self.open.len() < OPEN_MAX {
                        self.open.push(*byte);
                    }
                }
            }
        }
    }

    /// Takes a line that nothing has ended.
    pub(super) fn finish(&mut self) {
        if !self.open.is_empty() {
            self.end(false);
        }
    }

    /// The lines behind a number, with the number to ask with next.
    pub(super) fn behind(&self, number: u64) -> (Vec<Printed>, u64) {
        let at = self.kept.partition_point(|(one, _)| *one < number);
        (self.kept.iter().skip(at).map(|(_, line)| line.clone()).collect(), self.next)
    }

    /// All of it as one text.
    pub(super) fn text(&self) -> String {
        self.kept.iter().fold(String::new(), |text, (_, line)| text + &line.text + "\n")
    }

    /// An end of a line behind one that would have passed, as lines of other systems have it; else a line with nothing in it.
    fn stays(&mut self) {
        match self.kept.pop_back_if(|(_, line)| line.passing) {
            Some((_, line)) => self.push(Printed { passing: false, ..line }),
            None => self.end(false),
        }
    }

    fn end(&mut self, passing: bool) {
        let text = shown(&std::mem::take(&mut self.open));
        self.kept.pop_back_if(|(_, line)| line.passing);
        self.push(Printed { text, passing });
    }

    fn push(&mut self, line: Printed) {
        self.kept.push_back((self.next, line));
        self.next += 1;
        if self.kept.len() > LINES_MAX {
            self.kept.pop_front();
        }
    }
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c == '\u{1b}' {
            // A sequence such as a colour: up to the letter that ends it.
            if characters.next() == Some('[') {
                characters.by_ref().find(|c| ('@'..='~').contains(c));
            }
        } else if !c.is_control() || c == '\t' {
            plain.push(c);
        }
    }
    masked(plain.trim_end()).chars().take(LINE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(printed: &[&str]) -> Vec<(String, bool)> {
        let mut lines = Lines::default();
        printed.iter().for_each(|some| lines.take(some.as_bytes()));
        lines.finish();
        lines.behind(0).0.into_iter().map(|line| (line.text, line.passing)).collect()
    }

    #[test]
    fn a_count_that_goes_up_is_one_line() {
        let of = |text: &str| (text.to_owned(), false);
        assert_eq!(lines(&["a: 1%\ra: 50", "%\ra: done.\nb\n", "c"]), [of("a: done."), of("b"), of("c")]);
        assert_eq!(lines(&["a\r\nb\r\n"]), [of("a"), of("b")]);
        assert_eq!(lines(&["a: 1%\r"]), [("a: 1%".to_owned(), true)]);
    }

    #[test]
    fn a_line_is_plain_short_and_without_secrets() {
        let printed = "\u{1b}[31mred\u{1b}[0m\u{7} https://u:p@h/x  \n";
        assert_eq!(lines(&[printed])[0].0, "red https://***@h/x");
        assert_eq!(lines(&[&"x".repeat(100_000)])[0].0.len(), LINE_MAX);
    }

    #[test]
    fn a_follower_gets_each_line_once_and_of_many_the_last() {
        let mut all = Lines::default();
        all.take(b"a\nb: 1\r");
        let (first, next) = all.behind(0);
        assert_eq!((first.len(), next), (2, 2));
        all.take(b"b: 2\rb: 3\n");
        let (then, next) = all.behind(next);
        assert_eq!((then.len(), then[0].text.as_str()), (1, "b: 3"));
        assert!(all.behind(next).0.is_empty());
        (0..2000).for_each(|_| all.take(b"x\n"));
        assert_eq!(all.behind(0).0.len(), LINES_MAX);
    }
}
