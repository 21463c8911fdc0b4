//! What is served on a port, on both sides. Pure: never looks at a process.

use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, TerminalId};

/// What the programs of a project serve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Previews {
    /// Why none can be opened here, in words; none if they can.
    pub off: Option<String>,
    /// The ports, in their order.
    pub served: Vec<Preview>,
}

/// A port that a program of a session or a terminal listens on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Preview {
    /// The port on the server's machine.
    pub port: u16,
    /// The program's process id.
    pub pid: u32,
    /// What it was started as, at most 200 characters.
    pub command: String,
    /// Whose program it is.
    pub owner: Owner,
    /// The port at which Roost passes it on to whoever is signed in; none while it is not open.
    pub opened: Option<u16>,
}

/// Whose program something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Owner {
    /// An agent's.
    Session {
        /// Its session.
        id: SessionId,
        /// The name of that.
        name: String,
    },
    /// A shell's.
    Terminal {
        /// Its terminal.
        id: TerminalId,
        /// The name of that.
        name: String,
    },
}

/// Which port to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OpenPreview {
    /// A port that a program of the project listens on.
    pub port: u16,
}
