//! The way to the keeper of a terminal: the connection at hand, or a new one once that is of no use. Nothing is typed twice:
//! what may have arrived is not said again.

use app::ids::TerminalId;

use super::Shared;
use crate::keeper::{self, Client, KeeperError, KillMode};

/// A connection to the keeper of this run of a terminal.
///
/// # Errors
/// [`KeeperError::Gone`] if there is none any more; another one if it lives and does not answer.
pub(super) async fn client(shared: &Shared, id: TerminalId, run: i64) -> Result<Client, KeeperError> {
    let known = shared.live().get(&id).filter(|live| live.run == run).map(|live| live.client.clone());
    match known {
        Some(client) if !client.is_lost() => return Ok(client),
        Some(_) => {}
        None => return Err(KeeperError::Gone),
    }
    let dir = shared.dir(id, run);
    match keeper::attach(&dir).await {
        Ok(anew) => {
            renew(shared, id, run, &anew);
            Ok(anew)
        }
        Err(_) if !keeper::lives(&dir).await => Err(KeeperError::Gone),
        Err(error) => Err(error),
    }
}

/// Types. What was not even sent is typed on a new connection.
pub(super) async fn type_in(
    shared: &Shared,
    id: TerminalId,
    run: i64,
    bytes: Vec<u8>,
) -> Result<(), KeeperError> {
    match client(shared, id, run).await?.type_in(bytes.clone()).await {
        Err(KeeperError::NotSent) => client(shared, id, run).await?.type_in(bytes).await,
        done => done,
    }
}

/// A new connection takes the place of the old one.
pub(super) fn renew(shared: &Shared, id: TerminalId, run: i64, anew: &Client) {
    if let Some(live) = shared.live().get_mut(&id).filter(|live| live.run == run) {
        live.client = anew.clone();
    }
}

/// Ends what runs in a terminal, by the ladder; only a keeper that is truly gone needs no word.
pub(super) async fn climb(shared: &Shared, id: TerminalId, run: i64) -> Result<(), KeeperError> {
    let lost = |error: &KeeperError| {
        use KeeperError::{Gone, Io, NotSent, TimedOut};
        matches!(error, Gone | NotSent | Io(_) | TimedOut)
    };
    let dir = shared.dir(id, run);
    let mut done = async { client(shared, id, run).await?.kill(KillMode::Ladder).await }.await;
    if done.as_ref().is_err_and(lost) {
        done = async { keeper::attach(&dir).await?.kill(KillMode::Ladder).await }.await;
    }
    match done {
        Err(error) if lost(&error) && !keeper::lives(&dir).await => Ok(()),
        done => done,
    }
}
