//! The way to the keeper of a terminal: the connection at hand, or a new one once that is of no use. Nothing is typed twice:
//! what may have arrived is not said again.

use std::{path::Path, time::Duration};

use app::ids::TerminalId;
use tokio::time::Instant;

use super::Shared;
use crate::keeper::{self, Client, KeeperError, KillMode};

/// How long a keeper that lives may not be reached; one that was just started opens its socket long before.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait before a keeper is asked again.
pub(super) const AGAIN: Duration = Duration::from_millis(50);

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

/// Connects to the keeper of this directory as long as it lives; none once it does not. One that cannot be talked to is
/// killed after a while: what it holds is of no use to anybody, and its program must not go on unseen.
pub(super) async fn reach(dir: &Path) -> Option<Client> {
    reach_within(dir, PATIENCE).await
}

async fn reach_within(dir: &Path, patience: Duration) -> Option<Client> {
    let deadline = Instant::now() + patience;
    while keeper::lives(dir).await {
        match keeper::attach(dir).await {
            Ok(client) => return Some(client),
            Err(error) if Instant::now() > deadline => {
                tracing::warn!(%error, "a keeper that does not answer is killed");
                if let Err(error) = keeper::put_down(dir).await {
                    tracing::error!(%error, "a keeper could not be killed");
                }
            }
            Err(_) => {}
        }
        tokio::time::sleep(AGAIN).await;
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]
mod tests {
    use std::{
        fs::{self, File},
        process::{Child, Command},
    };

    use rustix::fs::{FlockOperation, flock};
    use serde_json::json;

    use super::*;

    /// A process that holds the lock of this directory as a keeper does, and hears nobody.
    fn deaf(dir: &Path) -> Child {
        let lock = File::create(dir.join("lock")).unwrap();
        flock(&lock, FlockOperation::LockExclusive).unwrap();
        let keeper = Command::new("sleep").arg("600").stdin(lock).spawn().unwrap();
        let stat = fs::read_to_string(format!("/proc/{}/stat", keeper.id())).unwrap();
        let start: u64 = stat.rsplit(") ").next().unwrap().split(' ').nth(19).unwrap().parse().unwrap();
        let info = json!({
            "version": 1, "id": "deaf", "keeper_pid": keeper.id(), "keeper_start_time": start, "started_at_ms": 1,
            "state": "running",
        });
        fs::write(dir.join("keeper.json"), info.to_string()).unwrap();
        keeper
    }

    #[tokio::test]
    async fn a_keeper_that_lives_and_is_not_to_be_reached_is_killed_after_a_while() {
        let dir = tempfile::tempdir().unwrap();
        assert!(reach(dir.path()).await.is_none(), "there is no keeper");
        let mut keeper = deaf(dir.path());
        assert!(keeper::lives(dir.path()).await);
        assert!(reach_within(dir.path(), Duration::ZERO).await.is_none());
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&keeper.wait().unwrap()), Some(9));
    }
}
