//! Source text as coloured pieces with a small fixed set of classes (`hl-*`, see style/highlight.css). The grammars are
//! loaded with the first use. Never emits a style, and never works on a text long enough to be felt.

use std::{
    path::Path,
    sync::LazyLock,
    time::{Duration, Instant},
};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape::escape_into;

/// Above this many lines a text is shown plain.
const MAX_LINES: usize = 2_000;
/// A text with a longer line, in bytes, is shown plain: it is data, and grammars are slow on it.
const MAX_LINE: usize = 2_000;
/// What is not coloured after this time stays plain; a net for grammars that meet a text they cannot cope with.
const PATIENCE: Duration = Duration::from_secs(1);

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

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
    pieces(lang_or_path, &lines)
        .iter()
        .zip(&lines)
        .map(|(pieces, line)| html(line, pieces, &[]))
        .collect()
}

/// The pieces of each line; together they are as long as the line.
pub(super) fn pieces(lang_or_path: &str, lines: &[&str]) -> Vec<Vec<Piece>> {
    let plain = |line: &&str| {
        vec![Piece {
            len: line.len(),
            class: None,
        }]
    };
    let bearable = lines.len() <= MAX_LINES && lines.iter().all(|line| line.len() <= MAX_LINE);
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
        for mark in marks
            .iter()
            .filter(|mark| mark.start < end && mark.end > end - piece.len)
        {
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

/// Scopes to classes; of two that fit, the first one counts. An empty class ends the search: what is inside is plain.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    [
        ("comment", "hl-c"),
        ("meta.interpolation", ""),
        ("meta.embedded", ""),
        ("constant.character.escape", "hl-n"),
        ("string", "hl-s"),
        ("constant", "hl-n"),
        ("support.constant", "hl-n"),
        ("entity.name.function", "hl-f"),
        ("entity.name.macro", "hl-f"),
        ("variable.function", "hl-f"),
        ("support.function", "hl-f"),
        ("support.macro", "hl-f"),
        ("entity.other.attribute-name", "hl-f"),
        ("entity.name.tag", "hl-k"),
        ("entity.name", "hl-t"),
        ("entity.other.inherited-class", "hl-t"),
        ("support.type", "hl-t"),
        ("support.class", "hl-t"),
        ("keyword.operator.word", "hl-k"),
        ("keyword.operator.logical.python", "hl-k"),
        ("keyword.operator", "hl-o"),
        ("keyword", "hl-k"),
        ("storage.type.primitive", "hl-t"),
        ("storage.type.numeric", "hl-t"),
        ("storage", "hl-k"),
        ("variable.parameter", "hl-v"),
        ("variable.language", "hl-v"),
        ("markup.inserted", "hl-a"),
        ("markup.deleted", "hl-d"),
        ("markup.heading", "hl-k"),
        ("markup.raw", "hl-s"),
    ]
    .into_iter()
    .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
    .collect()
});

/// The key of a mapping, which grammars scope as a string too.
static KEY: LazyLock<Option<Scope>> = LazyLock::new(|| Scope::new("meta.mapping.key").ok());

fn class_of(stack: &[Scope]) -> Option<&'static str> {
    let class = |scope: &Scope| {
        CLASSES
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope))
            .map(|(_, class)| *class)
    };
    let found = stack
        .iter()
        .rev()
        .find_map(class)
        .filter(|class| !class.is_empty())?;
    let key = found == "hl-s" && KEY.is_some_and(|key| stack.iter().any(|scope| key.is_prefix_of(*scope)));
    Some(if key { "hl-v" } else { found })
}

fn syntax_for(lang_or_path: &str) -> Option<&'static SyntaxReference> {
    let name = Path::new(lang_or_path.trim()).file_name()?.to_str()?;
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    let token = |token: &str| SYNTAXES.find_syntax_by_token(alias(&token.to_ascii_lowercase()));
    let syntax = token(name).or_else(|| extension.and_then(token))?;
    (syntax.name != "Plain Text").then_some(syntax)
}

