//! What a worktree is on both sides, and how its branch is named. Pure: never runs git.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ProjectId, SessionId, TrashId},
    time::Millis,
};

/// What the terminal is called in which a new worktree is set up.
pub const SETUP: &str = "Set-up";
/// How the reason of a session begins that did not start because of that.
pub const NOT_SET_UP: &str = "The set-up of the worktree";
/// The longest name of a branch that is made of words, in characters.
const NAME_MAX: usize = 40;
/// The name where the words have nothing that can stand in one.
const NAMELESS: &str = "work";

/// In which worktree a session works: one that is there, or a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct InWorktree {
    /// One that is there. Nothing else is said then.
    #[serde(default)]
    pub id: Option<ProjectId>,
    /// The name of the new branch; made from the session's name or its prompt if absent.
    #[serde(default)]
    pub branch: Option<String>,
    /// The branch that it starts from; if absent the one that others start from, else what is checked out.
    #[serde(default)]
    pub base: Option<String>,
}

/// The worktrees of a project's repository beside the main one, and what was put into the trash of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Worktrees {
    /// Those of git, and directories and entries that a crash has left; the latest first.
    pub worktrees: Vec<Worktree>,
    /// What can be put back, the latest first.
    pub trash: Vec<TrashedWorktree>,
    /// What new ones get.
    pub settings: WorktreeSettings,
}

/// What a project says of its new worktrees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WorktreeSettings {
    /// Which ignored files are copied from the project: a pattern a line, as in `.gitignore`; `.env*` until it is changed. At most
    /// 200 files and 20 MB; links are left out.
    pub copy: String,
    /// The command that is run in a new worktree before its first session starts, in a terminal called `Set-up`; none if empty. The
    /// session waits for it, and stopping the session ends it. If it does not end well, the session fails and does not start.
    #[serde(default)]
    pub setup: String,
}

/// One worktree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Worktree {
    /// Its place, which has changes, files and memories like a project; none if Roost did not make it.
    pub id: Option<ProjectId>,
    /// Its directory, which it is known by.
    pub path: String,
    /// The branch that is checked out; none on a bare commit.
    pub branch: Option<String>,
    /// The branch it was made from; for one that Roost did not make, the default one.
    pub base: Option<String>,
    /// What is the matter with it.
    pub state: WorktreeState,
    /// How far it is set up.
    pub setup: SetUp,
    /// How it stands; none where git cannot tell.
    pub standing: Option<Standing>,
    /// Why git keeps it locked, in the words of whoever locked it; may be empty.
    pub locked: Option<String>,
    /// The room it takes on the disk; none if it is gone.
    pub size: Option<Size>,
    /// The sessions that Roost started in it.
    pub sessions: Vec<SessionThere>,
    /// What is at work in it right now: sessions and terminals, by name.
    pub busy: Vec<String>,
    /// The ignored files that were copied into it.
    pub copied: Vec<String>,
    /// When Roost made it.
    pub created_at: Option<Millis>,
}

/// What is the matter with a worktree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorktreeState {
    /// Nothing.
    Ready,
    /// Roost was ended while it made it.
    Unfinished,
    /// Git has an entry, or Roost a row, but the directory is gone.
    Missing,
    /// There is a directory, but git does not know it.
    Stray,
}

/// How far a worktree is set up with the command of its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SetUp {
    /// It is being, or is to be before a session starts in it.
    Pending,
    /// That was tried, and did not end well.
    Failed,
    /// It is, or there is nothing to do.
    Done,
}

/// How a worktree stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Files that are changed, staged or untracked.
    pub uncommitted: u32,
    /// Commits that the base lacks; none if there is no base.
    pub ahead: Option<u32>,
    /// Commits that only the base has.
    pub behind: Option<u32>,
    /// Commits that are neither in the base nor on a remote, nor were they brought into the base as one.
    pub unsaved: u32,
}

/// The room that a directory takes on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Size {
    /// In bytes.
    pub bytes: u64,
    /// Whether it is more: what takes long to count is not counted to its end.
    pub more: bool,
}

/// A session of a worktree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionThere {
    /// Its id.
    pub id: SessionId,
    /// Its name.
    pub name: String,
    /// Whether its agent is alive, or about to be.
    pub live: bool,
}

/// What is kept of a worktree that was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TrashedWorktree {
    /// Its id in the trash.
    pub id: TrashId,
    /// Where the worktree was.
    pub path: String,
    /// Its branch.
    pub branch: Option<String>,
    /// Who removed it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// When it is deleted for good.
    pub expires_at: Millis,
    /// The room it takes.
    pub bytes: u64,
    /// The directory that holds `commits.bundle`, `changes.patch` and small files that git `ignored`, or all of a directory that git
    /// did not know.
    pub kept_in: String,
}

/// How the commits of a worktree are brought into its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Bring {
    /// With a merge commit.
    Merge,
    /// As one commit.
    Squash,
    /// One by one, on top of the base.
    Rebase,
}

/// A wish to bring the commits of a worktree into its base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BringBack {
    /// The worktree's directory.
    pub path: String,
    /// How.
    pub how: Bring,
    /// What the merge commit or the one commit says; made from the branch and its commits if absent.
    #[serde(default)]
    pub message: Option<String>,
}

/// A wish to remove a worktree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RemoveWorktree {
    /// The worktree's directory.
    pub path: String,
    /// Whether it goes even if that takes work along, which is put into the trash first.
    #[serde(default)]
    pub anyway: bool,
}

/// A name for a branch, of the first words of a text: small letters, digits and hyphens.
#[must_use]
pub fn branch_of(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let lower = line.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let gap = usize::from(!name.is_empty());
        if name.len() + gap + word.len() > NAME_MAX {
            if name.is_empty() {
                name.push_str(&word[..NAME_MAX]);
            }
            break;
        }
        if gap > 0 {
            name.push('-');
        }
        name.push_str(word);
    }
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_by_the_first_words() {
        for (text, name) in [
            ("Fix the login, please!", "fix-the-login-please"),
            ("\n  \n-rf ../../etc\nmore", "rf-etc"),
            ("Größe der Körbe", "gr-e-der-k-rbe"),
            ("", "work"),
            ("日本語", "work"),
            ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
        ] {
            assert_eq!(branch_of(text), name, "{text}");
        }
        assert_eq!(branch_of(&"x".repeat(100)), "x".repeat(NAME_MAX));
    }
}
