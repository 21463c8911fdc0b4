//! What a project is on both sides. Pure: never reads a disk.

use serde::{Deserialize, Serialize};

use crate::{ids::ProjectId, time::Millis};

/// A registered directory, as every list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Project {
    /// Roost's id of it.
    pub id: ProjectId,
    /// The name shown; the directory's own name unless renamed.
    pub name: String,
    /// The absolute path, symlinks resolved.
    pub path: String,
    /// Where it stands in the list, from 0.
    pub position: i64,
    /// Whether it is put away; its sessions stay readable.
    pub archived: bool,
    /// Who trusted it and when; nothing starts in it before.
    pub trust: Option<Trust>,
    /// Whether `bypassPermissions` may be chosen here (`allow_bypass_permissions` of its path in the configuration).
    pub bypass_allowed: bool,
    /// Why the directory cannot be used right now, in words.
    pub problem: Option<String>,
    /// What git says of it; none outside a repository.
    pub git: Option<GitSummary>,
    /// How many of its sessions are in which state.
    pub counts: Counts,
    /// When it was registered.
    pub created_at: Millis,
}

/// The record of a person's trust in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Trust {
    /// When.
    pub at: Millis,
    /// The viewer's label.
    pub by: String,
}

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

/// Sessions of a project that are not archived, by what they need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Waiting for a person.
    pub waiting: u32,
    /// Queued or running.
    pub running: u32,
    /// Live and at rest.
    pub idle: u32,
    /// All, finished ones included.
    pub total: u32,
}

/// What would run or apply once a directory is trusted, read from its files without running any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TrustReport {
    /// Hooks, as `event: command`, with the file they are from.
    pub hooks: Vec<Finding>,
    /// MCP servers, as `name: command or address`.
    pub mcp_servers: Vec<Finding>,
    /// Settings that widen what may run without asking: allow rules, environment, default mode.
    pub settings: Vec<Finding>,
    /// Instructions the agent would read: CLAUDE.md files, skills, agents, commands.
    pub instructions: Vec<Finding>,
    /// Files that could not be read or parsed, with the reason.
    pub unreadable: Vec<Finding>,
}

/// One line of a trust report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The file, relative to the project.
    pub file: String,
    /// What is in it, in one line.
    pub what: String,
}

/// How to add a project: exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewProject {
    /// Registers this directory.
    #[serde(default)]
    pub path: Option<String>,
    /// Creates a directory of this name under `projects_root`, with a fresh git repository.
    #[serde(default)]
    pub name: Option<String>,
}

/// What may be changed of a project; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ProjectPatch {
    /// The name shown.
    #[serde(default)]
    pub name: Option<String>,
    /// Its place in the list, from 0; the others move.
    #[serde(default)]
    pub position: Option<i64>,
    /// Put away, or taken back.
    #[serde(default)]
    pub archived: Option<bool>,
}

/// The changed files of a work tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Changes {
    /// Branch and state; none outside a repository.
    pub git: Option<GitSummary>,
    /// The files, staged ones first, at most 500.
    pub files: Vec<ChangedFile>,
    /// How many files there are in all.
    pub total: u32,
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
    /// Where the change stands.
    pub group: ChangeGroup,
    /// Git's letter for it: `A`, `M`, `D`, `R`, `?`, `U`.
    pub letter: String,
    /// Lines added; none for a binary file.
    pub added: Option<u32>,
    /// Lines removed; none for a binary file.
    pub removed: Option<u32>,
}
