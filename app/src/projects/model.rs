//! What a project is on both sides. Pure: never reads a disk.

use serde::{Deserialize, Serialize};

use crate::{git::model::GitSummary, ids::ProjectId, time::Millis};

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
    /// The project that it is a worktree of; none for a project proper.
    #[serde(default)]
    pub worktree_of: Option<ProjectId>,
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
