//! Commands of a person that Roost runs in a terminal, so that everybody can look at them while they run and afterwards. What comes
//! of one is its caller's business; the terminal stays until somebody closes it.

use super::{
    TerminalsEngine, link,
    queries::{self, Row},
    shell,
};
use crate::{clock, db::Fault};
use app::{
    error::AppError,
    ids::{ProjectId, TerminalId},
    terminals::model::{Terminal, TerminalStatus},
};

/// A command to run.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    /// The id of its terminal.
    pub(crate) id: TerminalId,
    /// The project or worktree whose terminal it is.
    pub(crate) place: ProjectId,
    /// What the terminal is called.
    pub(crate) name: String,
    /// Where it runs.
    pub(crate) cwd: String,
    /// The words, for the person's own shell.
    pub(crate) command: String,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ErrandEnd {
    /// With 0.
    Well,
    /// Otherwise, in words.
    Badly(String),
}

impl TerminalsEngine {
    /// Begins to run it. That it could not begin is no error: its end says why.
    ///
    /// # Errors
    /// If the terminal cannot be stored.
    pub(crate) async fn begin_errand(&self, errand: Errand) -> Result<(), AppError> {
        let shared = &self.shared;
        let card = Terminal {
            id: errand.id,
            version: 1,
            project_id: errand.place,
            session_id: None,
            name: errand.name,
            cwd: errand.cwd,
            status: TerminalStatus::Running,
            reason: None,
            created_at: clock::now(),
        };
        let mut tx = shared.db.write().await?;
        queries::insert(&mut *tx, &card).await?;
        tx.commit().await.map_err(Fault::from)?;
        let row = Row { card, run: 1, exit_code: None };
        let spec = shell::command(&shared.config, &row.keeper(), row.card.cwd.as_ref(), &errand.command);
        shared.begin(&row, &spec).await;
        shared.announce(row.card.id).await.map(drop)
    }

    /// Waits for the end of one that may run, however long that takes; nothing if there is no such terminal.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) async fn errand_end(&self, id: TerminalId) -> Result<Option<ErrandEnd>, AppError> {
        let live = self.shared.live().get(&id).cloned();
        if let Some(live) = live {
            live.crew.over().await;
        }
        let ended = queries::find(self.shared.db.read(), id).await?;
        Ok(ended.map(|row| match row.exit_code {
            Some(0) => ErrandEnd::Well,
            _ => ErrandEnd::Badly(row.card.reason.unwrap_or_default()),
        }))
    }

    /// Ends one that runs; its terminal stays.
    ///
    /// # Errors
    /// If its keeper cannot be told.
    pub(crate) async fn end_errand(&self, id: TerminalId) -> Result<(), AppError> {
        let live = self.shared.live().get(&id).cloned();
        match live {
            Some(live) => {
                let ended = link::climb(&self.shared, id, live.run).await;
                ended.map_err(|error| Fault::Data(error.to_string()).into())
            }
            None => Ok(()),
        }
    }
}
