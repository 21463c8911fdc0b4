//! What a terminal is known by, and what may be asked of one. Plain data.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ProjectId, SessionId, TerminalId},
    time::Millis,
};

/// The most characters of a name.
pub const NAME_MAX: usize = 60;

/// Where a terminal is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TerminalStatus {
    /// What was started in it runs.
    Running,
    /// That has ended; what it showed last can be seen.
    Ended,
    /// It could not be started, or was lost; the reason says how.
    Failed,
}

impl TerminalStatus {
    /// Its name in the database and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Ended, Self::Failed].into_iter().find(|one| one.as_str() == name)
    }
}

/// A terminal as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Terminal {
    /// Its id.
    pub id: TerminalId,
    /// Grows with every change; a card with a lower one is old news.
    pub version: u64,
    /// The project it belongs to.
    pub project_id: ProjectId,
    /// The session whose agent it shows; none if it is a shell.
    #[serde(default)]
    pub session_id: Option<SessionId>,
    /// What it is called.
    pub name: String,
    /// The directory its program was started in.
    pub cwd: String,
    /// Where it is in its life.
    pub status: TerminalStatus,
    /// How it ended, or why it failed, in words.
    pub reason: Option<String>,
    /// When it was opened.
    pub created_at: Millis,
}

/// A terminal to open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewTerminal {
    /// Where.
    pub project_id: ProjectId,
    /// What to call it; without one it is numbered.
    #[serde(default)]
    pub name: Option<String>,
}

/// What to change of a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TerminalPatch {
    /// What to call it: 1 to 60 characters.
    pub name: String,
}
