//! Sets a new worktree up with the command of its project, in a terminal that can be looked at. Nobody is held up by it but the
//! sessions there, which wait for its end. What was begun goes on when the server ends, and the next one waits for it.

use std::{
    collections::HashMap,
    sync::{MutexGuard, PoisonError},
};

use app::{
    error::AppError,
    ids::{ProjectId, TerminalId},
    worktrees::model::{NOT_SET_UP, SETUP, SetUp},
};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    WorktreesEngine,
    queries::{self, Row},
};
use crate::{
    db::Fault,
    terminals::{Errand, ErrandEnd},
};

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

/// A set-up that is under way.
#[derive(Clone, Debug)]
pub(crate) struct SettingUp(watch::Receiver<Option<Result<(), String>>>);

impl SettingUp {
    /// Waits for its end, however long that takes: why nothing can start there, in words, if it did not end well.
    pub(crate) async fn over(&mut self) -> Result<(), String> {
        match self.0.wait_for(Option::is_some).await {
            Ok(end) => end.clone().unwrap_or(Ok(())),
            Err(_) => Err(format!("{NOT_SET_UP} came to no end that is known.")),
        }
    }
}

impl WorktreesEngine {
    /// The set-up that whoever is to work there has to wait for, begun if it was not. Nothing where there is none to do, or where it
    /// did not end well and that was told: then one works there as it is.
    pub(crate) async fn set_up(&self, place: ProjectId) -> Result<Option<SettingUp>, AppError> {
        let pending = |row: &Row| row.setup == SetUp::Pending;
        if !queries::find(self.db.read(), place).await?.as_ref().is_some_and(pending) {
            return Ok(None);
        }
        let mut all = self.setting_up();
        if let Some(known) = all.get(&place) {
            return Ok(Some(known.clone()));
        }
        let (told, end) = watch::channel(None);
        let begun = SettingUp(end);
        all.insert(place, begun.clone());
        drop(all);
        let (engine, own) = (self.clone(), begun.clone());
        tokio::spawn(async move {
            let run = engine.clone();
            // In a task of its own, so that it is not under way for ever if that panics.
            let end = tokio::spawn(async move { run.see_through(place).await }).await;
            // Cancelled, it may have been begun anew.
            engine.setting_up().retain(|_, known| !known.0.same_channel(&own.0));
            told.send_replace(Some(match end {
                Ok(Ok(end)) => end,
                Ok(Err(error)) => Err(error.message),
                Err(error) => Err(error.to_string()),
            }));
        });
        Ok(Some(begun))
    }

    /// Ends the set-up of a worktree; it is begun anew when somebody is to work there again.
    pub(crate) async fn cancel_set_up(&self, place: ProjectId) -> Result<(), AppError> {
        let Some(row) = queries::find(self.db.read(), place).await? else { return Ok(()) };
        let Some(terminal) = row.setup_terminal.filter(|_| row.setup == SetUp::Pending) else {
            return Ok(());
        };
        // Before it ends, so that this is no failure.
        self.set_up_is(place, SetUp::Pending, None).await?;
        self.setting_up().remove(&place);
        self.terminals.end_errand(terminal).await
    }

    /// Runs the command to its end, or waits for the one that a server of before has begun.
    async fn see_through(&self, place: ProjectId) -> Result<Result<(), String>, AppError> {
        let row = queries::find(self.db.read(), place).await?;
        let Some(row) = row.filter(|row| row.setup == SetUp::Pending) else { return Ok(Ok(())) };
        let command = queries::settings(self.db.read(), row.project).await?.setup;
        if command.trim().is_empty() {
            self.set_up_is(place, SetUp::Done, None).await?;
            return Ok(Ok(()));
        }
        let begun = match row.setup_terminal {
            Some(id) => self.terminals.errand_end(id).await?.map(|end| (id, end)),
            None => None,
        };
        let (id, end) = match begun {
            Some(begun) => begun,
            None => self.begin(&row, command).await?,
        };
        let now = queries::find(self.db.read(), place).await?;
        if now.is_none_or(|now| now.setup_terminal != Some(id)) {
            return Ok(Err(format!("{NOT_SET_UP} was cancelled.")));
        }
        match end {
            ErrandEnd::Well => {
                self.set_up_is(place, SetUp::Done, Some(id)).await?;
                Ok(Ok(()))
            }
            ErrandEnd::Badly(how) => {
                self.set_up_is(place, SetUp::Failed, Some(id)).await?;
                Ok(Err(format!(
                    "{NOT_SET_UP} failed, so nothing has started there. {how} The terminal “{SETUP}” shows why. Started again, it starts as it is."
                )))
            }
        }
    }

    /// Runs the command in a new terminal, to its end.
    async fn begin(&self, row: &Row, command: String) -> Result<(TerminalId, ErrandEnd), AppError> {
        let cwd = queries::path(self.db.read(), row.project, row.id).await?;
        let cwd = cwd.ok_or_else(|| AppError::not_found("worktree"))?;
        let id = TerminalId(Uuid::now_v7());
        self.set_up_is(row.id, SetUp::Pending, Some(id)).await?;
        let errand = Errand { id, place: row.id, name: SETUP.to_owned(), cwd, command };
        self.terminals.begin_errand(errand).await?;
        // Cancelled while it was being begun, it was not there yet to be ended.
        let now = queries::find(self.db.read(), row.id).await?;
        if now.is_none_or(|now| now.setup_terminal != Some(id)) {
            self.terminals.end_errand(id).await?;
        }
        let end = self.terminals.errand_end(id).await?;
        Ok((id, end.unwrap_or_else(|| ErrandEnd::Badly("Its terminal was closed.".to_owned()))))
    }

    async fn set_up_is(
        &self,
        place: ProjectId,
        setup: SetUp,
        terminal: Option<TerminalId>,
    ) -> Result<(), AppError> {
        let mut tx = self.db.write().await?;
        queries::set_setup(&mut tx, place, setup, terminal).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    fn setting_up(&self) -> MutexGuard<'_, HashMap<ProjectId, SettingUp>> {
        // Every value in it is whole, whoever panicked.
        self.setting_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
