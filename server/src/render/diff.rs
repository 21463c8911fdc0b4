//! Changes of one file as rows of HTML: line numbers, highlighted text, and marks on the words that differ.
//! Never reads a file: what it shows is in the hunks.

use std::fmt::Write;

use app::sessions::event::Hunk;

use super::{
    escape::escape,
    highlight::{self, Piece},
    words::marks,
};

/// What does not fit is counted in a last row.
const MAX_ROWS: usize = 2_000;

/// The hunks as rows: `<div class="dl a|d|c|h"><i>old</i><i>new</i><span>…</span></div>` for added, deleted, common and
/// separating lines; at most 2,000 of them.
#[must_use]
pub(crate) fn patch(path: &str, hunks: &[Hunk]) -> String {
    let mut out = String::new();
    let mut left = MAX_ROWS;
    let mut hidden = 0;
    for hunk in hunks {
        let shown = hunk.lines.len().min(left);
        left -= shown;
        hidden += hunk.lines.len() - shown;
        if shown > 0 {
            rows(&mut out, path, hunk, shown);
        }
    }
    if hidden > 0 {
        note(&mut out, &format!("{hidden} more lines are not shown"));
    }
    out
}

/// What `git diff` prints for one file, as the same rows. What it says of modes, names and binary files is a row too.
#[must_use]
pub fn diff_text(path: &str, git_unified_diff: &str) -> String {
    const WORTH_SAYING: [&str; 7] = [
        "old mode",
        "new mode",
        "rename from",
        "rename to",
        "new file mode",
        "deleted file mode",
        "Binary files",
    ];
    let mut notes = String::new();
    let mut hunks: Vec<Hunk> = Vec::new();
    for line in git_unified_diff.split_terminator('\n') {
        if let Some(hunk) = hunk_header(line) {
            hunks.push(hunk);
        } else if let Some(hunk) = hunks.last_mut() {
            hunk.lines.push(line.strip_suffix('\r').unwrap_or(line).to_owned());
        } else if WORTH_SAYING.iter().any(|start| line.starts_with(start)) {
            note(&mut notes, line);
        }
    }
    notes + &patch(path, &hunks)
}

/// `@@ -12,5 +14,9 @@ …`, or nothing.
fn hunk_header(line: &str) -> Option<Hunk> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let start = |range: &str| range.split(',').next().and_then(|start| start.parse().ok());
    Some(Hunk { old_start: start(old)?, new_start: start(new)?, lines: Vec::new() })
}

fn note(out: &mut String, text: &str) {
    row(out, 'h', None, None, &escape(text));
}

fn row(out: &mut String, kind: char, old: Option<u32>, new: Option<u32>, html: &str) {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<div class=\"dl {kind}\"><i>{}</i><i>{}</i><span>{html}</span></div>",
        number(old),
        number(new)
    );
}

/// One line of a hunk: its sign and its text.
fn split(line: &str) -> (char, &str) {
    match line.as_bytes().first() {
        Some(b'+') => ('a', &line[1..]),
        Some(b'-') => ('d', &line[1..]),
        Some(b'\\') => ('h', &line[1..]),
        Some(b' ') => ('c', &line[1..]),
        _ => ('c', line),
    }
}

fn rows(out: &mut String, path: &str, hunk: &Hunk, shown: usize) {
    let lines: Vec<(char, &str)> = hunk.lines.iter().take(shown).map(|line| split(line)).collect();
    if hunk.old_start > 1 || hunk.new_start > 1 {
        let count =
            |kind: char| hunk.lines.iter().filter(|line| [kind, 'c'].contains(&split(line).0)).count();
        note(out, &format!("@@ -{},{} +{},{} @@", hunk.old_start, count('d'), hunk.new_start, count('a')));
    }
    let (mut old, mut new) = (hunk.old_start.max(1), hunk.new_start.max(1));
    for ((kind, _), html) in lines.iter().zip(drawn(path, &lines)) {
        let (in_old, in_new) = (matches!(kind, 'c' | 'd'), matches!(kind, 'c' | 'a'));
        row(out, *kind, in_old.then_some(old), in_new.then_some(new), &html);
        old += u32::from(in_old);
        new += u32::from(in_new);
    }
}

