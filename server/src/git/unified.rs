//! Reading of what `git diff` prints for one file: hunks, lines, and what stands in front of them. Pure: keeps the bytes as
//! they are, because they go back to git, and passes over what it does not know.

use app::git::model::{LineKind, LineRange};

/// How a pointer of Git LFS begins.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// One file's change.
#[derive(Debug, Default)]
pub(super) struct Patch<'a> {
    /// What stands in front of the hunks and is worth saying: modes and names.
    pub(super) notes: Vec<String>,
    /// Whether git shows no lines because it takes the file for a binary one.
    pub(super) binary: bool,
    /// Whether the file is new.
    pub(super) created: bool,
    /// Whether the file is gone.
    pub(super) deleted: bool,
    /// The mode before, such as `100644`; empty if it was not told.
    pub(super) old_mode: &'a str,
    /// The mode now.
    pub(super) new_mode: &'a str,
    pub(super) hunks: Vec<Hunk<'a>>,
    /// How often a file begins: a link that became a file is taken away and made anew.
    pub(super) files: u32,
}

/// Lines that changed together, with what is around them.
#[derive(Debug)]
pub(super) struct Hunk<'a> {
    pub(super) header: &'a [u8],
    pub(super) old_start: u32,
    pub(super) new_start: u32,
    /// The number of its first line, counted from 0 over all hunks.
    pub(super) first: u32,
    pub(super) lines: Vec<Line<'a>>,
}

/// One line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) kind: LineKind,
    pub(super) text: &'a [u8],
    /// Whether the file ends here without a line end.
    pub(super) open_end: bool,
}

impl Hunk<'_> {
    /// All of its lines.
    pub(super) fn range(&self) -> LineRange {
        LineRange { first: self.first, last: self.first + number(self.lines.len()).saturating_sub(1) }
    }
}

impl Patch<'_> {
    /// How many lines there are in all hunks.
    pub(super) fn total(&self) -> u32 {
        self.hunks.last().map_or(0, |hunk| hunk.first + number(hunk.lines.len()))
    }

    /// How many lines of a kind there are.
    pub(super) fn count(&self, kind: LineKind) -> u32 {
        let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
        number(lines.filter(|line| line.kind == kind).count())
    }

    /// Whether one of the sides is a pointer of Git LFS, which stands in the repository for a file that is kept elsewhere.
    pub(super) fn is_pointer(&self) -> bool {
        let start = |hunk: &&Hunk<'_>| hunk.old_start <= 1 && hunk.new_start <= 1;
        let Some(hunk) = self.hunks.first().filter(start) else { return false };
        // What is first on one side stands first but for lines of the other side.
        [LineKind::Added, LineKind::Removed].into_iter().any(|other| {
            let first = hunk.lines.iter().find(|line| line.kind != other);
            first.is_some_and(|line| line.text.starts_with(POINTER))
        })
    }

    /// Whether some of its lines can be taken and others left: those of one plain file. Half a pointer leads nowhere.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |mode: &str| mode.is_empty() || mode.starts_with("100");
        let of_plain_files = plain(self.old_mode) && plain(self.new_mode);
        self.files == 1 && !self.hunks.is_empty() && of_plain_files && !self.is_pointer()
    }
}

/// Lines are counted in 32 bits; no diff that is read has more.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Reads the output of `git diff`.
pub(super) fn parse(output: &[u8]) -> Patch<'_> {
    let mut patch = Patch::default();
    let lines = output.strip_suffix(b"\n").unwrap_or(output).split(|byte| *byte == b'\n');
    let (mut old_left, mut new_left) = (0, 0);
    for line in lines {
        if (old_left > 0 || new_left > 0)
            && let Some(hunk) = patch.hunks.last_mut()
            && let Some((kind, text)) = body(line)
        {
            old_left -= u32::from(kind != LineKind::Added && old_left > 0);
            new_left -= u32::from(kind != LineKind::Removed && new_left > 0);
            hunk.lines.push(Line { kind, text, open_end: false });
        } else if line.starts_with(b"\\") {
            if let Some(last) = patch.hunks.last_mut().and_then(|hunk| hunk.lines.last_mut()) {
                last.open_end = true;
            }
        } else if let Some((old, new)) = ranges(line) {
            (old_left, new_left) = (old.1, new.1);
            let first = patch.total();
            patch.hunks.push(Hunk {
                header: line,
                old_start: old.0,
                new_start: new.0,
                first,
                lines: Vec::new(),
            });
        } else {
            patch.header(line);
        }
    }
    patch
}

