//! Sees what runs in each terminal through to its end: keeps its last picture, says in words how it ended, and lets its
//! keeper go. After a restart it finds what ran before again.

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use app::{ids::TerminalId, terminals::model::TerminalStatus};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::timeout;

use super::{
    Live, Shared,
    crew::Crew,
    link,
    queries::{self, Row},
    words,
};
use crate::{
    db::Fault,
    keeper::{self, Client, Events, Exit, KeeperError, KeeperEvent, KillMode, Shown, View, Way},
};

/// How long a shell that belongs to no terminal may hold up the start.
const PARTING: Duration = Duration::from_secs(20);
/// How long to wait before what could not be stored is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How many keepers are looked for at once.
const AT_ONCE: usize = 16;

/// Watches what runs in a terminal whose keeper answers.
pub(super) fn begin(shared: &Arc<Shared>, row: &Row, client: Client) -> Live {
    let live = Live { run: row.run, client: client.clone(), crew: Arc::new(Crew::default()) };
    shared.live().insert(row.card.id, live.clone());
    let (shared, row) = (Arc::clone(shared), row.clone());
    tokio::spawn(async move { see_through(&shared, &row, &client).await });
    live
}

async fn see_through(shared: &Shared, row: &Row, client: &Client) {
    let dir = shared.dir(row.card.id, row.run);
    let (mut client, mut way, mut through) = (client.clone(), Way::new(&dir), 0);
    let mut records = client.take(0).await.ok();
    let ended = loop {
        if let Some(records) = records.take()
            && let Some(ended) = end(records, &mut through).await
        {
            break Some(ended);
        }
        // Only the connection may be gone. While its keeper lives nothing else may be started in its place.
        let Some((anew, rest)) = way.again(through).await else { break None };
        link::renew(shared, row.card.id, row.run, &anew);
        (client, records) = (anew, Some(rest));
    };
    if let Some((exit, last)) = ended {
        keep_picture(shared, row.card.id, &client).await;
        until_stored(row, || over(shared, row, Some(&exit))).await;
        keeper::let_go(&dir, &client, last).await;
    } else {
        let exit = last_words(&dir).await;
        until_stored(row, || over(shared, row, exit.as_ref())).await;
    }
    clear(&dir).await;
}

