//! A text that is edited, and files that are made, moved and thrown away. Pure.

use serde::{Deserialize, Serialize};

use crate::{ids::TrashId, time::Millis};

/// How the lines of a text end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// With a line feed.
    #[default]
    Lf,
    /// With a carriage return before it.
    Crlf,
    /// Not all alike.
    Mixed,
}

/// A whole text, to be edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileText {
    /// Its path, as it was asked for.
    pub path: String,
    /// The text. Its lines end with `\n`, unless they do not end alike: then it is as it stands in the file.
    pub text: String,
    /// The SHA-256 of the file's bytes, which a save names as its base; none if there is no such file.
    pub hash: Option<String>,
    /// How its lines end in the file; a save keeps it.
    pub line_end: LineEnd,
    /// Whether the file begins with a byte order mark, which is no part of `text`; a save keeps it.
    pub bom: bool,
}

/// A text to be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SaveFile {
    /// The file, relative to the project.
    pub path: String,
    /// What it is to hold, at most 2 MB.
    pub text: String,
    /// The hash of the text that was edited; none if there was no file.
    #[serde(default)]
    pub base: Option<String>,
}

/// A text that is to be held against what the file says now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CompareFile {
    /// The file, relative to the project.
    pub path: String,
    /// One's own text.
    pub text: String,
}

/// How a file differs from one's own text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileDifference {
    /// The file as it is now.
    pub current: FileText,
    /// From the file to one's own text, as highlighted HTML lines.
    pub html: String,
}

/// A file or a folder to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewEntry {
    /// Its path; the folder that it is to be in is there.
    pub path: String,
    /// Whether it is a folder; an empty file otherwise.
    #[serde(default)]
    pub folder: bool,
}

/// An entry that is to be elsewhere, or to have another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MoveEntry {
    /// Where it is.
    pub from: String,
    /// Where it is to be; nothing is there.
    pub to: String,
}

/// What becomes of what has the name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Clash {
    /// It stays, and the new one is refused.
    #[default]
    Refuse,
    /// It goes to the trash; only a file does.
    Replace,
    /// It stays, and the new one gets a number.
    Keep,
}

/// An entry in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Trashed {
    /// Its id.
    pub id: TrashId,
    /// Where it was.
    pub path: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Bytes of all that is in it.
    pub bytes: u64,
    /// When it was put there.
    pub at: Millis,
    /// The label of the viewer who did it.
    pub by: String,
    /// When it is removed for good.
    pub until: Millis,
}
