//! Commits as a log shows them, one of them with its files, and who last changed a line. Pure: never runs git.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// The commits of a page.
pub const LOG_PAGE: u32 = 100;
/// The most files of a commit or a comparison that are listed.
pub const FILES_MAX: usize = 500;
/// The lines of a page of blame.
pub const BLAME_PAGE: u32 = 500;

/// Which commits are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogQuery {
    /// Of which branch, such as `main` or `origin/main`; absent: of what is checked out.
    #[serde(default)]
    pub branch: Option<String>,
    /// Of all branches and tags.
    #[serde(default)]
    pub all: bool,
    /// How many are left out at the beginning.
    #[serde(default)]
    pub skip: u32,
}

/// A page of commits, the latest first and none before one that is built on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LogPage {
    /// They.
    pub commits: Vec<LogEntry>,
    /// Whether there are more.
    pub more: bool,
    /// Whether the repository holds only the latest part of its history.
    pub shallow: bool,
}

/// A commit in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LogEntry {
    /// Its full id.
    pub id: String,
    /// The ids of those it is built on.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// When it was written.
    pub at: Millis,
    /// The first line of its message, at most 200 characters.
    pub subject: String,
    /// The branches and tags that are at it, as git names them: `HEAD -> main`, `origin/main`, `tag: v1`.
    pub refs: Vec<String>,
}

/// A commit with all that it says and the files that it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CommitView {
    /// Itself.
    pub commit: LogEntry,
    /// Its whole message, at most 64 KiB.
    pub message: String,
    /// The address of its author.
    pub email: String,
    /// What it changed beside the first one that it is built on; at most 500 files.
    pub files: Vec<CommitFile>,
    /// How many files there are in all.
    pub total: u32,
}

/// A file that a commit changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CommitFile {
    /// Its path in the project.
    pub path: String,
    /// The path that it had before, if it was moved.
    pub was: Option<String>,
    /// Lines added; none for a binary file.
    pub added: Option<u32>,
    /// Lines removed; none for a binary file.
    pub removed: Option<u32>,
}

/// Which file's change is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeOf {
    /// The id of the commit.
    pub commit: String,
    /// The id of the commit that it is set beside; absent: the first one that it is built on.
    #[serde(default)]
    pub base: Option<String>,
    /// The path in the project.
    pub path: String,
    /// The path that it had before, if it was moved.
    #[serde(default)]
    pub was: Option<String>,
}

/// Two branches beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The full id of the commit where both were one; the first branch's own if they never were.
    pub from: String,
    /// The full id of the second one's last commit.
    pub to: String,
    /// Commits that only the second has.
    pub ahead: u32,
    /// Commits that only the first has.
    pub behind: u32,
    /// The first of those that only the second has.
    pub commits: Vec<LogEntry>,
    /// What they changed since both were one; at most 500 files.
    pub files: Vec<CommitFile>,
    /// How many files there are in all.
    pub total: u32,
}

/// Who last changed each line of a part of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Blame {
    /// Lines that follow each other and came with one commit.
    pub parts: Vec<BlamePart>,
    /// The number of the line that comes next; none at the end.
    pub next: Option<u32>,
}

/// Lines that came with one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BlamePart {
    /// The full id of the commit; all zeros for what is not committed.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Millis,
    /// The first line of its message.
    pub subject: String,
    /// The number of the first line.
    pub line: u32,
    /// The lines, each at most 2,000 characters.
    pub lines: Vec<String>,
}

impl BlamePart {
    /// Whether the lines are not committed.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.commit.bytes().all(|byte| byte == b'0')
    }

    /// Whether a line is one of them.
    #[must_use]
    pub fn contains(&self, line: u64) -> bool {
        line.checked_sub(self.line.into()).is_some_and(|nth| nth < self.lines.len() as u64)
    }
}

/// A stash: changes that were put aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct StashEntry {
    /// The full id of its commit.
    pub id: String,
    /// When it was put aside.
    pub at: Millis,
    /// What it says of itself.
    pub message: String,
}
