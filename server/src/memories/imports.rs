//! What a memory says to the CLI beside its text: the files it imports with `@`, and the files that a rule is for. Pure,
//! and as the CLI itself reads it: no import in code or in a comment. Never reads a disk.

use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

/// The text behind the front matter, and the globs that a rule's `paths` names; without any, it is for all files.
pub(super) fn front_matter(text: &str) -> (&str, Vec<String>) {
    let Some((head, body)) = split(text) else { return (text, Vec::new()) };
    let mut globs = Vec::new();
    let mut lines = head.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(value) = line.strip_prefix("paths:") else { continue };
        globs.extend(value.trim().trim_start_matches('[').trim_end_matches(']').split(',').map(unquoted));
        while let Some(item) = lines.next_if(|line| line.trim_start().starts_with("- ")) {
            globs.push(unquoted(item.trim_start().trim_start_matches("- ")));
        }
    }
    globs.retain(|glob| !glob.is_empty());
    if globs.iter().all(|glob| glob == "**") {
        globs.clear();
    }
    (body, globs)
}

fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

fn unquoted(value: &str) -> String {
    value.trim().trim_matches(['"', '\'']).to_owned()
}

/// The files that a text in `dir` names with `@`, in their order, each once.
pub(super) fn imports(text: &str, dir: &Path, home: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // Code, tables and raw HTML around the place that is read.
    let mut closed = 0_u32;
    for event in TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_TABLES)) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Table(_) | Tag::HtmlBlock) => closed += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Table | TagEnd::HtmlBlock) => closed -= 1,
            Event::Text(text) if closed == 0 => {
                for name in named(&text) {
                    let path = resolve(&name, dir, home);
                    if !found.contains(&path) {
                        found.push(path);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The words after an `@` that begins a word; a backslash keeps a blank in it.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '@' && before.is_whitespace() {
            let end = end_of_word(rest);
            let name = rest[..end].split('#').next().unwrap_or_default().replace("\\ ", " ");
            if is_path(&name) {
                names.push(name);
            }
            rest = &rest[end..];
        }
        before = c;
    }
    names
}

fn end_of_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if chars.next_if(|(_, next)| *next == ' ').is_some() => {}
            '\\' => return at,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_path(name: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&c);
    name.starts_with("~/") || name.starts_with('/') && name != "/" || name.starts_with(starts)
}

fn resolve(name: &str, dir: &Path, home: &Path) -> PathBuf {
    match name.strip_prefix("~/") {
        Some(rest) => plain(&home.join(rest)),
        None => plain(&dir.join(name)),
    }
}

/// The path without `.` and `..`, as far as its words tell.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_where_the_cli_finds_them() {
        let of = |text: &str| {
            let found = imports(text, Path::new("/p"), Path::new("/home/ada"));
            found.into_iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        // Each line was tried with the CLI.
        for (text, expected) in [
            ("@docs/one.md and more", vec!["/p/docs/one.md"]),
            ("see @./docs/dot.md", vec!["/p/docs/dot.md"]),
            ("a\n@b.md\n@../c.md", vec!["/p/b.md", "/c.md"]),
            ("@~/x.md @/etc/x.md", vec!["/home/ada/x.md", "/etc/x.md"]),
            ("**@docs/bold.md**\n\n- @docs/list.md", vec!["/p/docs/bold.md", "/p/docs/list.md"]),
            ("@docs/frag.md#part", vec!["/p/docs/frag.md"]),
            ("@with\\ blank.md", vec!["/p/with blank.md"]),
            ("@tail.md.", vec!["/p/tail.md."]),
            ("twice @a.md @a.md", vec!["/p/a.md"]),
            ("span `@a.md`", vec![]),
            ("```\n@a.md\n```", vec![]),
            ("text\n\n    @a.md", vec![]),
            ("mail me@a.md", vec![]),
            ("(@a.md)", vec![]),
            ("<!-- @a.md -->", vec![]),
            ("@ @@a @*a @(a @", vec![]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_rule_says_which_files_it_is_for() {
        for (text, body, globs) in [
            ("---\npaths: src/**\n---\nx", "x", vec!["src/**"]),
            ("---\npaths:\n  - \"a/*.rs\"\n  - b\nother: c\n---\nx", "x", vec!["a/*.rs", "b"]),
            ("---\npaths: [a, 'b']\n---\n", "", vec!["a", "b"]),
            ("---\npaths: \"**\"\n---\nx", "x", vec![]),
            ("---\nname: y\n---\nx", "x", vec![]),
            ("---\nnever closed", "---\nnever closed", vec![]),
            ("x", "x", vec![]),
        ] {
            assert_eq!(front_matter(text), (body, globs.into_iter().map(str::to_owned).collect()), "{text}");
        }
    }
}