/// Each line of a hunk as highlighted HTML with marks on the words that differ.
pub(super) fn drawn(path: &str, lines: &[(char, &str)]) -> Vec<String> {
    // Each side is a text of its own: a string opened in a deleted line must not colour the added ones.
    let side = |kind: char| {
        let text: Vec<&str> =
            lines.iter().filter(|(of, _)| [kind, 'c'].contains(of)).map(|(_, text)| *text).collect();
        highlight::pieces(path, &text)
    };
    let (mut old_side, mut new_side) = (side('d').into_iter(), side('a').into_iter());
    let draw = |((kind, text), marks): (&(char, &str), Vec<_>)| {
        let before = if matches!(kind, 'c' | 'd') { old_side.next() } else { None };
        let after = if matches!(kind, 'c' | 'a') { new_side.next() } else { None };
        let pieces = after.or(before).unwrap_or_else(|| vec![Piece { len: text.len(), class: None }]);
        highlight::html(text, &pieces, &marks)
    };
    lines.iter().zip(marks(lines)).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(old_start: u32, new_start: u32, lines: &[&str]) -> Hunk {
        Hunk { old_start, new_start, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn rows_carry_numbers_kinds_and_marks() {
        let html =
            patch("notes.txt", &[hunk(41, 41, &[" same", "-let a = 1;", "+let b = 1;", "+more", " end"])]);
        let expected = [
            "<div class=\"dl h\"><i></i><i></i><span>@@ -41,3 +41,4 @@</span></div>",
            "<div class=\"dl c\"><i>41</i><i>41</i><span>same</span></div>",
            "<div class=\"dl d\"><i>42</i><i></i><span>let <mark>a</mark> = 1;</span></div>",
            "<div class=\"dl a\"><i></i><i>42</i><span>let <mark>b</mark> = 1;</span></div>",
            "<div class=\"dl a\"><i></i><i>43</i><span>more</span></div>",
            "<div class=\"dl c\"><i>43</i><i>44</i><span>end</span></div>",
        ];
        assert_eq!(html.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn source_is_highlighted_on_each_side_for_itself() {
        let html = patch("a.rs", &[hunk(1, 1, &["-let a = \"x", "+let a = 1;", " fn b() {}"])]);
        assert!(html.contains("<span class=\"hl-k\">fn</span>"), "{html}");
        assert!(!html.contains("@@"), "a hunk that begins with the file needs no separator");
    }

    #[test]
    fn what_git_prints_becomes_the_same_rows() {
        let git = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ fn a\n-<b>\r\n+--- c\n d\n\\ No newline at end of file\n";
        let html = diff_text("x", git);
        assert_eq!(html.lines().count(), 4, "{html}");
        assert!(html.contains("<span>&lt;b&gt;</span>") && html.contains("<span>--- c</span>"), "{html}");
        assert!(html.contains("dl h\"><i></i><i></i><span> No newline"), "{html}");
        assert!(diff_text("x", "Binary files a/x and b/x differ\n").contains("dl h"));
        assert_eq!(diff_text("x", ""), "");
    }

    #[test]
    fn a_new_file_counts_from_one() {
        let html = diff_text("x", "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(html, "<div class=\"dl a\"><i></i><i>1</i><span>a</span></div>\n");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let many = vec!["+x"; MAX_ROWS + 7];
        let html = patch("x", &[hunk(1, 1, &many)]);
        assert_eq!(html.lines().count(), MAX_ROWS + 1);
        assert!(html.contains("7 more lines are not shown"));
    }

    #[test]
    fn unlike_lines_are_not_marked() {
        assert!(!patch("x", &[hunk(1, 1, &["-one two three", "+(4, 5)"])]).contains("<mark>"));
    }
}
