//! What a server killed at the wrong moment did not clear away: keepers whose session has everything and names them no more,
//! and the private files of sessions that were removed. Never touches a keeper that is named, nor one whose child runs:
//! those are orphans, for a person to judge.

use std::{io::ErrorKind, path::Path};

use super::{actor::Shared, queries};
use crate::{
    db::Fault,
    keeper::{self, Found, State},
};

/// Lets go of every keeper that ended and belongs to nobody, once, after all sessions have read theirs.
pub(super) async fn sweep(shared: &Shared) {
    match strangers(shared).await {
        Ok(found) => {
            for keeper in found {
                let_go(&keeper).await;
            }
        }
        Err(fault) => tracing::warn!(%fault, "ended keepers could not be looked for"),
    }
    if let Err(fault) = forget_removed(shared).await {
        tracing::warn!(%fault, "the files of removed sessions could not be looked for");
    }
}

/// Removes the private directories of sessions that are no more.
async fn forget_removed(shared: &Shared) -> Result<(), Fault> {
    let mut dirs = match tokio::fs::read_dir(shared.private()).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        dirs => dirs?,
    };
    while let Some(dir) = dirs.next_entry().await? {
        let id = dir.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(id) = id
            && queries::get(shared.db.read(), id).await?.is_none()
        {
            tokio::fs::remove_dir_all(dir.path()).await?;
        }
    }
    Ok(())
}

async fn strangers(shared: &Shared) -> Result<Vec<Found>, Fault> {
    // In this order: the name of a keeper is stored before it has a directory.
    let mut found = keeper::scan(&shared.keepers()).await?;
    let known = queries::keepers(shared.db.read()).await?;
    found.retain(|keeper| !known.contains(&keeper.id));
    Ok(found)
}

async fn let_go(found: &Found) {
    let ended = |state: State| matches!(state, State::Exited | State::FailedToStart);
    if found.alive {
        let Ok(client) = keeper::attach(&found.dir).await else { return };
        if !ended(client.welcome().state) {
            return;
        }
        keeper::let_go(&found.dir, &client, u64::MAX).await;
    } else if found.info.is_none() {
        // Ordered, and never begun.
        let _ = keeper::withdraw(&found.dir).await;
        return;
    } else if !found.info.as_ref().is_some_and(|info| ended(info.state)) {
        return;
    }
    forget(&found.dir).await;
}

/// Removes the directory of a keeper that is going.
pub(super) async fn forget(dir: &Path) {
    if let Err(error) = keeper::clear(dir).await {
        tracing::warn!(%error, dir = %dir.display(), "a keeper's directory could not be removed");
    }
}
