//! Commands of a person that Roost runs in a terminal, so that everybody can look at them while they run and afterwards. What comes
//! of one is its caller's business; the terminal stays until somebody closes it.

use app::{
    error::AppError,
    ids::{ProjectId, TerminalId},
    terminals::model::{Terminal, TerminalStatus},
};
use uuid::Uuid;

use super::{
    TerminalsEngine,
    queries::{self, Row},
    shell,
};
use crate::{clock, db::Fault};

/// A command to run.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    /// The project or worktree whose terminal it is.
    pub(crate) place: ProjectId,
    /// What the terminal is called.
    pub(crate) name: String,
    /// Where it runs.
    pub(crate) cwd: String,
    /// The words, for the person's own shell.
    pub(crate) command: String,
}

impl TerminalsEngine {
    /// Runs it to its end, however long that takes: nothing if it ended well, else how it ended in words.
    ///
    /// # Errors
    /// If the terminal cannot be stored.
    pub(crate) async fn errand(&self, errand: Errand) -> Result<Option<String>, AppError> {
        let shared = &self.shared;
        let card = Terminal {
            id: TerminalId(Uuid::now_v7()),
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
        let live = shared.begin(&row, &spec).await;
        shared.announce(row.card.id).await?;
        if let Some(live) = live {
            live.crew.over().await;
        }
        let ended = queries::find(shared.db.read(), row.card.id).await?;
        Ok(match ended {
            Some(row) if row.exit_code == Some(0) => None,
            Some(row) => Some(row.card.reason.unwrap_or_default()),
            None => Some("Its terminal was closed.".to_owned()),
        })
    }
}
