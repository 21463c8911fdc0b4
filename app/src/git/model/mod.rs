//! What git tells of a work tree, on both sides. Pure: never runs git.

mod comment;
pub mod commit;
mod diff;
pub mod log;
pub mod remote;
pub mod run;

use serde::{Deserialize, Serialize};

pub use self::comment::{
    COMMENT_CODE_MAX, COMMENT_MAX, COMMENTS_MAX, Comment, Commented, EditComment, NewComment,
};
pub use self::diff::{
    Chosen, DIFF_LINES_MAX, DiffHunk, DiffKind, DiffLine, Discarded, FileDiff, LineKind, LineRange, Side,
    WhichDiff,
};
use crate::time::Millis;

/// Branch and state of a work tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GitSummary {
    /// The branch, or a short commit id when detached.
    pub branch: String,
    /// Whether anything is changed, staged or untracked.
    pub dirty: bool,
    /// How many of its commits are on no remote, counted up to 1,000; none without a remote, or if git could not tell.
    #[serde(default)]
    pub unpushed: Option<u32>,
}

/// The most branches of a list, and the most names of those that are only on a remote.
pub const BRANCHES_MAX: usize = 500;
/// How far unpushed commits are counted.
pub const UNPUSHED_MAX: u32 = 1000;

/// The branches of a project's repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Branches {
    /// The local ones: the default one, the current one, then those with the latest commits.
    pub branches: Vec<Branch>,
    /// The branch that is checked out, which may have no commit yet, or a short commit id when detached.
    pub head: Option<String>,
    /// Names that exist only on a remote; choosing one makes a local branch that follows it.
    pub remote_only: Vec<String>,
    /// How many names there are beside these: at most 500 of each kind are listed.
    pub more: u32,
}

/// A local branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Whether it is checked out here.
    pub current: bool,
    /// Whether it is the one that others start from: that of `origin`, else `main` or `master`.
    pub default: bool,
    /// The branch it follows, such as `origin/main`.
    pub upstream: Option<String>,
    /// The full id of its last commit.
    #[serde(default)]
    pub commit: String,
    /// When its last commit was made.
    pub at: Millis,
    /// The first line of that commit's message, at most 200 characters.
    pub subject: String,
    /// How many of its commits are on no remote, counted up to 1,000; none without a remote, or if git could not tell.
    pub unpushed: Option<u32>,
}

/// Which branch to check out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SwitchBranch {
    /// Its name, without that of a remote.
    pub name: String,
    /// Whether it is made.
    #[serde(default)]
    pub create: bool,
    /// The branch that a new one starts from; without one, what is checked out.
    #[serde(default)]
    pub from: Option<String>,
}

/// The changed files of a work tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Changes {
    /// Branch and state; none outside a repository.
    pub git: Option<GitSummary>,
    /// How the branch stands beside the one it follows.
    #[serde(default)]
    pub head: Head,
    /// What git is in the middle of.
    #[serde(default)]
    pub under_way: Option<UnderWay>,
    /// How many files there are of each group.
    #[serde(default)]
    pub counts: GroupCounts,
    /// The files, staged ones first, in the order of their paths; at most 500 of each group.
    pub files: Vec<ChangedFile>,
    /// How many files there are in all.
    pub total: u32,
    /// What each group is like; another value says that something of it was changed since.
    #[serde(default)]
    pub versions: GroupVersions,
    /// Whether git told of so many files that some are neither counted nor listed.
    #[serde(default)]
    pub cut: bool,
}

/// How a branch stands beside the one it follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Head {
    /// Whether a commit is checked out and no branch.
    pub detached: bool,
    /// Whether there is no commit yet.
    pub unborn: bool,
    /// The branch it follows, such as `origin/main`.
    pub upstream: Option<String>,
    /// Commits that the other one lacks, as far as it was fetched; none if it is gone.
    pub ahead: Option<u32>,
    /// Commits that only the other one has.
    pub behind: Option<u32>,
}

/// Something of several steps that git has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UnderWay {
    /// What.
    pub what: Operation,
    /// Which step it is at, from 1, where they are counted.
    pub step: Option<u32>,
    /// How many steps there are.
    pub steps: Option<u32>,
}

/// What git can be in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `git merge`, before its commit.
    Merge,
    /// `git rebase`.
    Rebase,
    /// `git am`: patches out of mails.
    Apply,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
}

/// How many files stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GroupCounts {
    /// In the index.
    pub staged: u32,
    /// In the work tree only.
    pub changed: u32,
    /// Not known to git.
    pub untracked: u32,
    /// In conflict.
    pub conflicted: u32,
}

impl GroupCounts {
    /// Those of one group.
    #[must_use]
    pub const fn of(&self, group: ChangeGroup) -> u32 {
        match group {
            ChangeGroup::Staged => self.staged,
            ChangeGroup::Changed => self.changed,
            ChangeGroup::Untracked => self.untracked,
            ChangeGroup::Conflicted => self.conflicted,
        }
    }
}

/// What the groups are like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GroupVersions {
    /// In the index.
    pub staged: String,
    /// In the work tree only.
    pub changed: String,
    /// Not known to git.
    pub untracked: String,
    /// In conflict.
    pub conflicted: String,
}

impl GroupVersions {
    /// That of one group.
    #[must_use]
    pub fn of(&self, group: ChangeGroup) -> &str {
        match group {
            ChangeGroup::Staged => &self.staged,
            ChangeGroup::Changed => &self.changed,
            ChangeGroup::Untracked => &self.untracked,
            ChangeGroup::Conflicted => &self.conflicted,
        }
    }
}

/// A further page of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePage {
    /// Of which group.
    pub group: ChangeGroup,
    /// The path that the page before ended with.
    pub after: String,
}

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeGroup {
    /// In the index.
    Staged,
    /// In the work tree only.
    Changed,
    /// Not known to git.
    Untracked,
    /// Both sides of a merge changed it.
    Conflicted,
}

/// One changed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangedFile {
    /// Its path in the project.
    pub path: String,
    /// The path it had before, if it was renamed in the index.
    #[serde(default)]
    pub was: Option<String>,
    /// Where the change stands.
    pub group: ChangeGroup,
    /// Git's letter for it: `A`, `M`, `D`, `R`, `?`, `U`.
    pub letter: String,
    /// Lines added; none for a binary file.
    pub added: Option<u32>,
    /// Lines removed; none for a binary file.
    pub removed: Option<u32>,
    /// Whether it is a repository in the repository.
    #[serde(default)]
    pub submodule: bool,
    /// What the file is like; another value says that it was changed since.
    #[serde(default)]
    pub version: String,
}
