//! Source text as coloured pieces with a small fixed set of classes (`hl-*`, see style/highlight.css). The grammars are
//! loaded with the first use. Never emits a style, and never works on a text long enough to be felt.

use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, ScopeStack};

use super::{
    escape::escape_into,
    grammar::{SYNTAXES, class_of, syntax_for},
};

/// Above this many lines a text is shown plain.
const MAX_LINES: usize = 2_000;
/// A text with a longer line, in bytes, is shown plain: it is data, and grammars are slow on it.
const MAX_LINE: usize = 2_000;
/// A larger text, in bytes, is shown plain.
const MAX_TEXT: usize = 256 * 1024;
/// What is not coloured after this time stays plain; a net for grammars that meet a text they cannot cope with.
const PATIENCE: Duration = Duration::from_secs(3);

/// A run of bytes of one line with its class, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its length in bytes.
    pub(super) len: usize,
    /// `hl-k` and the like.
    pub(super) class: Option<&'static str>,
}

/// Each line as highlighted HTML, without its line end. `lang_or_path` is a fence's language or a file's path; an
/// unknown one, more than 2,000 lines or a line above 2,000 bytes give plain escaped text.
#[must_use]
pub fn code(lang_or_path: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    pieces(lang_or_path, &lines).iter().zip(&lines).map(|(pieces, line)| html(line, pieces, &[])).collect()
}

/// The pieces of each line; together they are as long as the line.
pub(super) fn pieces(lang_or_path: &str, lines: &[&str]) -> Vec<Vec<Piece>> {
    let plain = |line: &&str| vec![Piece { len: line.len(), class: None }];
    let bearable = lines.len() <= MAX_LINES
        && lines.iter().all(|line| line.len() <= MAX_LINE)
        && lines.iter().map(|line| line.len()).sum::<usize>() <= MAX_TEXT;
    let Some(syntax) = bearable.then(|| syntax_for(lang_or_path)).flatten() else {
        return lines.iter().map(plain).collect();
    };
    let mut state = Some(Parser {
        state: ParseState::new(syntax),
        stack: ScopeStack::new(),
        until: Instant::now() + PATIENCE,
    });
    lines
        .iter()
        .map(|line| {
            let coloured = state.as_mut().and_then(|parser| parser.line(line));
            if coloured.is_none() {
                state = None;
            }
            coloured.unwrap_or_else(|| plain(line))
        })
        .collect()
}

/// The line with its pieces as spans; the bytes in `marks` (in order, apart) are wrapped in `<mark>`.
pub(super) fn html(line: &str, pieces: &[Piece], marks: &[std::ops::Range<usize>]) -> String {
    let mut out = String::with_capacity(line.len() * 2);
    let mut at = 0;
    for piece in pieces {
        let end = at + piece.len;
        if let Some(class) = piece.class {
            out.push_str("<span class=\"");
            out.push_str(class);
            out.push_str("\">");
        }
        for mark in marks.iter().filter(|mark| mark.start < end && mark.end > end - piece.len) {
            escape_into(&mut out, &line[at..mark.start.max(at)]);
            out.push_str("<mark>");
            escape_into(&mut out, &line[mark.start.max(at)..mark.end.min(end)]);
            out.push_str("</mark>");
            at = mark.end.min(end);
        }
        escape_into(&mut out, &line[at..end]);
        at = end;
        if piece.class.is_some() {
            out.push_str("</span>");
        }
    }
    out
}

struct Parser {
    state: ParseState,
    stack: ScopeStack,
    until: Instant,
}

impl Parser {
    /// The line's pieces; none when the grammar fails or time is up, and then for good: its state is lost.
    fn line(&mut self, line: &str) -> Option<Vec<Piece>> {
        if Instant::now() > self.until {
            return None;
        }
        // The grammars expect the line end.
        let ops = self.state.parse_line(&format!("{line}\n"), &SYNTAXES).ok()?;
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0;
        let mut push = |to: usize, class| {
            let to = to.min(line.len());
            if to > at {
                match pieces.last_mut() {
                    Some(last) if last.class == class => last.len += to - at,
                    _ => pieces.push(Piece { len: to - at, class }),
                }
                at = to;
            }
        };
        for (to, op) in ops {
            push(to, class_of(self.stack.as_slice()));
            self.stack.apply(&op).ok()?;
        }
        push(line.len(), class_of(self.stack.as_slice()));
        Some(pieces)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_rust_has_its_classes() {
        let lines = code("src/main.rs", "// hi\nfn main() { let x: u32 = 1; println!(\"<\\n\"); }");
        assert_eq!(lines[0], "<span class=\"hl-c\">// hi</span>");
        for part in ["<span class=\"hl-k\">fn</span>", "hl-f\">main", "hl-n\">1", "hl-s\">&quot;&lt;"] {
            assert!(lines[1].contains(part), "{part} in {}", lines[1]);
        }
    }

    #[test]
    fn pieces_always_add_up_to_the_line() {
        let text = "x = \"ü\" # «π»\nif True:\n\n    print(f\"{x + 1} done\")\r\n";
        for lang in ["py", "ts", "bash", "nothing"] {
            let lines: Vec<&str> = text.lines().collect();
            for (line, pieces) in lines.iter().zip(pieces(lang, &lines)) {
                assert_eq!(pieces.iter().map(|piece| piece.len).sum::<usize>(), line.len(), "{lang}");
            }
        }
    }

    #[test]
    fn long_texts_and_lines_stay_plain() {
        let long = "let x = 1;\n".repeat(MAX_LINES + 1);
        assert_eq!(code("rs", &long).len(), MAX_LINES + 1);
        assert_eq!(code("rs", &long)[0], "let x = 1;");
        assert!(!code("rs", &format!("let x = {};", "1".repeat(MAX_LINE))).join("").contains("span"));
    }

    #[test]
    fn marks_are_cut_at_the_borders_of_pieces() {
        let pieces = [Piece { len: 2, class: Some("hl-k") }, Piece { len: 3, class: None }];
        assert_eq!(
            html("fn<a>", &pieces, std::slice::from_ref(&(1..4))),
            "<span class=\"hl-k\">f<mark>n</mark></span><mark>&lt;a</mark>&gt;"
        );
    }

    #[test]
    fn keys_of_json_differ_from_its_strings() {
        let line = code("json", "{\"a\": \"b\"}").join("");
        assert!(line.contains("hl-v\">&quot;a&quot;") && line.contains("hl-s\">&quot;b&quot;"), "{line}");
    }
}
