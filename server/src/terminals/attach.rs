//! Looking at a terminal: what it shows, who else looks, and what this viewer may do there.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::TerminalId,
    terminals::wire::Crew as Card,
};
use tokio::sync::watch;

use super::{Live, TerminalsEngine, crew::Crew};
use crate::keeper::{Client, KeeperError, Refusal, Size, View, Viewing};

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
    client: Client,
    crew: Arc<Crew>,
    seat: u64,
    run: i64,
    read_only: bool,
    /// Where its last picture will be.
    picture: PathBuf,
}

impl TerminalsEngine {
    /// Looks at a terminal.
    ///
    /// # Errors
    /// 404 for an unknown id, 503 if its keeper does not answer.
    pub async fn attach(&self, who: &Viewer, id: TerminalId, looking: Looking) -> Result<Attached, AppError> {
        let row = self.shared.row(id).await?;
        let live = self.shared.live().get(&id).cloned();
        let Some(Live { client, crew, run, .. }) = live else {
            let words = row.card.reason.unwrap_or_else(|| "The shell has ended.".to_owned());
            return Ok(Attached::Over(last_picture(&self.shared.picture(id)).await, words));
        };
        let seat = crew.join(&who.label, !looking.read_only && !looking.back);
        let picture = self.shared.picture(id);
        let sight = Sight { client, crew, seat, run, read_only: looking.read_only, picture };
        if let Some(room) = looking.room {
            sight.room(room).await?;
        }
        let seen = looking.run.is_none_or(|seen| seen == run);
        let view = View { since: looking.view.since.filter(|_| seen), ..looking.view };
        match sight.client.view(view).await {
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
    /// Types. Says in words why that did not arrive, if it did not.
    ///
    /// # Errors
    /// 503 if the keeper does not answer.
    pub async fn type_in(&self, bytes: Vec<u8>) -> Result<Option<String>, AppError> {
        if self.read_only {
            return Ok(Some("This view is for looking only.".to_owned()));
        }
        match self.client.type_in(bytes).await {
            Ok(()) => Ok(None),
            Err(KeeperError::Refused(Refusal::QueueFull)) => Ok(Some(
                "The program does not read what is typed; what was pasted last did not arrive.".to_owned(),
            )),
            Err(KeeperError::Refused(_) | KeeperError::Gone) => Ok(Some("The shell has ended.".to_owned())),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Says how much room there is here. Of no effect unless this viewer has the size in hand.
    ///
    /// # Errors
    /// 503 if the keeper does not answer.
    pub async fn room(&self, size: Size) -> Result<(), AppError> {
        if !self.crew.drives(self.seat) {
            return Ok(());
        }
        match self.client.resize(size).await {
            Ok(()) | Err(KeeperError::Refused(_) | KeeperError::Gone) => Ok(()),
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
        last_picture(&self.picture).await
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
