//! What an agent scheduled, on both sides. Pure: never looks at a clock.

use serde::{Deserialize, Serialize};

use crate::{ids::SessionId, time::Millis};

/// What the agents of a project scheduled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// What runs next comes first, what does not run at all last.
    pub tasks: Vec<ScheduledTask>,
    /// Why the file with those that outlive their session could not be read, in words; they are missing then.
    pub trouble: Option<String>,
}

/// A prompt that an agent scheduled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ScheduledTask {
    /// The CLI's id of it.
    pub id: String,
    /// When: a cron expression of five fields, by the clock of the server's machine.
    pub cron: String,
    /// The same in words; none if it is no such expression.
    pub words: Option<String>,
    /// What is said to the agent then.
    pub prompt: String,
    /// Whether it stays after it ran.
    pub recurring: bool,
    /// Whether it is in the file of the project, so that it outlives its session and any agent there runs it.
    pub durable: bool,
    /// Whether an agent that would run it is alive.
    pub awake: bool,
    /// When it was made.
    pub made_at: Option<Millis>,
    /// When it last ran, as far as it was told.
    pub last_at: Option<Millis>,
    /// When it is due next; in the past if nobody was there to run it.
    pub next_at: Option<Millis>,
    /// When the CLI drops it; never without.
    pub expires_at: Option<Millis>,
    /// The session that made it, if Roost has it.
    pub session: Option<TaskSession>,
}

/// The session that scheduled something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskSession {
    /// Which.
    pub id: SessionId,
    /// Its name.
    pub name: String,
}

/// What came of the wish to delete a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deletion {
    /// It is gone.
    Deleted,
    /// Only its agent can do that, and was asked to in a message.
    Asked,
}
