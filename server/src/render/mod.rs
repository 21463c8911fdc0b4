//! Text of agents and tools made into HTML that is safe to put into a page. Pure: text in, markup out; never touches a
//! disk, a socket or a clock's time. Long inputs take milliseconds: call it off the runtime's workers.

mod address;
mod ansi;
mod cache;
mod diff;
mod escape;
mod grammar;
mod highlight;
mod markdown;
#[cfg(test)]
mod tests;
mod words;

use app::{git::model::LineKind, sessions::event::Hunk};

pub use self::{ansi::ansi, diff::diff_text, escape::escape, highlight::code};

/// Markdown as sanitised HTML, remembered for a while.
#[must_use]
pub fn markdown(text: &str) -> String {
    cache::remembered(&text, || markdown::markdown(text))
}

/// Markdown that changes with every word: drawn, and not remembered.
#[must_use]
pub fn markdown_in_the_making(text: &str) -> String {
    markdown::markdown(text)
}

/// A file's change as highlighted rows, remembered for a while.
#[must_use]
pub fn patch(path: &str, hunks: &[Hunk]) -> String {
    let source: Vec<_> = hunks.iter().map(|hunk| (hunk.old_start, hunk.new_start, &hunk.lines)).collect();
    cache::remembered(&(path, source), || diff::patch(path, hunks))
}

/// The lines of a hunk, each as highlighted HTML with marks on the words that differ.
#[must_use]
pub fn diff_lines(path: &str, lines: &[(LineKind, &str)]) -> Vec<String> {
    let letter = |kind: &LineKind| match kind {
        LineKind::Common => 'c',
        LineKind::Added => 'a',
        LineKind::Removed => 'd',
    };
    let lines: Vec<(char, &str)> = lines.iter().map(|(kind, text)| (letter(kind), *text)).collect();
    diff::drawn(path, &lines)
}
