//! The engine of terminals: shells in keepers, which live until they are closed, and the programs of sessions, which those
//! start and end (`hosted`). Owns the table of terminals and the directory `terminals` of Roost's home; what is on a screen
//! it only passes on.

mod attach;
mod crew;
mod errand;
mod hosted;
mod link;
mod queries;
mod shell;
mod watch;
mod words;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    events::Push,
    ids::{ProjectId, SessionId, TerminalId},
    terminals::{
        model::{NAME_MAX, NewTerminal, Terminal, TerminalPatch, TerminalStatus},
        port::Terminals,
    },
};
use async_trait::async_trait;
use uuid::Uuid;

pub(crate) use self::errand::{Errand, ErrandEnd};
pub use self::{
    attach::{Attached, Looking, Sight},
    hosted::{Ended, Hosted, Program},
};
use self::{crew::Crew, queries::Row};
use crate::{
    bus::Bus,
    clock,
    config::Config,
    db::{Db, Fault},
    keeper::{self, Client, KillMode, Spec},
};

/// The engine; one for the process, cheap to clone.
#[derive(Clone)]
pub struct TerminalsEngine {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    bus: Bus,
    config: Arc<Config>,
    /// The binary that keepers are started from.
    exe: PathBuf,
    /// Those whose keeper answers; a lock that no await is taken under.
    live: Mutex<HashMap<TerminalId, Live>>,
}

/// A terminal whose keeper answers.
#[derive(Clone)]
struct Live {
    /// Which start of its program it is.
    run: i64,
    client: Client,
    crew: Arc<Crew>,
}

impl TerminalsEngine {
    /// An engine that has found the terminals of before again. One whose shell ended meanwhile says how.
    ///
    /// # Errors
    /// If the database cannot be read, or the directory cannot be made.
    pub async fn start(db: Db, bus: Bus, config: Arc<Config>, exe: PathBuf) -> Result<Self, Fault> {
        let engine = Self { shared: Arc::new(Shared { db, bus, config, exe, live: Mutex::default() }) };
        tokio::fs::create_dir_all(engine.shared.root()).await.map_err(Fault::Io)?;
        watch::find_again(&engine.shared).await?;
        Ok(engine)
    }
}

impl Shared {
    /// Where the keepers of terminals have their directories.
    fn root(&self) -> PathBuf {
        self.config.home.join("terminals")
    }

    fn dir(&self, id: TerminalId, run: i64) -> PathBuf {
        self.root().join(format!("{id}-{run}"))
    }

    /// Where the last picture of a shell that has ended is kept.
    fn picture(&self, id: TerminalId) -> PathBuf {
        self.root().join(format!("{id}.picture"))
    }

    fn live(&self) -> MutexGuard<'_, HashMap<TerminalId, Live>> {
        // Every value in it is whole, whoever panicked.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn row(&self, id: TerminalId) -> Result<Row, AppError> {
        queries::find(self.db.read(), id).await?.ok_or_else(|| AppError::not_found("terminal"))
    }

    /// Tells every open page how the terminal is now.
    async fn announce(&self, id: TerminalId) -> Result<Terminal, AppError> {
        let card = self.row(id).await?.card;
        self.bus.publish(Push::Terminal(Box::new(card.clone())));
        Ok(card)
    }

    /// Starts the shell of a row that says that it runs. That it could not is no error: the card says why.
    async fn run(self: &Arc<Self>, row: &Row) -> Result<Terminal, AppError> {
        let spec = shell::order(&self.config, &row.keeper(), row.card.cwd.as_ref());
        self.begin(row, &spec).await;
        self.announce(row.card.id).await
    }

    /// Starts what a row that says that it runs is to show. None if that could not be: then the row says why.
    async fn begin(self: &Arc<Self>, row: &Row, spec: &Spec) -> Option<Live> {
        let (id, dir) = (row.card.id, self.dir(row.card.id, row.run));
        let mut started = keeper::spawn(&self.exe, &dir, spec).await;
        if started.is_err() && keeper::lives(&dir).await {
            // A start that nobody knows of has left it; nothing may run beside it.
            watch::end_unknown(&dir).await;
            started = keeper::spawn(&self.exe, &dir, spec).await;
        }
        match started {
            Ok(client) => {
                let live = watch::begin(self, row, client);
                if matches!(queries::find(self.db.read(), id).await, Ok(None)) {
                    // Closed while it was started: nobody else knew of it to end it.
                    let _ = live.client.kill(KillMode::Kill).await;
                }
                Some(live)
            }
            Err(error) => {
                let reason = format!("{} could not be started: {error}.", words::subject(&row.card));
                watch::until_stored(row, || watch::failed(self, row, &reason)).await;
                watch::clear(&dir).await;
                None
            }
        }
    }

    /// A shell; the terminal of a session is only its session's to start and to end.
    async fn shell(&self, id: TerminalId) -> Result<Row, AppError> {
        let row = self.row(id).await?;
        if row.card.session_id.is_some() {
            let message = "It belongs to a session: start and end it there.";
            return Err(AppError::conflict("session", message));
        }
        Ok(row)
    }

    /// The program that has the terminal; none if that is the shell, or if the keeper cannot say.
    async fn busy(&self, id: TerminalId, run: i64) -> Option<String> {
        link::client(self, id, run).await.ok()?.status().await.ok()?.terminal?.busy
    }

    /// Ends what runs in it and forgets it.
    async fn remove(&self, id: TerminalId) -> Result<(), AppError> {
        let live = self.live().get(&id).cloned();
        // The row first: whatever happens to its program now is nobody's business any more.
        let mut tx = self.db.write().await?;
        queries::delete(&mut *tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        // It may never have had one.
        let _ = tokio::fs::remove_file(self.picture(id)).await;
        self.bus.publish(Push::TerminalGone { terminal: id });
        match live {
            Some(live) => {
                let ended = link::climb(self, id, live.run).await;
                ended.map_err(|error| Fault::Data(error.to_string()).into())
            }
            None => Ok(()),
        }
    }
}

