//! The end of old copies: after a week, or when there are too many bytes of them. Never takes the latest one.

use std::{collections::HashSet, path::Path};

use app::{error::AppError, ids::DiscardId, time::Millis};

use super::{super::GitEngine, queries};
use crate::{clock, db::Fault, offload::blocking};

/// How long a copy is kept.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How many bytes of copies are kept.
const KEPT_BYTES: u64 = 1 << 30;

/// Those whose time is over, of all with the latest first.
fn over(all: &[(DiscardId, Millis, u64)], now: Millis) -> Vec<DiscardId> {
    let mut bytes = 0_u64;
    let is_over = |nth: usize, at: Millis, size: u64, bytes: &mut u64| {
        *bytes = bytes.saturating_add(size);
        nth > 0 && *bytes > KEPT_BYTES || at.0 < now.0 - KEPT_MS
    };
    let all = all.iter().enumerate();
    all.filter(|(nth, (_, at, size))| is_over(*nth, *at, *size, &mut bytes))
        .map(|(_, (id, ..))| *id)
        .collect()
}

impl GitEngine {
    /// Forgets what is over, and takes away copies that nothing is known of: those of what was put back, and of a discard that
    /// a crash kept from beginning.
    pub(super) async fn sweep(&self) -> Result<(), AppError> {
        let all = queries::ages(self.db.read()).await?;
        let over = over(&all, clock::now());
        if !over.is_empty() {
            let mut tx = self.db.write().await?;
            for id in &over {
                queries::forget(&mut tx, *id).await?;
            }
            tx.commit().await.map_err(Fault::from)?;
        }
        let kept = all.into_iter().map(|(id, ..)| id).filter(|id| !over.contains(id));
        let kept: HashSet<String> = kept.map(|id| id.to_string()).collect();
        let folder = self.home.join("discarded");
        blocking(move || clear(&folder, &kept)).await
    }
}

fn clear(folder: &Path, kept: &HashSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if !kept.contains(entry.file_name().to_string_lossy().as_ref())
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, "a copy of what was discarded could not be taken away");
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_copy_ends_after_a_week_or_when_there_are_too_many_and_the_latest_never_for_its_size() {
        let id = |n| DiscardId(Uuid::from_u128(n));
        let now = Millis(10 * KEPT_MS);
        let all = [(id(1), now, 2 * KEPT_BYTES), (id(2), now, 1), (id(3), Millis(now.0 - KEPT_MS - 1), 0)];
        assert_eq!(over(&all, now), [id(2), id(3)]);
        let small = [(id(1), now, 1), (id(2), Millis(now.0 - KEPT_MS), KEPT_BYTES - 1)];
        assert_eq!(over(&small, now), []);
    }
}
