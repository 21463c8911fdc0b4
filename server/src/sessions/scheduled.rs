//! What other features ask of sessions about scheduled prompts: whose they are, and whether the agent is there to run them.

use std::collections::BTreeMap;

use app::{
    error::AppError,
    ids::{ProjectId, SessionId},
};

use super::{SessionsEngine, claude::Scheduled, queries};

/// A session with what its agent scheduled.
#[derive(Clone, Debug)]
pub(crate) struct Scheduler {
    /// Which.
    pub(crate) id: SessionId,
    /// Its name.
    pub(crate) name: String,
    /// The conversation, as the CLI calls it.
    pub(crate) conversation: Option<String>,
    /// Whether its agent is alive, or will be in a moment.
    pub(crate) live: bool,
    /// The prompts, by the CLI's id.
    pub(crate) scheduled: BTreeMap<String, Scheduled>,
}

impl SessionsEngine {
    /// The sessions of a project whose agents scheduled something, those that had one of `conversations`, and those that are
    /// live; none that is archived.
    pub(crate) async fn schedulers(
        &self,
        project: ProjectId,
        conversations: &[String],
    ) -> Result<Vec<Scheduler>, AppError> {
        Ok(queries::schedulers(self.shared.db.read(), project, conversations).await?)
    }
}
