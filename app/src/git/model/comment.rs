//! Comments on lines of a change, which wait to be sent to an agent. Pure.

use serde::{Deserialize, Serialize};

use super::{ChangeGroup, Side};
use crate::{ids::CommentId, time::Millis};

/// The most comments of a project that wait; all of them fit into one message.
pub const COMMENTS_MAX: usize = 60;
/// The longest comment, in bytes.
pub const COMMENT_MAX: usize = 8_000;
/// The most bytes of code that go along with a comment.
pub const COMMENT_CODE_MAX: usize = 6_000;

/// The lines that a comment is about, as they were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Commented {
    /// The file, by its path in the project.
    pub path: String,
    /// Which of its changes.
    pub group: ChangeGroup,
    /// Whose numbers these are: those of the file now, or before where all of the lines are gone.
    pub side: Side,
    /// The number of the first line.
    pub first: u32,
    /// The number of the last one.
    pub last: u32,
    /// The lines, each behind `+`, `-` or a blank; at most 6,000 bytes.
    pub code: String,
}

/// A comment to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewComment {
    /// What it is about.
    pub about: Commented,
    /// What it says, 1 to 8,000 bytes.
    pub text: String,
}

/// Another text for a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EditComment {
    /// What it says, 1 to 8,000 bytes.
    pub text: String,
}

/// A comment that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// When it was written.
    pub at: Millis,
    /// Who wrote it.
    pub by: String,
    /// What it is about.
    pub about: Commented,
    /// What it says.
    pub text: String,
}
