//! Text of agents, tools and people made fit for a terminal: nothing in it can move the cursor, change a mode or the order in
//! which it is read. Pure.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Marks that change the direction of what follows: a text could show another order than it has.
const TURNS: [std::ops::RangeInclusive<char>; 2] = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// The text with lines kept, tabs as blanks, and everything left out that a terminal would act on.
pub(super) fn plain(text: &str) -> String {
    let kept = |c: &char| *c == '\n' || !(c.is_control() || TURNS.iter().any(|turns| turns.contains(c)));
    text.replace('\t', "    ").chars().filter(kept).collect()
}

/// The text as one line.
pub(super) fn line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in lines of at most `width` columns; no line is lost, and a word that is too long is broken.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    text.lines().flat_map(|line| textwrap::wrap(line, width)).map(Cow::into_owned).collect()
}

/// The text cut to `width` columns, with a mark if anything is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut kept, mut used) = (String::new(), 0);
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        kept.push(c);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        assert_eq!(plain("a\x1b[31mb\x07\tc\r\n\u{9b}2Jd\u{202e}e"), "a[31mb    c\n2Jde");
        assert_eq!(line(" two\n  lines\t"), "two lines");
    }

    #[test]
    fn lines_are_cut_and_wrapped_by_their_width() {
        assert_eq!(cut("session", 7), "session");
        assert_eq!(cut("sessions", 7), "sessio…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("x", 0), "");
        assert_eq!(wrap("one two\n\nthree", 4), ["one", "two", "", "thre", "e"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }
}
