//! The agent's own interface in a terminal: how it is started, and how to know from outside what it does. Three files tell:
//! `hooks`, the private one that it tells of its turns in; `transcript`, its own record of the conversation, with one of each
//! sub-agent (`aside`); `presence`, its own word on whether it works, waits or rests. All of this only reads and writes files;
//! what follows from it is decided by the session's actor.

mod aside;
mod hooks;
mod launch;
mod place;
mod presence;
mod tail;
mod transcript;

use std::path::PathBuf;

use app::{approvals::model::ApprovalKind, time::Millis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::{
    aside::{Aside, find_asides},
    hooks::{Hook, note},
    launch::{Files, Launch, arguments, environment, prepare},
    place::{Place, follow},
    presence::{Doing, look},
    tail::{Unfinished, tail},
    transcript::{begun_at, length},
};

/// What must be remembered of it over a restart of the server; kept with the session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// Which start of the terminal's program was ordered last; 0 if none was.
    pub run: i64,
    /// Whether another start was asked for since.
    pub wanted: bool,
    /// Whether its first prompt is still to be given to it.
    pub first: bool,
    /// Whether this start was given a prompt, and has not said yet that it works on it.
    pub prompt_due: bool,
    /// The conversation that it holds.
    pub conversation: Option<Uuid>,
    /// When it took that up, if it was started with another.
    pub taken_up: Millis,
    /// Where it records that.
    pub transcript: Option<PathBuf>,
    /// How many bytes of the record are history; none while the chat writes it.
    pub read: Option<u64>,
    /// What that place is known by.
    pub place: Place,
    /// The sub-agents that are listened to.
    pub asides: Vec<Aside>,
    /// How many bytes of this start's hooks are.
    pub hooks: u64,
    /// When this start was ordered.
    pub started: Millis,
    /// When it told of itself last.
    pub heard: Option<Millis>,
    /// What it waits for, and since when.
    pub asking: Option<(ApprovalKind, Millis)>,
    /// The title that it recorded last.
    pub title: Option<String>,
}
