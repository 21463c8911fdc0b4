//! Which words of a changed line differ from the line it replaces. Pure, and gives up rather than takes long.

use std::ops::Range;

use similar::{DiffOp, TextDiff};

/// Words of longer lines are not compared.
const MAX_LINE: usize = 1_000;
/// How much comparing one hunk is worth, in pairs of words.
const WORK: usize = 4_000_000;
/// Lines that have less in common than this are different lines, not changed ones.
const ALIKE: f32 = 0.4;

/// For each line the bytes that differ from its partner: the n-th added line after deleted ones is the partner of the
/// n-th deleted one.
pub(super) fn marks(lines: &[(char, &str)]) -> Vec<Vec<Range<usize>>> {
    let mut marks = vec![Vec::new(); lines.len()];
    let mut work = WORK;
    let mut at = 0;
    while at < lines.len() {
        let run = |from: usize, kind: char| lines[from..].iter().take_while(|(of, _)| *of == kind).count();
        let deleted = run(at, 'd');
        let added = run(at + deleted, 'a');
        for nth in 0..deleted.min(added) {
            let (old, new) = (at + nth, at + deleted + nth);
            (marks[old], marks[new]) = changed_words(lines[old].1, lines[new].1, &mut work);
        }
        at += (deleted + added).max(1);
    }
    marks
}

fn changed_words(old: &str, new: &str, work: &mut usize) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if old.len().max(new.len()) > MAX_LINE {
        return Default::default();
    }
    let (old_words, new_words) = (words(old), words(new));
    let Some(left) = work.checked_sub(old_words.len() * new_words.len()) else { return Default::default() };
    *work = left;
    let diff = TextDiff::from_slices(&old_words, &new_words);
    if diff.ratio() < ALIKE {
        return Default::default();
    }
    let (mut old_marks, mut new_marks) = (Vec::new(), Vec::new());
    for op in diff.ops() {
        if !matches!(op, DiffOp::Equal { .. }) {
            mark(&mut old_marks, &old_words, op.old_range());
            mark(&mut new_marks, &new_words, op.new_range());
        }
    }
    (old_marks, new_marks)
}

fn mark(marks: &mut Vec<Range<usize>>, words: &[&str], of: Range<usize>) {
    let start: usize = words[..of.start].iter().map(|word| word.len()).sum();
    let end = start + words[of].iter().map(|word| word.len()).sum::<usize>();
    match marks.last_mut() {
        Some(last) if last.end == start => last.end = end,
        _ if end > start => marks.push(start..end),
        _ => {}
    }
}

/// The line in identifiers, stretches of blanks, and single other characters.
fn words(line: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let len = match kind(first) {
            0 => first.len_utf8(),
            of => rest.find(|c| kind(c) != of).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(len);
        words.push(word);
        rest = after;
    }
    words
}
