//! What a memory is on both sides: a file of instructions that the CLI reads, or would read. Pure: never reads a disk.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// The most bytes of a memory that is saved here.
pub const MEMORY_MAX: usize = 64 * 1024;
/// From how many bytes on a person is warned: all of it is read again with every conversation.
pub const MEMORY_LARGE: usize = 40 * 1024;

/// Whose memory it is; the CLI reads them in this order, so that a later one has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemoryScope {
    /// The machine's administrator.
    Managed,
    /// The person, in every project.
    User,
    /// A directory above the project.
    Parent,
    /// The project.
    Project,
    /// The agent: what it wrote down by itself.
    Auto,
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemoryKind {
    /// A `CLAUDE.md`.
    Instructions,
    /// A `CLAUDE.local.md`, which is not for others.
    Local,
    /// A file of a `rules` folder.
    Rule,
    /// A file that another one names with `@`.
    Import,
    /// The agent's own notes.
    Notes,
}

/// One file of the hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Memory {
    /// Its absolute path.
    pub path: String,
    /// The path as a person would say it: from the project's directory, or from the home directory.
    pub name: String,
    /// Whose it is.
    pub scope: MemoryScope,
    /// What kind of file it is.
    pub kind: MemoryKind,
    /// Its place among those that a new conversation begins with, from 1; none if it does not.
    pub order: Option<u32>,
    /// Why it is not loaded, or what is special about it, in words.
    pub note: Option<String>,
    /// Whether there is such a file.
    pub exists: bool,
    /// Its size.
    pub bytes: u64,
    /// About how many tokens that is.
    pub tokens: u64,
    /// How many imports lead to it; 0 for one that the CLI looks for by itself.
    pub depth: u32,
    /// Whether its text may be looked at here: not that of a file elsewhere which a project names without consent.
    pub readable: bool,
    /// Whether it may be written here: it is inside the project or the person's Claude folder, and not the agent's own.
    pub editable: bool,
}

/// The hierarchy of a project, in the order in which it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Memories {
    /// The files, with those that are missing or left out where they would be.
    pub files: Vec<Memory>,
    /// The size of all that is loaded.
    pub bytes: u64,
    /// About how many tokens that is.
    pub tokens: u64,
}

/// A memory with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MemoryText {
    /// Which.
    pub memory: Memory,
    /// What is in it; empty if there is no such file.
    pub text: String,
    /// The SHA-256 of its bytes, which a save names as its base; none if there is no such file.
    pub hash: Option<String>,
    /// The text as sanitised HTML.
    pub html: String,
    /// Who saved this text here; none if it was written by other means.
    pub saved: Option<MemorySaved>,
}

/// The record of a save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MemorySaved {
    /// When.
    pub at: Millis,
    /// The viewer's label.
    pub by: String,
}

/// A text to be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SaveMemory {
    /// The absolute path of the file, as the list has it; or a new `.md` file of a `rules` folder.
    pub path: String,
    /// What it is to hold, at most 64 KB.
    pub text: String,
    /// The hash of the text that was edited; none if there was no file.
    #[serde(default)]
    pub base: Option<String>,
}

/// A text that is to be held against what the file says now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CompareMemory {
    /// The absolute path of the file.
    pub path: String,
    /// One's own text.
    pub text: String,
}

/// How a file differs from one's own text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MemoryDifference {
    /// The file as it is now.
    pub current: MemoryText,
    /// From the file to one's own text, as highlighted HTML lines.
    pub html: String,
}