impl<'a> Patch<'a> {
    /// Takes a line in front of the hunks.
    fn header(&mut self, line: &'a [u8]) {
        let Ok(text) = std::str::from_utf8(line) else {
            return;
        };
        let mut worth_saying = true;
        if text.starts_with("diff --git ") {
            self.files += 1;
            worth_saying = false;
        } else if let Some(mode) = text.strip_prefix("old mode ") {
            self.old_mode = mode;
        } else if let Some(mode) = text.strip_prefix("new mode ") {
            self.new_mode = mode;
        } else if let Some(mode) = text.strip_prefix("new file mode ") {
            (self.created, self.new_mode) = (true, mode);
        } else if let Some(mode) = text.strip_prefix("deleted file mode ") {
            (self.deleted, self.old_mode) = (true, mode);
        } else if let Some(objects) = text.strip_prefix("index ") {
            if let Some((_, mode)) = objects.split_once(' ') {
                (self.old_mode, self.new_mode) = (mode, mode);
            }
            worth_saying = false;
        } else if text.starts_with("Binary files ") {
            self.binary = true;
            worth_saying = false;
        } else {
            worth_saying = text.starts_with("rename from ") || text.starts_with("* Unmerged");
        }
        if worth_saying {
            self.notes.push(text.to_owned());
        }
    }
}

/// A line of a hunk. An empty one is a common one whose blank was left out.
fn body(line: &[u8]) -> Option<(LineKind, &[u8])> {
    match line.split_first() {
        Some((b'+', text)) => Some((LineKind::Added, text)),
        Some((b'-', text)) => Some((LineKind::Removed, text)),
        Some((b' ', text)) => Some((LineKind::Common, text)),
        None => Some((LineKind::Common, line)),
        _ => None,
    }
}

/// `@@ -12,5 +14,9 @@ …` as starts and counts.
fn ranges(line: &[u8]) -> Option<((u32, u32), (u32, u32))> {
    let rest = line.strip_prefix(b"@@ -")?;
    let end = memchr::memmem::find(rest, b" @@")?;
    let (old, new) = std::str::from_utf8(&rest[..end]).ok()?.split_once(" +")?;
    let range = |range: &str| {
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some((range(old)?, range(new)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_numbered_lines_and_keep_their_bytes() {
        let output = b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ fn a\n-<b>\r\n+--- c\n d\n\\ No newline at end of file\n@@ -9 +9,0 @@\n-\xff\n";
        let patch = parse(output);
        assert!(patch.is_plain());
        assert_eq!((patch.total(), patch.count(LineKind::Removed), patch.old_mode), (4, 2, "100644"));
        let lines: Vec<_> = patch.hunks.iter().flat_map(|hunk| &hunk.lines).copied().collect();
        let line = |kind, text, open_end| Line { kind, text, open_end };
        let expected = [
            line(LineKind::Removed, b"<b>\r".as_slice(), false),
            line(LineKind::Added, b"--- c", false),
            line(LineKind::Common, b"d", true),
            line(LineKind::Removed, b"\xff", false),
        ];
        assert_eq!(lines, expected);
        assert_eq!(patch.hunks[1].range(), LineRange { first: 3, last: 3 });
    }

    #[test]
    fn what_stands_in_front_is_told() {
        let new = parse(b"diff --git a/x b/x\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
        assert!(new.created && new.is_plain());
        assert_eq!(
            (new.notes.as_slice(), new.new_mode),
            (["new file mode 100755".to_owned()].as_slice(), "100755")
        );
        let renamed = parse(b"diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n");
        assert_eq!((renamed.notes.as_slice(), renamed.total()), (["rename from x".to_owned()].as_slice(), 0));
        assert!(parse(b"diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n").binary);
        let link = b"diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\ndiff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n";
        assert!(!parse(link).is_plain());
        assert!(!parse(b"diff --git a/x b/x\nindex 1..2 160000\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n").is_plain());
    }

    #[test]
    fn a_pointer_is_known_by_the_first_line_of_either_side() {
        let of = |hunk: &str| parse(format!("diff --git a/x b/x\n{hunk}").as_bytes()).is_pointer();
        let version = "version https://git-lfs.github.com/spec/v1";
        assert!(of(&format!("@@ -1,2 +1,2 @@\n {version}\n-oid 1\n+oid 2\n")));
        assert!(of(&format!("@@ -1,2 +1 @@\n-{version}\n-oid 1\n+the file itself\n")));
        assert!(of(&format!("@@ -0,0 +1 @@\n+{version}\n")));
        assert!(!of(&format!("@@ -1 +1,2 @@\n how a pointer begins:\n+{version}\n")));
        assert!(!of(&format!("@@ -7 +7 @@\n-{version}\n+x\n")));
    }

    #[test]
    fn garbage_is_passed_over() {
        for output in [b"".as_slice(), b"\n\n", b"@@ -x +y @@\n+a", b"\\ x", b"@@ -1,9 +1,9 @@\n a\n?\n+b"] {
            assert!(parse(output).total() <= 2);
        }
    }
}
