//! A file's change as data: its hunks with numbered lines, and which part of a change a person means. Pure: never runs git.

use serde::{Deserialize, Serialize};

use super::ChangeGroup;
use crate::{ids::DiscardId, time::Millis};

/// The most lines of one page of a diff.
pub const DIFF_LINES_MAX: usize = 400;

/// Which change of a file is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhichDiff {
    /// Its path in the project.
    pub path: String,
    /// The path it had before, if it was renamed.
    #[serde(default)]
    pub was: Option<String>,
    /// Which of its changes.
    pub group: ChangeGroup,
}

/// A page of one file's change; none of it by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileDiff {
    /// What can be shown of it.
    pub kind: DiffKind,
    /// What the whole change is like; what is done with lines of it names this.
    pub version: String,
    /// What git says beside the lines: modes, names, and that a file is new or gone.
    pub notes: Vec<String>,
    /// The size before in bytes, where lines cannot be shown; none if it was not there or git could not tell.
    pub old_size: Option<u64>,
    /// The size now.
    pub new_size: Option<u64>,
    /// The hunks of this page; the first and the last one may go on beyond it.
    pub hunks: Vec<DiffHunk>,
    /// How many lines the whole diff has.
    pub total: u32,
    /// The lines that were added.
    pub added: u32,
    /// The lines that were removed.
    pub removed: u32,
    /// Whether hunks and lines of it can be staged, unstaged or discarded for themselves.
    pub by_line: bool,
}

/// What can be shown of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    /// Its lines; there are none if only the mode or the name differs.
    #[default]
    Text,
    /// An image, by its name.
    Image,
    /// Only its size: it is no text, or too large a one.
    Binary,
}

/// Lines that changed together, with what is around them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiffHunk {
    /// Git's header, such as `@@ -1,4 +1,6 @@ fn main()`.
    pub header: String,
    /// All of its lines, on this page or not.
    pub range: LineRange,
    /// The number of the first line that is on this page.
    pub at: u32,
    /// Those of this page.
    pub lines: Vec<DiffLine>,
}

impl DiffHunk {
    /// The lines of this page with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &DiffLine)> {
        (self.at..).zip(&self.lines)
    }
}

/// One line of a diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiffLine {
    /// What became of it.
    pub kind: LineKind,
    /// Its number before; none if it was added.
    pub old: Option<u32>,
    /// Its number now; none if it was removed.
    pub new: Option<u32>,
    /// Its text, at most 1,000 characters.
    pub text: String,
    /// The same as sanitised, highlighted HTML, with marks on the words that differ.
    pub html: String,
    /// Whether it is longer than that.
    pub cut: bool,
    /// Whether it is the last of its file and has no line end.
    pub open_end: bool,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// It is in both.
    Common,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// Lines of a diff, counted from 0 over all of its hunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LineRange {
    /// The first one.
    pub first: u32,
    /// The last one.
    pub last: u32,
}

impl LineRange {
    /// Whether a line is one of these.
    #[must_use]
    pub const fn contains(&self, line: u32) -> bool {
        self.first <= line && line <= self.last
    }
}

/// What of the changes is meant, bound to what was shown: a group, a file of it, or lines of that file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Chosen {
    /// Of which group.
    pub group: ChangeGroup,
    /// Which file, by its path in the project; all of the group without one.
    #[serde(default)]
    pub path: Option<String>,
    /// The path it had before, if it was renamed; only lines need it.
    #[serde(default)]
    pub was: Option<String>,
    /// The version that was shown, of the group, of the file in the list, or of the diff where lines are meant; nothing is done
    /// with another one.
    pub version: String,
    /// Which lines of its diff; all of the file without any. Lines that are no change are passed over.
    #[serde(default)]
    pub lines: Vec<LineRange>,
}

/// Something that was discarded of a work tree, of which there is a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Discarded {
    /// Its id.
    pub id: DiscardId,
    /// When.
    pub at: Millis,
    /// Who did it.
    pub by: String,
    /// How many files.
    pub files: u32,
    /// The path of the first one in the project.
    pub path: String,
    /// The size of the copies.
    pub bytes: u64,
}

/// Which side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As it was.
    Old,
    /// As it is.
    New,
}
