//! The lines of a hunk as markup, in one column or in two. Pure: what the server made safe is put in as it is, and nothing else.

use std::{collections::BTreeSet, fmt::Write};

use crate::git::model::{DiffHunk, DiffLine, LineKind};

/// The id of the line that keys are about.
pub(in crate::git::view) const CURSOR: &str = "diff-cursor";

/// How a hunk is drawn.
#[derive(Clone, Copy, Debug)]
pub(in crate::git::view) struct Drawing<'a> {
    /// Those that are chosen.
    pub(in crate::git::view) chosen: &'a BTreeSet<u32>,
    /// The one that keys are about.
    pub(in crate::git::view) cursor: Option<u32>,
    /// Whether lines can be chosen.
    pub(in crate::git::view) pick: bool,
    /// Whether both sides stand beside each other.
    pub(in crate::git::view) split: bool,
}

/// The lines, in order, in pieces that end after these lines; the last piece is what follows. A line that can be chosen carries
/// its number.
pub(in crate::git::view) fn rows(hunk: &DiffHunk, how: Drawing<'_>, ends: &BTreeSet<u32>) -> Vec<String> {
    let lines: Vec<(u32, &DiffLine)> = hunk.numbered().collect();
    let mut pieces = Vec::with_capacity(ends.len() + 1);
    let mut html = String::with_capacity(hunk.lines.iter().map(|line| line.html.len() + 120).sum());
    let mut at = 0;
    while at < lines.len() {
        let run = |from: usize, kind| lines[from..].iter().take_while(|(_, line)| line.kind == kind).count();
        let (removed, added) = match run(at, LineKind::Removed) {
            _ if !how.split => (0, 0),
            0 => (0, run(at, LineKind::Added)),
            removed => (removed, run(at + removed, LineKind::Added)),
        };
        for nth in 0..removed.max(added).max(1) {
            let both = [(nth < removed).then(|| at + nth), (nth < added).then(|| at + removed + nth)];
            if !how.split {
                row(&mut html, "", lines[at], how);
            } else if removed + added == 0 {
                html.push_str("<div class=\"dl-pair\">");
                row(&mut html, "", lines[at], how);
                row(&mut html, " twin", lines[at], Drawing { pick: false, ..how });
                html.push_str("</div>");
            } else {
                html.push_str("<div class=\"dl-pair\">");
                for side in both {
                    pair(&mut html, side.map(|side| lines[side]), how);
                }
                html.push_str("</div>");
            }
            let here = if removed + added == 0 { [Some(at), None] } else { both };
            if here.into_iter().flatten().any(|line| ends.contains(&lines[line].0)) {
                pieces.push(std::mem::take(&mut html));
            }
        }
        at += (removed + added).max(1);
    }
    pieces.push(html);
    pieces
}

fn pair(html: &mut String, line: Option<(u32, &DiffLine)>, how: Drawing<'_>) {
    match line {
        Some(line) => row(html, "", line, how),
        None => html.push_str("<div class=\"dl none\"></div>"),
    }
}

/// One line on one side. A line of both sides that stands there a second time is a `twin`, which one column leaves out.
fn row(html: &mut String, twin: &str, (number, line): (u32, &DiffLine), how: Drawing<'_>) {
    let kind = match line.kind {
        LineKind::Common => 'c',
        LineKind::Added => 'a',
        LineKind::Removed => 'd',
    };
    let on = if how.chosen.contains(&number) { " on" } else { "" };
    let count = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    // A write into a string cannot fail.
    let _ = write!(html, "<div class=\"dl {kind}{on}{twin}\"");
    if how.pick {
        let _ = write!(html, " data-line=\"{number}\"");
        if how.cursor == Some(number) {
            let _ = write!(html, " id=\"{CURSOR}\"");
        }
    }
    let _ = write!(html, "><i>{}</i><i>{}</i><span>{}", count(line.old), count(line.new), line.html);
    if line.cut {
        html.push_str("<em class=\"faint\"> … the line goes on</em>");
    }
    if line.open_end {
        html.push_str("<em class=\"faint\"> no line end</em>");
    }
    html.push_str("</span></div>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::LineRange;

    fn hunk(kinds: &str) -> DiffHunk {
        let line = |kind| DiffLine {
            kind: match kind {
                '+' => LineKind::Added,
                '-' => LineKind::Removed,
                _ => LineKind::Common,
            },
            old: None,
            new: None,
            text: String::new(),
            html: kind.to_string(),
            cut: false,
            open_end: false,
        };
        let range = LineRange { first: 7, last: 99 };
        DiffHunk { header: String::new(), range, at: 7, lines: kinds.chars().map(line).collect() }
    }

    fn drawn(kinds: &str, split: bool) -> String {
        let chosen = BTreeSet::from([8]);
        rows(&hunk(kinds), Drawing { chosen: &chosen, cursor: Some(9), pick: true, split }, &BTreeSet::new())
            .concat()
    }

    #[test]
    fn lines_carry_their_numbers_and_whether_they_are_chosen() {
        let html = drawn("=-+", false);
        let classes: Vec<&str> =
            html.split("<div class=\"").skip(1).map(|row| &row[..row.find('>').unwrap_or(0)]).collect();
        assert_eq!(
            classes,
            [
                "dl c\" data-line=\"7\"",
                "dl d on\" data-line=\"8\"",
                "dl a\" data-line=\"9\" id=\"diff-cursor\""
            ]
        );
    }

    #[test]
    fn lines_are_in_pieces_where_something_stands_between() {
        let chosen = BTreeSet::new();
        for split in [false, true] {
            let ends = BTreeSet::from([7, 9]);
            let pieces =
                rows(&hunk("=-+="), Drawing { chosen: &chosen, cursor: Some(9), pick: true, split }, &ends);
            let lines: Vec<usize> = pieces.iter().map(|piece| piece.matches("data-line").count()).collect();
            assert_eq!(lines, [1, 2, 1], "{split}");
        }
    }

    #[test]
    fn both_sides_stand_beside_each_other() {
        let sides = |kinds: &str| {
            let html = drawn(kinds, true);
            let pairs = html.split("<div class=\"dl-pair\">").skip(1);
            let kinds = |pair: &str| {
                pair.split("<div class=\"dl ").skip(1).map(|side| side[..1].to_owned()).collect()
            };
            pairs.map(kinds).collect::<Vec<Vec<String>>>()
        };
        assert_eq!(sides("=--+="), [["c", "c"], ["d", "a"], ["d", "n"], ["c", "c"]]);
        assert_eq!(sides("+-"), [["n", "a"], ["d", "n"]]);
        // A line that is in both can be chosen once, and stands once where there is one column.
        let both = drawn("=", true);
        assert_eq!((both.matches("data-line").count(), both.matches(" twin\"").count()), (1, 1));
        assert!(!drawn("-+", true).contains("twin"));
    }
}
