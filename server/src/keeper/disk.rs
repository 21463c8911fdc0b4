//! What the server finds in keepers' directories at start-up: who is alive, and what the dead have left.
//! It changes nothing in a directory whose keeper lives.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::mpsc;

use super::client::{Events, KeeperEvent, blocking};
use super::journal::Reader;
use super::model::Info;
use super::sweep;

/// How long what a dead keeper left has to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// Records read ahead of the server.
const EVENTS: usize = 64;

/// A keeper's directory.
#[derive(Debug)]
pub struct Found {
    /// Where it is.
    pub dir: PathBuf,
    /// Its name, which is the keeper's id if the server named it so.
    pub id: String,
    /// The keeper holds its lock, so that [`super::attach`] will find it.
    pub alive: bool,
    /// What the keeper wrote about itself; nothing if it died before it could.
    pub info: Option<Info>,
}

/// Every keeper's directory directly under `root`, in the order of their names; none if there is no `root`.
pub async fn scan(root: &Path) -> io::Result<Vec<Found>> {
    let root = root.to_owned();
    blocking(move || {
        let mut found = Vec::new();
        let entries = match fs::read_dir(&root) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                let (dir, id) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
                found.push(Found { alive: alive(&dir)?, info: info(&dir), dir, id });
            }
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    })
    .await
}

fn info(dir: &Path) -> Option<Info> {
    serde_json::from_slice(&fs::read(dir.join("keeper.json")).ok()?).ok()
}

fn alive(dir: &Path) -> io::Result<bool> {
    match File::open(dir.join("lock")) {
        Ok(file) => match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(false),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(true),
            Err(error) => Err(error.into()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn refuse_if_alive(dir: &Path) -> io::Result<()> {
    if alive(dir)? {
        return Err(io::Error::new(ErrorKind::ResourceBusy, "the keeper of this directory is alive"));
    }
    Ok(())
}

/// Makes sure that no keeper begins in `dir` any more, and removes it; `false` if one lives there or has begun, so that
/// there may be a child or a journal. For an order whose server died before the keeper was there: one that comes late
/// finds no order and ends.
pub async fn withdraw(dir: &Path) -> io::Result<bool> {
    let dir = dir.to_owned();
    blocking(move || {
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(dir.join("lock"))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(false),
            taken => taken?,
        }
        // Written before there is a child.
        if dir.join("keeper.json").exists() {
            return Ok(false);
        }
        fs::remove_dir_all(&dir).map(|()| true)
    })
    .await
}

/// Whether a keeper holds the lock of `dir`, be it one that is not yet to be reached. Where that cannot be looked for, one
/// may live: nothing shall be started in its place.
pub async fn lives(dir: &Path) -> bool {
    let dir = dir.to_owned();
    blocking(move || alive(&dir)).await.unwrap_or(true)
}

/// The process that the keeper of `dir` has started, also after its end; none before, and without a keeper.
pub async fn child(dir: &Path) -> Option<u32> {
    let dir = dir.to_owned();
    blocking(move || Ok(info(&dir))).await.ok()??.child_pid
}

/// Kills the keeper that holds the lock of `dir`, for one that cannot be talked to. What it leaves is for
/// [`end_leftovers`], once the lock is free.
pub async fn put_down(dir: &Path) -> io::Result<()> {
    let dir = dir.to_owned();
    blocking(move || {
        if !alive(&dir)? {
            return Ok(());
        }
        let Some(info) = info(&dir) else { return Ok(()) };
        // A number alone may be another process by now.
        if sweep::start_time(info.keeper_pid) == Some(info.keeper_start_time)
            && let Some(pid) = Pid::from_raw(info.keeper_pid.cast_signed())
        {
            kill_process(pid, Signal::KILL)?;
        }
        Ok(())
    })
    .await
}

/// Streams the records numbered above `after` that a dead keeper left, up to a torn or damaged one, and then
/// [`KeeperEvent::Gone`]. Without an exit record among them the keeper was killed. An error if it lives.
pub async fn read_dead(dir: &Path, after: u64) -> io::Result<Events> {
    let dir = dir.to_owned();
    blocking(move || {
        refuse_if_alive(&dir)?;
        let (to, events) = mpsc::channel(EVENTS);
        tokio::task::spawn_blocking(move || {
            let mut reader = Reader::new(&dir.join("journal"), after);
            while let Ok(Some(record)) = reader.next(u64::MAX, 0) {
                if to.blocking_send(KeeperEvent::Record(record)).is_err() {
                    return;
                }
            }
        });
        Ok(Events { events })
    })
    .await
}

/// Ends what a dead keeper left running (terminate, 2 s, kill) and returns how many processes that were:
/// its child, and everything that carries its marker in the environment. An error if the keeper lives.
pub async fn end_leftovers(dir: &Path) -> io::Result<usize> {
    let dir = dir.to_owned();
    blocking(move || {
        refuse_if_alive(&dir)?;
        Ok(info(&dir)
            .map_or(0, |info| sweep::end_marked(&info.id, info.child_pid.zip(info.child_start_time), GRACE)))
    })
    .await
}

/// Removes the directory of a keeper that is gone. An error if it lives; nothing to do is none.
pub async fn forget(dir: &Path) -> io::Result<()> {
    let dir = dir.to_owned();
    blocking(move || {
        refuse_if_alive(&dir)?;
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    })
    .await
}
