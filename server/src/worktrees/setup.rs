//! Sets a new worktree up with the command of its project, in a terminal that can be looked at. A worktree whose set-up did not end
//! well stays: whoever asked for it starts the session there anyway, or removes it.

use app::{error::AppError, ids::ProjectId, worktrees::model::SETUP};

use super::{Chosen, WorktreesEngine, queries};
use crate::terminals::Errand;

/// The longest command, in bytes.
const MAX: usize = 4000;

/// 400 for what cannot be a command.
pub(super) fn checked(command: &str) -> Result<(), AppError> {
    if command.len() > MAX || command.contains('\0') {
        let message = format!("A command has at most {MAX} bytes, and no NUL.");
        return Err(AppError::invalid("setup", message));
    }
    Ok(())
}

impl WorktreesEngine {
    /// Runs the command, if there is one, and waits for its end. 409 that names the worktree if that is not a good one.
    pub(super) async fn set_up(&self, project: ProjectId, made: &Chosen) -> Result<(), AppError> {
        let command = queries::settings(self.db.read(), project).await?.setup;
        if command.trim().is_empty() {
            return Ok(());
        }
        let errand = Errand { place: made.id, name: SETUP.to_owned(), cwd: made.path.clone(), command };
        match self.terminals.errand(errand).await? {
            None => Ok(()),
            Some(how) => {
                let message = format!(
                    "The set-up of the worktree failed, so the session has not started. {how} The terminal “{SETUP}” of the worktree shows why."
                );
                Err(AppError::conflict(&made.id.to_string(), message))
            }
        }
    }
}