/// Stores the end of a run, however long the database takes nothing: until then nothing else may be started there.
pub(super) async fn until_stored<F: Future<Output = Result<(), Fault>>>(row: &Row, store: impl Fn() -> F) {
    let mut told = false;
    while let Err(fault) = store().await {
        if !std::mem::replace(&mut told, true) {
            tracing::error!(%fault, id = %row.card.id, "the end of a terminal cannot be stored; trying again");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// How the child ended, with the number of that record; none if these end without a word of it. `through` is the last of them.
async fn end(mut records: Events, through: &mut u64) -> Option<(Exit, u64)> {
    loop {
        match records.next().await {
            KeeperEvent::Record(record) => {
                *through = record.seq;
                if let Some(exit) = record.exit() {
                    return Some((exit, record.seq));
                }
            }
            KeeperEvent::Gone => return None,
            KeeperEvent::Blocked(_) | KeeperEvent::Unblocked => {}
        }
    }
}

/// Stores how this run ended, and tells.
async fn over(shared: &Shared, row: &Row, exit: Option<&Exit>) -> Result<(), Fault> {
    let (id, run, subject) = (row.card.id, row.run, words::subject(&row.card));
    let (status, reason) = exit.map_or_else(
        || (TerminalStatus::Failed, words::lost(subject)),
        |exit| (words::status(exit), words::words(subject, exit)),
    );
    let code = exit.and_then(|exit| exit.code);
    let known = store_end(shared, row, status, &reason, code).await?;
    // Its program may have been started anew since it was stored that this one is over.
    let live = shared.live().extract_if(|other, live| *other == id && live.run == run).next();
    if let Some((_, live)) = live {
        live.crew.end(reason);
    }
    if known {
        // Nobody closed it meanwhile.
        let _ = shared.announce(id).await;
    } else {
        let _ = tokio::fs::remove_file(shared.picture(id)).await;
    }
    Ok(())
}

/// Stores how this run ended. False if the terminal was closed meanwhile.
async fn store_end(
    shared: &Shared,
    row: &Row,
    status: TerminalStatus,
    reason: &str,
    code: Option<i32>,
) -> Result<bool, Fault> {
    let mut tx = shared.db.write().await?;
    let known = queries::over(&mut *tx, row.card.id, row.run, status, reason, code).await?;
    tx.commit().await?;
    Ok(known)
}

/// Stores that this run could not begin.
pub(super) async fn failed(shared: &Shared, row: &Row, reason: &str) -> Result<(), Fault> {
    store_end(shared, row, TerminalStatus::Failed, reason, None).await.map(drop)
}

/// Stores what was shown last, for those who look later. Without it there is only the reason.
async fn keep_picture(shared: &Shared, id: TerminalId, client: &Client) {
    let stored = async {
        let mut viewing = client.view(View { history: u32::MAX, ..View::default() }).await?;
        let Shown::Picture { size, bytes, .. } = viewing.next().await? else { return Ok(()) };
        let picture = [&size.cols.to_le_bytes()[..], &size.rows.to_le_bytes(), &bytes].concat();
        tokio::fs::write(shared.picture(id), picture).await?;
        Ok::<_, KeeperError>(())
    };
    if let Err(error) = stored.await {
        tracing::warn!(%error, %id, "the last picture of a terminal is not kept");
    }
}

/// Removes the directory of a keeper that is going.
pub(super) async fn clear(dir: &Path) {
    if let Err(error) = keeper::clear(dir).await {
        tracing::warn!(%error, dir = %dir.display(), "the directory of a terminal stays");
    }
}

/// Finds what ran before: what still runs is watched, of the others the end is read. What belongs to no terminal, such
/// as after one was closed while its shell did not want to go, is ended.
pub(super) async fn find_again(shared: &Arc<Shared>) -> Result<(), Fault> {
    let rows = queries::all(shared.db.read()).await?;
    let known: HashSet<String> = rows.iter().map(Row::keeper).collect();
    let running = rows.into_iter().filter(|row| row.card.status == TerminalStatus::Running);
    // One that is not to be reached takes its time; it holds up nobody else.
    let found = stream::iter(running).map(|row| find_one(shared, row)).buffer_unordered(AT_ONCE);
    found.try_collect::<()>().await?;
    let strangers = keeper::scan(&shared.root()).await.map_err(Fault::Io)?;
    let strangers = strangers.into_iter().filter(|found| !known.contains(&found.id));
    stream::iter(strangers).for_each_concurrent(AT_ONCE, async |found| end_unknown(&found.dir).await).await;
    Ok(())
}

async fn find_one(shared: &Arc<Shared>, row: Row) -> Result<(), Fault> {
    let dir = shared.dir(row.card.id, row.run);
    if let Some((client, _)) = Way::new(&dir).again(0).await {
        begin(shared, &row, client);
        return Ok(());
    }
    if row.card.session_id.is_some() && never_began(&dir).await {
        let mut tx = shared.db.write().await?;
        queries::never_began(&mut *tx, &row).await?;
        tx.commit().await?;
        return Ok(());
    }
    tracing::info!(id = %row.card.id, "a terminal did not survive");
    let exit = last_words(&dir).await;
    over(shared, &row, exit.as_ref()).await?;
    clear(&dir).await;
    Ok(())
}

/// Ends what runs in a directory that belongs to nobody, and removes it.
pub(super) async fn end_unknown(dir: &Path) {
    if let Some((client, records)) = Way::new(dir).again(0).await {
        // It ends by itself once its child is gone and that is taken note of.
        let _ = client.kill(KillMode::Kill).await;
        if let Ok(Some((_, last))) = timeout(PARTING, end(records, &mut 0)).await {
            keeper::let_go(dir, &client, last).await;
        }
    }
    let _ = keeper::end_leftovers(dir).await;
    clear(dir).await;
}

/// Whether the server before ended before it had a keeper started; then none begins there any more.
async fn never_began(dir: &Path) -> bool {
    !dir.exists() || keeper::withdraw(dir).await.is_ok_and(|never| never)
}

/// How the child of a dead keeper ended, if it could say; what it left running is ended.
async fn last_words(dir: &Path) -> Option<Exit> {
    let _ = keeper::end_leftovers(dir).await;
    let mut records = keeper::read_dead(dir, 0).await.ok()?;
    while let KeeperEvent::Record(record) = records.next().await {
        if let Some(exit) = record.exit() {
            return Some(exit);
        }
    }
    None
}
