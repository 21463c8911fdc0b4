//! Keepers that belong to no session, such as after a database was put back from a copy. Ends one only when told to.

use std::{path::Path, time::Duration};

use app::{error::AppError, settings::model::Orphan};

use super::OwnKeepers;
use crate::{
    db::Fault,
    keeper::{self, Found, KeeperError, KeeperEvent, KillMode, Kind},
};

/// How long a keeper has for its kill ladder and its goodbye.
const LIMIT: Duration = Duration::from_secs(30);

/// Every keeper's directory that no session names.
pub(super) async fn list(root: &Path, own: &dyn OwnKeepers) -> Result<Vec<Orphan>, AppError> {
    let mut orphans = Vec::new();
    for keeper in strangers(root, own).await? {
        let child = keeper.info.as_ref().and_then(|info| info.child_pid);
        orphans.push(Orphan {
            pid: keeper.info.as_ref().map_or(0, |info| info.keeper_pid),
            command: if keeper.alive { command(child).await } else { "ended".to_owned() },
            id: keeper.id,
        });
    }
    Ok(orphans)
}

async fn strangers(root: &Path, own: &dyn OwnKeepers) -> Result<Vec<Found>, AppError> {
    // In this order: a keeper that starts in between is in neither list, never only in that of the found.
    let mut found = keeper::scan(root).await.map_err(Fault::Io)?;
    let known = own.keeper_ids().await?;
    found.retain(|keeper| !known.contains(&keeper.id));
    Ok(found)
}

/// What a process was started as; empty where the system does not tell.
async fn command(pid: Option<u32>) -> String {
    let Some(pid) = pid else { return String::new() };
    let bytes = tokio::fs::read(format!("/proc/{pid}/cmdline")).await.unwrap_or_default();
    let words = String::from_utf8_lossy(&bytes).replace('\0', " ");
    words.trim().chars().take(200).collect()
}

/// Ends the keeper of this name with its child, and removes its directory. 404 if it is none of the orphans.
pub(super) async fn end(root: &Path, own: &dyn OwnKeepers, id: &str) -> Result<(), AppError> {
    let orphan = strangers(root, own).await?.into_iter().find(|keeper| keeper.id == id);
    let Some(orphan) = orphan else { return Err(AppError::not_found("process without a session")) };
    if orphan.alive {
        match tokio::time::timeout(LIMIT, dismiss(&orphan.dir)).await {
            // A keeper that is gone by now is what was wanted; what it left is ended below.
            Ok(Ok(()) | Err(KeeperError::Gone | KeeperError::NotSent | KeeperError::Io(_))) => {}
            Ok(Err(error)) => return Err(Fault::Data(error.to_string()).into()),
            Err(_) => return Err(Fault::Data("a keeper did not end".to_owned()).into()),
        }
    }
    // Both refuse while the keeper still holds its lock.
    keeper::parted(&orphan.dir).await;
    let removed = async {
        keeper::end_leftovers(&orphan.dir).await?;
        keeper::forget(&orphan.dir).await
    };
    let stays = |error| format!("the keeper {id} ended but its directory could not be removed: {error}");
    removed.await.map_err(|error| Fault::Data(stays(error)).into())
}

/// Ends the child and takes everything it said, unread, so that the keeper goes.
async fn dismiss(dir: &Path) -> Result<(), KeeperError> {
    let keeper = keeper::attach(dir).await?;
    let mut events = keeper.take(keeper.welcome().acked).await?;
    keeper.kill(KillMode::Ladder).await?;
    loop {
        match events.next().await {
            KeeperEvent::Record(record) => {
                keeper.ack(record.seq).await?;
                if record.kind == Kind::Exit {
                    return Ok(());
                }
            }
            KeeperEvent::Blocked(_) | KeeperEvent::Unblocked => {}
            KeeperEvent::Gone => return Ok(()),
        }
    }
}