/// A name that can be shown: 1 to 60 characters.
fn valid_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.contains(char::is_control) {
        return Err(AppError::invalid("name", format!("A name has 1 to {NAME_MAX} characters.")));
    }
    Ok(name.to_owned())
}

#[async_trait]
impl Terminals for TerminalsEngine {
    async fn list(&self, _who: &Viewer, project: Option<ProjectId>) -> Result<Vec<Terminal>, AppError> {
        let rows = queries::shells(self.shared.db.read(), project).await?;
        Ok(rows.into_iter().map(|row| row.card).collect())
    }

    async fn of_session(&self, _who: &Viewer, session: SessionId) -> Result<Vec<Terminal>, AppError> {
        let row = queries::of_session(self.shared.db.read(), session).await?;
        Ok(row.into_iter().map(|row| row.card).collect())
    }

    async fn open(&self, _who: &Viewer, new: NewTerminal) -> Result<Terminal, AppError> {
        let shared = &self.shared;
        let name = new.name.as_deref().map(valid_name).transpose()?;
        let place = queries::place(shared.db.read(), new.project_id).await?;
        let place = place.ok_or_else(|| AppError::not_found("project"))?;
        if place.archived {
            return Err(AppError::conflict("archived", "The project is archived. Take it back first."));
        }
        if !place.trusted {
            let message =
                "Nobody has trusted this directory yet. Look at what it would run, and trust it first.";
            return Err(AppError::new(ErrorCode::Untrusted, message).with(place.path));
        }
        let card = Terminal {
            id: TerminalId(Uuid::now_v7()),
            version: 1,
            project_id: new.project_id,
            session_id: None,
            name: name.unwrap_or_else(|| format!("Terminal {}", place.terminals + 1)),
            cwd: place.path,
            status: TerminalStatus::Running,
            reason: None,
            created_at: clock::now(),
        };
        let mut tx = shared.db.write().await?;
        queries::insert(&mut *tx, &card).await?;
        tx.commit().await.map_err(Fault::from)?;
        shared.run(&Row { card, run: 1, exit_code: None }).await
    }

    async fn update(
        &self,
        _who: &Viewer,
        id: TerminalId,
        patch: TerminalPatch,
    ) -> Result<Terminal, AppError> {
        let name = valid_name(&patch.name)?;
        let mut tx = self.shared.db.write().await?;
        queries::rename(&mut *tx, id, &name).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.shared.announce(id).await
    }

    async fn restart(&self, _who: &Viewer, id: TerminalId) -> Result<Terminal, AppError> {
        let mut row = self.shared.shell(id).await?;
        let mut tx = self.shared.db.write().await?;
        if !queries::rerun(&mut *tx, &row).await? {
            return Err(AppError::conflict("running", "Its shell runs. Close it, or end the shell, first."));
        }
        tx.commit().await.map_err(Fault::from)?;
        row.run += 1;
        self.shared.run(&row).await
    }

    async fn close(&self, _who: &Viewer, id: TerminalId, force: bool) -> Result<(), AppError> {
        self.shared.shell(id).await?;
        let run = self.shared.live().get(&id).map(|live| live.run);
        if let Some(run) = run.filter(|_| !force)
            && let Some(busy) = self.shared.busy(id, run).await
        {
            return Err(AppError::conflict("busy", format!("{busy} is running in it.")).with(busy));
        }
        self.shared.remove(id).await
    }
}
