//! The terminals of sessions: each shows the one program that its session starts and ends. Who may do that, and when, is
//! decided there; here a second start is only refused.

use std::sync::Arc;

use app::{
    error::AppError,
    ids::{ProjectId, SessionId, TerminalId},
    terminals::model::{Terminal, TerminalStatus},
};
use uuid::Uuid;

use super::{
    Live, Shared, TerminalsEngine,
    crew::Crew,
    link,
    queries::{self, Row},
    shell,
};
use crate::{
    clock,
    db::Fault,
    keeper::{self, KeeperError},
};

/// A program to start in a session's terminal.
#[derive(Clone, Debug)]
pub struct Program {
    /// It and its arguments.
    pub argv: Vec<String>,
    /// Its whole environment, but for the variables that say what terminal it has.
    pub env: Vec<(String, String)>,
    /// Where it starts.
    pub cwd: String,
    /// Whose project that is.
    pub project: ProjectId,
    /// What the terminal is called, if it is new.
    pub name: String,
}

/// A program that runs in a session's terminal.
#[derive(Clone)]
pub struct Hosted {
    /// The terminal.
    pub id: TerminalId,
    run: i64,
    crew: Arc<Crew>,
    shared: Arc<Shared>,
}

/// How the program of a session's terminal ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The terminal.
    pub id: TerminalId,
    /// The code that it ended with by itself; none if it was killed, or could not be started.
    pub code: Option<i32>,
    /// The same in words.
    pub words: String,
}

impl Hosted {
    fn new(shared: &Arc<Shared>, id: TerminalId, live: Live) -> Self {
        Self { id, run: live.run, crew: live.crew, shared: Arc::clone(shared) }
    }

    /// Types.
    ///
    /// # Errors
    /// When the keeper does not take it; one that is gone has no program left to type to.
    pub async fn type_in(&self, bytes: &[u8]) -> Result<(), KeeperError> {
        link::type_in(&self.shared, self.id, self.run, bytes.to_vec()).await
    }

    /// The program's process; none before it has begun, and once its keeper is forgotten.
    pub async fn pid(&self) -> Option<u32> {
        keeper::child(&self.shared.dir(self.id, self.run)).await
    }

    /// Ends the program: interrupt, terminate, kill, each only if the one before was not enough.
    ///
    /// # Errors
    /// When the keeper lives and does not answer. That it has ended by itself is told in another way.
    pub async fn end(&self) -> Result<(), KeeperError> {
        link::climb(&self.shared, self.id, self.run).await
    }

    /// Waits until the program has ended and that is stored.
    pub async fn gone(&self) {
        self.crew.over().await;
    }
}

impl TerminalsEngine {
    /// Starts a program in the terminal of a session, which it makes if there is none. None if that could not be: then how
    /// it ended is known.
    ///
    /// # Errors
    /// 409 if a program runs there already.
    pub async fn host(&self, session: SessionId, program: Program) -> Result<Option<Hosted>, AppError> {
        let shared = &self.shared;
        let mut tx = shared.db.write().await?;
        let row = match queries::of_session(&mut *tx, session).await? {
            Some(mut row) => {
                if !queries::rerun(&mut *tx, &row).await? {
                    return Err(AppError::conflict("running", "It runs in its terminal already."));
                }
                row.run += 1;
                row
            }
            None => {
                let card = Terminal {
                    id: TerminalId(Uuid::now_v7()),
                    version: 1,
                    project_id: program.project,
                    session_id: Some(session),
                    name: program.name,
                    cwd: program.cwd.clone(),
                    status: TerminalStatus::Running,
                    reason: None,
                    created_at: clock::now(),
                };
                queries::insert(&mut *tx, &card).await?;
                Row { card, run: 1, exit_code: None }
            }
        };
        tx.commit().await.map_err(Fault::from)?;
        let spec = shell::program(&row.keeper(), program.cwd.as_ref(), program.argv, program.env);
        let live = shared.begin(&row, &spec).await;
        if let Err(error) = shared.announce(row.card.id).await {
            // It runs all the same, and whoever started it has to know.
            tracing::warn!(%error, id = %row.card.id, "a terminal could not be told of");
        }
        Ok(live.map(|live| Hosted::new(shared, row.card.id, live)))
    }

    /// How often a program was started in the terminal of a session: 0 if it has none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn runs(&self, session: SessionId) -> Result<i64, Fault> {
        let row = queries::of_session(self.shared.db.read(), session).await?;
        Ok(row.map_or(0, |row| row.run))
    }

    /// What runs in the terminal of a session.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn hosted(&self, session: SessionId) -> Result<Option<Hosted>, Fault> {
        let Some(row) = queries::of_session(self.shared.db.read(), session).await? else { return Ok(None) };
        let live = self.shared.live().get(&row.card.id).cloned();
        Ok(live.map(|live| Hosted::new(&self.shared, row.card.id, live)))
    }

    /// How what ran last in the terminal of a session ended; none if it runs, or if there is no terminal.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn ended(&self, session: SessionId) -> Result<Option<Ended>, Fault> {
        let row = queries::of_session(self.shared.db.read(), session).await?;
        Ok(row.filter(|row| row.card.status != TerminalStatus::Running).map(|row| Ended {
            id: row.card.id,
            code: row.exit_code,
            words: row.card.reason.unwrap_or_default(),
        }))
    }

    /// Ends what runs in the terminal of a session, and forgets it.
    ///
    /// # Errors
    /// If that cannot be stored, or the keeper does not answer.
    pub async fn drop_hosted(&self, session: SessionId) -> Result<(), AppError> {
        match queries::of_session(self.shared.db.read(), session).await? {
            Some(row) => self.shared.remove(row.card.id).await,
            None => Ok(()),
        }
    }
}
