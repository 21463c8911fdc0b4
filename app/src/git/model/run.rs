//! What git is told to do in a project, and what comes of it. Pure: never runs git.

use serde::{Deserialize, Serialize};

use super::{Operation, commit::NewCommit};
use crate::{ids::RunId, time::Millis};

/// What git is told to do. It may take its time, and it may fail in git's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Makes a commit of what is staged.
    Commit(NewCommit),
    /// Asks a remote for what is new; changes no file.
    Fetch {
        /// Which; without one that of the branch, else `origin`, else the only one.
        #[serde(default)]
        remote: Option<String>,
    },
    /// Fetches what the branch follows, and brings it into the branch.
    Pull {
        /// How.
        #[serde(default)]
        how: Join,
    },
    /// Sends the branch to a remote.
    Push(Push),
    /// Goes on with what git is in the middle of, or ends it.
    Step {
        /// What it is, as it was shown; nothing is done with anything else.
        what: Operation,
        /// Which way.
        step: Step,
    },
    /// Puts changes aside.
    Stash {
        /// What they are; git says which commit they are on if it is empty.
        #[serde(default)]
        message: String,
        /// Whether files that git does not know go along.
        #[serde(default)]
        untracked: bool,
    },
    /// Brings back what was put aside.
    Unstash {
        /// The full id of its commit.
        id: String,
        /// Whether it stays aside too.
        #[serde(default)]
        keep: bool,
    },
    /// Forgets what was put aside.
    DropStash(OneStash),
    /// Puts back what was forgotten, as long as git still has its commit.
    RestoreStash(OneStash),
    /// Deletes a branch whose commits another one has.
    DeleteBranch {
        /// Its name.
        name: String,
        /// The full id of its last commit, as it was shown.
        commit: String,
        /// Whether it is deleted even if no other has its commits.
        #[serde(default)]
        force: bool,
    },
    /// Makes a branch at a commit, without checking it out.
    RestoreBranch {
        /// Its name.
        name: String,
        /// The full id of its last commit.
        commit: String,
    },
}

/// A stash by its commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OneStash {
    /// The full id of its commit.
    pub id: String,
    /// What it says of itself.
    #[serde(default)]
    pub message: String,
}

/// How what came from a remote is brought into a branch with commits of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Only if the branch has none: it is moved forward, or nothing is done.
    #[default]
    FastForward,
    /// Its own commits are made anew on top.
    Rebase,
    /// A commit joins both.
    Merge,
}

/// How a branch is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Push {
    /// Makes the branch follow the one of its name on this remote, and sends it there.
    #[serde(default)]
    pub set_upstream: Option<String>,
    /// Writes over the branch of the remote, which must be at this very commit: the full id that was shown.
    #[serde(default)]
    pub lease: Option<String>,
}

/// A way on from the middle of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// On, once what was in conflict is staged.
    Continue,
    /// On, without the commit that it is at.
    Skip,
    /// Back to how it was before.
    Abort,
}

/// One time that git was told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What git was told.
    pub command: Command,
    /// Since when.
    pub at: Millis,
    /// How it ended; none while it is under way.
    pub end: Option<RunEnd>,
}

/// The last run of a project, under way or ended. It is forgotten when the server ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LastRun {
    /// It; none if there was none yet.
    pub run: Option<Run>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunEnd {
    /// Whether git did all of it.
    pub ok: bool,
    /// What came of it, and what to do next, in a sentence or two.
    pub words: String,
    /// What may be wanted next.
    pub next: Vec<Command>,
    /// The page that opens a pull request of the branch that was pushed, as far as the remote's host is known or the remote named it.
    pub pull_request: Option<String>,
}

/// A line that git or a hook printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Printed {
    /// The line, at most 2,000 characters.
    pub text: String,
    /// Whether the next line takes its place, as with a count that goes up.
    pub passing: bool,
}

/// What a follower of a run is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunNews {
    /// A line.
    Printed(Printed),
    /// The end; nothing comes after it.
    End(RunEnd),
}

impl Command {
    /// What it does, in the words of a button.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Commit(new) if new.amend => "Amend",
            Self::Commit(_) => "Commit",
            Self::Fetch { .. } => "Fetch",
            Self::Pull { how: Join::FastForward } => "Pull",
            Self::Pull { how: Join::Rebase } => "Pull and rebase",
            Self::Pull { how: Join::Merge } => "Pull and merge",
            Self::Push(Push { lease: Some(_), .. }) => "Force push",
            Self::Push(Push { set_upstream: Some(_), .. }) => "Publish branch",
            Self::Push(_) => "Push",
            Self::Step { step: Step::Continue, .. } => "Continue",
            Self::Step { step: Step::Skip, .. } => "Skip this commit",
            Self::Step { step: Step::Abort, .. } => "Abort",
            Self::Stash { .. } => "Stash",
            Self::Unstash { keep: true, .. } => "Apply",
            Self::Unstash { .. } => "Pop",
            Self::DropStash(_) => "Drop",
            Self::DeleteBranch { force: true, .. } => "Delete anyway",
            Self::DeleteBranch { .. } => "Delete branch",
            Self::RestoreStash(_) | Self::RestoreBranch { .. } => "Undo",
        }
    }
}
