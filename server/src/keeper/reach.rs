//! The way back to a keeper whose connection was lost, or that another server started. While it lives its child does too, so
//! nothing may be started in its place: one that is of no use for long is killed, and one whose end is stored is let go. It
//! reads nothing of what a keeper left.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::client::{Client, Events, attach};
use super::disk::{forget, lives, put_down};
use super::error::KeeperError;

/// How long a keeper that lives may be of no use; one that was just started opens its socket long before.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause before the second try; it doubles with each.
const AGAIN: Duration = Duration::from_millis(50);
/// The longest pause.
const SLOWEST: Duration = Duration::from_secs(3);
/// A connection that held this long was of use.
const STEADY: Duration = Duration::from_secs(10);

/// How long a keeper that was let go may hold its directory: it tells its viewers first.
const PARTING: Duration = Duration::from_secs(10);
/// How often it is looked whether it still does.
const LOOK: Duration = Duration::from_millis(20);

/// The way to the keeper of one directory.
#[derive(Debug)]
pub struct Way {
    dir: PathBuf,
    patience: Duration,
    pause: Duration,
    /// Since when it was of no use.
    failing: Instant,
    /// When it was connected to last.
    joined: Instant,
    after: u64,
}

impl Way {
    /// The way to the keeper of `dir`, be it connected to already or not.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self::within(dir, PATIENCE)
    }

    fn within(dir: &Path, patience: Duration) -> Self {
        let now = Instant::now();
        Self { dir: dir.to_owned(), patience, pause: Duration::ZERO, failing: now, joined: now, after: 0 }
    }

    /// Connects anew and takes the records numbered above `after`; none once the keeper does not live. One whose streams end
    /// again and again without a new record is killed like one that does not answer.
    pub async fn again(&mut self, after: u64) -> Option<(Client, Events)> {
        if after > self.after || self.joined.elapsed() > STEADY {
            (self.pause, self.failing, self.after) = (Duration::ZERO, Instant::now(), after);
        }
        let in_vain = self.failing.elapsed() > self.patience;
        while lives(&self.dir).await {
            sleep(self.pause).await;
            self.pause = (self.pause * 2).clamp(AGAIN, SLOWEST);
            match self.join(after).await {
                Ok(joined) if !in_vain => {
                    self.joined = Instant::now();
                    return Some(joined);
                }
                Err(_) if self.failing.elapsed() <= self.patience => {}
                joined => {
                    tracing::warn!(error = ?joined.err(), "a keeper that is of no use is killed");
                    if let Err(error) = put_down(&self.dir).await {
                        tracing::error!(%error, "a keeper could not be killed");
                    }
                }
            }
        }
        None
    }

    async fn join(&self, after: u64) -> Result<(Client, Events), KeeperError> {
        let client = attach(&self.dir).await?;
        let events = client.take(after).await?;
        Ok((client, events))
    }
}

/// Lets a keeper go whose records up to `last`, its exit, are stored; on a new connection where the old one is of no use.
/// One that is gone already is no loss.
pub async fn let_go(dir: &Path, client: &Client, last: u64) {
    if client.ack(last).await.is_err()
        && let Ok(anew) = attach(dir).await
    {
        let _ = anew.ack(last).await;
    }
}

/// Waits until no keeper lives in `dir` any more; false if one that was let go does not go.
pub async fn parted(dir: &Path) -> bool {
    let gone = async {
        while lives(dir).await {
            sleep(LOOK).await;
        }
    };
    timeout(PARTING, gone).await.is_ok()
}

/// Removes the directory of a keeper that is going, once it has gone. An error if it stays; nothing to do is none.
pub async fn clear(dir: &Path) -> io::Result<()> {
    // Of one that stays the removal says so.
    parted(dir).await;
    forget(dir).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;
    use std::os::unix::net::UnixListener;
    use std::process::{Child, Command};

    use rustix::fs::{FlockOperation, flock};
    use serde_json::json;

    use super::super::PROTOCOL_VERSION;
    use super::super::client::KeeperEvent;
    use super::super::host::socket_path;
    use super::super::model::Status;
    use super::super::wire::{Reply, Request, read_frame};
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

    /// Answers whoever connects, and ends every stream of records at once.
    fn useless(dir: &Path, keeper: u32) {
        let (_dir, socket) = socket_path(dir).unwrap();
        let listener = UnixListener::bind(socket).unwrap();
        let status: Status = serde_json::from_value(json!({
            "version": PROTOCOL_VERSION, "id": "useless", "keeper_pid": keeper, "child_pid": null, "started_at_ms": 1,
            "last_seq": 0, "acked": 0, "state": "running", "journal_blocked": null, "exit": null,
        }))
        .unwrap();
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let status = status.clone();
                std::thread::spawn(move || {
                    while let Ok((kind, payload)) = read_frame(&mut stream)
                        && let Ok(Request::Hello { .. }) = Request::parse(kind, &payload)
                    {
                        let mut frame = Vec::new();
                        Reply::Welcome(status.clone()).put(&mut frame);
                        stream.write_all(&frame).unwrap();
                    }
                });
            }
        });
    }

    #[tokio::test]
    async fn a_keeper_whose_streams_end_again_and_again_is_killed_after_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let mut keeper = deaf(dir.path());
        useless(dir.path(), keeper.id());
        let mut way = Way::within(dir.path(), Duration::from_millis(300));
        let mut joined = 0;
        while let Some((_client, mut events)) = way.again(0).await {
            joined += 1;
            assert!(matches!(events.next().await, KeeperEvent::Gone));
        }
        assert!(joined > 1, "it is tried more than once");
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&keeper.wait().unwrap()), Some(9));
    }

    #[tokio::test]
    async fn a_keeper_that_lives_and_is_not_to_be_reached_is_killed_after_a_while() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Way::new(dir.path()).again(0).await.is_none(), "there is no keeper");
        let mut keeper = deaf(dir.path());
        assert!(lives(dir.path()).await);
        assert!(Way::within(dir.path(), Duration::ZERO).again(0).await.is_none());
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&keeper.wait().unwrap()), Some(9));
    }
}
