//! A line cut to what is looked at: the characters around the first place that was found. Pure.

use app::files::model::{EXCERPT_MAX, Span};
use grep_matcher::Matcher;
use grep_regex::RegexMatcher;

/// Bytes in front of the first place that stay, in a line that is longer than is shown.
const IN_FRONT: usize = 60;
/// Bytes that are looked at to have enough characters.
const ENOUGH: usize = EXCERPT_MAX * 4;

/// At most 240 characters of a line, without the blanks it begins with, and where in them the text was found.
pub(super) fn excerpt(line: &[u8], matcher: &RegexMatcher) -> (String, Vec<Span>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut places = Vec::new();
    // An expression that gives up half way has marked what it found.
    let _ = matcher.find_iter(line, |found| {
        places.push((found.start(), found.end()));
        places.first().is_some_and(|(start, _)| found.end() < start + ENOUGH)
    });
    let first = places.first().map_or(0, |(start, _)| *start);
    let blanks = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count().min(first);
    let fits = line.len() - blanks <= EXCERPT_MAX;
    let mut from = if fits { blanks } else { blanks.max(first.saturating_sub(IN_FRONT)) };
    // Not in the middle of a character.
    while from < first && line[from] & 0xc0 == 0x80 {
        from += 1;
    }
    let window = &line[from..line.len().min(from + ENOUGH)];
    let characters = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count().min(EXCERPT_MAX);
    let at = |byte: usize| {
        let within = byte.saturating_sub(from).min(window.len());
        u32::try_from(characters(&window[..within])).unwrap_or(u32::MAX)
    };
    let spans = places.into_iter().map(|(start, end)| Span { start: at(start), end: at(end) });
    let spans = spans.filter(|span| span.start < span.end).collect();
    (String::from_utf8_lossy(window).chars().take(EXCERPT_MAX).collect(), spans)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn marked(line: &str, pattern: &str) -> (String, Vec<String>) {
        let (text, spans) = excerpt(line.as_bytes(), &RegexMatcher::new(pattern).unwrap());
        let of = |span: Span| -> String {
            text.chars().skip(span.start as usize).take((span.end - span.start) as usize).collect()
        };
        let marks = spans.into_iter().map(of).collect();
        (text, marks)
    }

    #[test]
    fn marks_are_where_the_text_is() {
        assert_eq!(
            marked("    let x = max(x);", "x"),
            ("let x = max(x);".to_owned(), vec!["x".to_owned(); 3])
        );
        assert_eq!(marked("   ", " +").1, ["   "], "blanks that were looked for stay");
        assert_eq!(marked("äöü — ß", "ß"), ("äöü — ß".to_owned(), vec!["ß".to_owned()]));
        assert_eq!(marked("a", "b*").1, Vec::<String>::new(), "nothing is no place");
    }

    #[test]
    fn a_long_line_is_cut_around_the_first_place() {
        let line = format!("{}needle{}", "ä".repeat(100_000), "z".repeat(100_000));
        let (text, marks) = marked(&line, "needle");
        assert_eq!((text.chars().count(), marks), (EXCERPT_MAX, vec!["needle".to_owned()]));
        assert!(text.starts_with('ä') && !text.contains('\u{fffd}'));
        let (text, marks) = marked(&"ab".repeat(100_000), "a");
        assert_eq!((text.chars().count(), marks.len()), (EXCERPT_MAX, EXCERPT_MAX / 2));
        assert_eq!(marked(&"x".repeat(100_000), "x+").1, ["x".repeat(EXCERPT_MAX)]);
    }
}