/// Names that models and people use for a language and the grammars do not.
fn alias(token: &str) -> &str {
    match token {
        "shell" | "shellscript" | "console" | "shell-session" | "zsh" | "sh-session" => "bash",
        "golang" => "go",
        "csharp" | "c#" => "cs",
        "jsonc" | "json5" | "jsonl" | "ndjson" => "json",
        "mjs" | "cjs" | "node" => "js",
        "mts" | "cts" => "ts",
        "jsx" => "tsx",
        "patch" => "diff",
        "docker" | "containerfile" => "dockerfile",
        "make" => "makefile",
        "rustlang" => "rust",
        "protobuf" => "proto",
        other => other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_rust_has_its_classes() {
        let lines = code(
            "src/main.rs",
            "// hi\nfn main() { let x: u32 = 1; println!(\"<\\n\"); }",
        );
        assert_eq!(lines[0], "<span class=\"hl-c\">// hi</span>");
        for part in [
            "<span class=\"hl-k\">fn</span>",
            "hl-f\">main",
            "hl-n\">1",
            "hl-s\">&quot;&lt;",
        ] {
            assert!(lines[1].contains(part), "{part} in {}", lines[1]);
        }
    }

    #[test]
    fn languages_are_found_by_every_usual_name() {
        for name in [
            "rust",
            "rs",
            "a/b.rs",
            "ts",
            "typescript",
            "tsx",
            "App.tsx",
            "jsx",
            "js",
            "javascript",
            "py",
            "python",
            "bash",
            "sh",
            "shell",
            "console",
            "go",
            "golang",
            "json",
            "jsonc",
            "toml",
            "Cargo.toml",
            "yaml",
            "yml",
            "css",
            "html",
            "sql",
            "diff",
            "dockerfile",
            "Dockerfile",
            "Makefile",
            "c",
            "cpp",
            "c++",
            "java",
            "kotlin",
            "swift",
            "ruby",
            "php",
            "markdown",
            "md",
            "xml",
            "csharp",
            "lua",
            "graphql",
            "proto",
            "nix",
            "elixir",
        ] {
            assert!(syntax_for(name).is_some(), "{name}");
        }
        for name in ["", "text", "txt", "no-such-language", "..", "/"] {
            assert!(syntax_for(name).is_none(), "{name}");
        }
    }

    #[test]
    fn pieces_always_add_up_to_the_line() {
        let text = "x = \"ü\" # «π»\nif True:\n\n    print(f\"{x + 1} done\")\r\n";
        for lang in ["py", "ts", "bash", "nothing"] {
            let lines: Vec<&str> = text.lines().collect();
            for (line, pieces) in lines.iter().zip(pieces(lang, &lines)) {
                assert_eq!(
                    pieces.iter().map(|piece| piece.len).sum::<usize>(),
                    line.len(),
                    "{lang}"
                );
            }
        }
    }

    #[test]
    fn long_texts_and_lines_stay_plain() {
        let long = "let x = 1;\n".repeat(MAX_LINES + 1);
        assert_eq!(code("rs", &long).len(), MAX_LINES + 1);
        assert_eq!(code("rs", &long)[0], "let x = 1;");
        assert!(
            !code("rs", &format!("let x = {};", "1".repeat(MAX_LINE)))
                .join("")
                .contains("span")
        );
    }

    #[test]
    fn marks_are_cut_at_the_borders_of_pieces() {
        let pieces = [
            Piece {
                len: 2,
                class: Some("hl-k"),
            },
            Piece { len: 3, class: None },
        ];
        assert_eq!(
            html("fn<a>", &pieces, &[1..4]),
            "<span class=\"hl-k\">f<mark>n</mark></span><mark>&lt;a</mark>&gt;"
        );
    }

    #[test]
    fn keys_of_json_differ_from_its_strings() {
        let line = code("json", "{\"a\": \"b\"}").join("");
        assert!(
            line.contains("hl-v\">&quot;a&quot;") && line.contains("hl-s\">&quot;b&quot;"),
            "{line}"
        );
    }
}
