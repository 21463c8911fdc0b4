//! What is looked for by name and by content, and what was found. Pure.

use serde::{Deserialize, Serialize};

/// A run of characters, counted from 0; `end` is behind the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Span {
    /// The first character.
    pub start: u32,
    /// Behind the last one.
    pub end: u32,
}

/// A file whose path fits what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NameMatch {
    /// Its path.
    pub path: String,
    /// The characters of the path that were typed.
    pub marks: Vec<Span>,
}

/// The files whose paths fit best.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Names {
    /// At most 200, the best first.
    pub matches: Vec<NameMatch>,
    /// How many fit.
    pub total: u32,
    /// Whether the project has more files than are searched.
    pub partial: bool,
}

/// Which names and contents are searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchOptions {
    /// Whether the text is a regular expression.
    #[serde(default)]
    pub regex: bool,
    /// Whether only whole words count.
    #[serde(default)]
    pub word: bool,
    /// Whether capitals matter.
    #[serde(default)]
    pub case: bool,
    /// Which files, such as `*.rs, !tests/**`; all if empty.
    #[serde(default)]
    pub globs: String,
    /// Names that begin with a dot as well.
    #[serde(default)]
    pub hidden: bool,
    /// What git ignores as well.
    #[serde(default)]
    pub ignored: bool,
}

/// A line in which the text was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Match {
    /// The file.
    pub path: String,
    /// The number of the line.
    pub line: u64,
    /// The line around the first place, at most 240 characters.
    pub excerpt: String,
    /// What was found in the excerpt.
    pub marks: Vec<Span>,
}

/// How a search of contents ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SearchEnd {
    /// How many files were searched.
    pub files: u32,
    /// How many lines were found.
    pub matches: u32,
    /// Whether it ended early, because enough was found.
    pub capped: bool,
}

/// What a search of contents gives, bit by bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Some lines of one file.
    Matches(Vec<Match>),
    /// The last one.
    End(SearchEnd),
}
