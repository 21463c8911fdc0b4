//! Looking at a terminal: what it shows, who else looks, and what this viewer may do there.

use std::{path::Path, sync::Arc, time::Duration};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::TerminalId,
    terminals::wire::Crew as Card,
};
use tokio::sync::watch;

use super::{Live, Shared, TerminalsEngine, crew::Crew, link};
use crate::keeper::{self, Client, KeeperError, Refusal, Size, View, Viewing};

/// What a viewer begins with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looking {
    /// What it has seen before, and how much of the past it wants.
    pub view: View,
    /// The run of the shell in which it has seen that; of another run it has seen nothing.
    pub run: Option<i64>,
    /// The size it has room for.
    pub room: Option<Size>,
    /// It only looks: it never types, and never has the size in hand.
    pub read_only: bool,
    /// It only comes back: it does not take the size in hand because nobody has it.
    pub back: bool,
}

/// A terminal as a viewer finds it.
pub enum Attached {
    /// Its shell runs.
    Running(Box<(Viewing, Sight)>),
    /// Its shell has ended: what it showed last, if that is known, and how it ended.
    Over(Option<(Size, Vec<u8>)>, String),
}

/// A viewer's seat at a terminal; dropping it leaves.
pub struct Sight {
    shared: Arc<Shared>,
    id: TerminalId,
    run: i64,
    crew: Arc<Crew>,
    seat: u64,
    read_only: bool,
    /// What it began with.
    view: View,
}

impl TerminalsEngine {
    /// Looks at a terminal.
    ///
    /// # Errors
    /// 404 for an unknown id, 503 if its keeper does not answer.
    pub async fn attach(&self, who: &Viewer, id: TerminalId, looking: Looking) -> Result<Attached, AppError> {
        let row = self.shared.row(id).await?;
        let live = self.shared.live().get(&id).cloned();
        let Some(Live { crew, run, .. }) = live else {
            let words = row.card.reason.unwrap_or_else(|| "The shell has ended.".to_owned());
            return Ok(Attached::Over(last_picture(&self.shared.picture(id)).await, words));
        };
        let seat = crew.join(&who.label, !looking.read_only && !looking.back);
        let (shared, read_only) = (Arc::clone(&self.shared), looking.read_only);
        let sight = Sight { shared, id, run, crew, seat, read_only, view: looking.view };
        if let Some(room) = looking.room {
            sight.room(room).await?;
        }
        let seen = looking.run.is_none_or(|seen| seen == run);
        match sight.view(looking.view.since.filter(|_| seen)).await {
            Ok(viewing) => Ok(Attached::Running(Box::new((viewing, sight)))),
            // Its keeper has gone just now: how it ended is about to be known.
            Err(error) => match sight.ended().await {
                Some(words) => Ok(Attached::Over(sight.last_picture().await, words)),
                None => Err(unavailable(&error)),
            },
        }
    }
}

impl Sight {
    async fn client(&self) -> Result<Client, KeeperError> {
        link::client(&self.shared, self.id, self.run).await
    }

    async fn view(&self, since: Option<u64>) -> Result<Viewing, KeeperError> {
        self.client().await?.view(View { since, ..self.view }).await
    }

    /// The same view from this place on, after a pause, if only the connection was lost; none if the terminal is over.
    pub async fn view_again(&self, since: Option<u64>, pause: Duration) -> Option<Viewing> {
        tokio::time::sleep(pause).await;
        if self.crew.is_over() || !self.keeper_lives().await { None } else { self.view(since).await.ok() }
    }

    async fn keeper_lives(&self) -> bool {
        keeper::lives(&self.shared.dir(self.id, self.run)).await
    }

    /// Types. Says in words why that did not arrive, if it did not.
    pub async fn type_in(&self, bytes: Vec<u8>) -> Option<String> {
        if self.read_only {
            return Some("This view is for looking only.".to_owned());
        }
        let words = match link::type_in(&self.shared, self.id, self.run, bytes).await {
            Ok(()) => return None,
            Err(KeeperError::Refused(Refusal::QueueFull)) => {
                "The program does not read what is typed; what was pasted last did not arrive."
            }
            Err(KeeperError::Refused(_)) => "The shell has ended.",
            Err(_) if self.crew.is_over() || !self.keeper_lives().await => "The shell has ended.",
            // It is not typed again: it may have arrived.
            Err(error) => {
                tracing::warn!(%error, id = %self.id, "a terminal does not answer");
                "The terminal does not answer; what was typed last may not have arrived."
            }
        };
        Some(words.to_owned())
    }

    /// Says how much room there is here. Of no effect unless this viewer has the size in hand.
    ///
    /// # Errors
    /// 503 if the keeper does not answer.
    pub async fn room(&self, size: Size) -> Result<(), AppError> {
        if !self.crew.drives(self.seat) {
            return Ok(());
        }
        match async { self.client().await?.resize(size).await }.await {
            Ok(()) | Err(KeeperError::Refused(_) | KeeperError::Gone | KeeperError::NotSent) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Takes the size in hand, unless this viewer only looks.
    ///
    /// # Errors
    /// 503 if the keeper does not answer.
    pub async fn drive(&self, size: Size) -> Result<(), AppError> {
        if !self.read_only {
            self.crew.drive(self.seat);
        }
        self.room(size).await
    }

    /// How the terminal ended, once its keeper is gone; none if that is not known before long.
    pub async fn ended(&self) -> Option<String> {
        self.crew.ended().await
    }

    /// What it showed last, once it has ended.
    pub async fn last_picture(&self) -> Option<(Size, Vec<u8>)> {
        last_picture(&self.shared.picture(self.id)).await
    }

    /// Who looks, as seen from here.
    #[must_use]
    pub fn crew(&self) -> Card {
        Card { run: self.run, ..self.crew.seen_from(self.seat) }
    }

    /// Tells whenever that changes.
    #[must_use]
    pub fn crew_changes(&self) -> watch::Receiver<()> {
        self.crew.changes()
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.crew.leave(self.seat);
    }
}

/// The picture that is kept of a terminal that has ended.
async fn last_picture(path: &Path) -> Option<(Size, Vec<u8>)> {
    let picture = tokio::fs::read(path).await.ok()?;
    let (cols, rest) = picture.split_first_chunk()?;
    let (rows, text) = rest.split_first_chunk()?;
    Some((Size { cols: u16::from_le_bytes(*cols), rows: u16::from_le_bytes(*rows) }, text.to_vec()))
}

fn unavailable(error: &KeeperError) -> AppError {
    tracing::warn!(%error, "a terminal does not answer");
    AppError::new(ErrorCode::Unavailable, "The terminal does not answer.")
}
