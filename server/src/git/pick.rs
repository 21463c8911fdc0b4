//! The patch of some lines of a change, for `git apply`. Pure: what it makes fits the file as it was before the change, or with
//! `undo` as it is after it, and nothing else.

use std::io::Write;

use app::git::model::{LineKind, LineRange};

use super::unified::{Hunk, Line, Patch};

/// The patch that makes the chosen lines of a change happen, or with `undo` takes them back; none if no chosen line is a
/// change. `path` counts from the top of the repository.
pub(super) fn pick(patch: &Patch<'_>, path: &str, chosen: &[LineRange], undo: bool) -> Option<Vec<u8>> {
    let (made, gone) = if undo { (patch.deleted, patch.created) } else { (patch.created, patch.deleted) };
    // That of the file which is there on one side only.
    let mode = if made == undo { patch.old_mode } else { patch.new_mode };
    let mut body = Vec::new();
    let (mut moved, mut left) = (0_i64, 0);
    for hunk in &patch.hunks {
        if let Some(picked) = Picked::of(hunk, chosen, undo) {
            moved = picked.write(&mut body, moved);
            left += picked.after;
        }
    }
    if body.is_empty() {
        return None;
    }
    let (old, new) = (quoted("a/", path), quoted("b/", path));
    let mut out = format!("diff --git {old} {new}\n");
    // Of a file that is gone lines may stay; then it is not gone.
    let gone = gone && left == 0;
    if made {
        out.push_str(&format!("new file mode {mode}\n--- /dev/null\n+++ {new}\n"));
    } else if gone {
        out.push_str(&format!("deleted file mode {mode}\n--- {old}\n+++ /dev/null\n"));
    } else {
        out.push_str(&format!("--- {old}\n+++ {new}\n"));
    }
    let mut out = out.into_bytes();
    out.append(&mut body);
    Some(out)
}

/// A hunk with what was chosen of it.
struct Picked<'a> {
    /// Each line, whether it was there before, and whether it is there afterwards.
    lines: Vec<(Line<'a>, bool, bool)>,
    start: u32,
    before: u32,
    after: u32,
}

impl<'a> Picked<'a> {
    fn of(hunk: &Hunk<'a>, chosen: &[LineRange], undo: bool) -> Option<Self> {
        let is_chosen = |line| chosen.iter().any(|range| range.contains(line));
        let (adds, start) =
            if undo { (LineKind::Removed, hunk.new_start) } else { (LineKind::Added, hunk.old_start) };
        let mut changes = false;
        let mut lines = Vec::with_capacity(hunk.lines.len());
        for (line, number) in hunk.lines.iter().zip(hunk.first..) {
            let (before, after) = match line.kind {
                LineKind::Common => (true, true),
                kind if kind == adds => (false, is_chosen(number)),
                _ => (true, !is_chosen(number)),
            };
            changes |= before != after;
            if before || after {
                lines.push((*line, before, after));
            }
        }
        let count = |there: fn(&(Line<'_>, bool, bool)) -> bool| {
            u32::try_from(lines.iter().filter(|line| there(line)).count()).unwrap_or(u32::MAX)
        };
        let (before, after) = (count(|line| line.1), count(|line| line.2));
        changes.then_some(Self { lines, start, before, after })
    }

    /// Writes the hunk; how far lines have moved after it.
    fn write(&self, out: &mut Vec<u8>, moved: i64) -> i64 {
        let start = i64::from(self.start) + i64::from(self.before == 0) + moved - i64::from(self.after == 0);
        // Writing to a Vec cannot fail.
        let _ = writeln!(out, "@@ -{},{} +{},{} @@", self.start, self.before, start, self.after);
        let last = self.lines.iter().rposition(|line| line.2);
        for (at, (line, before, after)) in self.lines.iter().enumerate() {
            // What has another line behind it needs a line end, whatever it had.
            let open_after = line.open_end && last == Some(at);
            match (before, after) {
                (true, true) if line.open_end == open_after => one(out, b' ', line.text, line.open_end),
                _ => {
                    if *before {
                        one(out, b'-', line.text, line.open_end);
                    }
                    if *after {
                        one(out, b'+', line.text, open_after);
                    }
                }
            }
        }
        moved + i64::from(self.after) - i64::from(self.before)
    }
}

fn one(out: &mut Vec<u8>, sign: u8, text: &[u8], open_end: bool) {
    out.push(sign);
    out.extend_from_slice(text);
    out.extend_from_slice(if open_end { b"\n\\ No newline at end of file\n" } else { b"\n" });
}

/// A name as git quotes it, whatever is in it.
fn quoted(side: &str, path: &str) -> String {
    let mut name = format!("\"{side}");
    for c in path.chars() {
        match c {
            '"' | '\\' => name.extend(['\\', c]),
            // A control character is one byte.
            c if c.is_ascii_control() => name.push_str(&format!("\\{:03o}", u32::from(c))),
            c => name.push(c),
        }
    }
    name.push('"');
    name
}
