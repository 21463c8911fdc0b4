//! The database: one writer, several readers, migrations at start. Never holds SQL of a feature: that is in its `queries.rs`.

mod batch;
mod fault;

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::{
    batch::Batch,
    fault::{Fault, is_full},
};

/// Readers beside the one writer; enough for two cores, each costs a page cache of 2 MB.
const READERS: u32 = 4;
/// After how many pages of 4 KB the log is written back into the file. A commit of a busy agent touches ten pages, mostly the
/// same ones: with SQLite's own 1,000 the writer would be at it twenty times a second under load.
const LOG_PAGES: &str = "8192";
/// How long a connection waits for another process' lock, such as `roost token` beside a running server.
const BUSY: Duration = Duration::from_secs(10);

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Db {
    /// Opens or creates the file, readable by its owner only, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer Roost.
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode a killed process loses nothing with NORMAL; only a power cut can take the last commits.
            .synchronous(SqliteSynchronous::Normal)
            .pragma("wal_autocheckpoint", LOG_PAGES)
            .busy_timeout(BUSY)
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(60))
            // SQLite rolls back by itself when the disk is full, and sqlx then believes for good that a transaction is open.
            .before_acquire(|writer, _| Box::pin(async move { Ok(!writer.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("../migrations").run(&writer).await?;
        restrict(path)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { writer, readers })
    }

    /// The pool for reading.
    #[must_use]
    pub fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// A transaction that may write; it waits for its turn and holds the only write lock.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    /// Waits until everything that was asked to be written so far is, or has failed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn settle(&self) -> Result<(), Fault> {
        // There is one writer, and it serves in order.
        Ok(self.writer.acquire().await.map(drop)?)
    }

    /// Writes the log back into the file and closes it; what is under way ends first.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Keeps other users of the machine out of the history.
fn restrict(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Fault::Io)
}

/// A fresh database in a temporary directory, for tests; the directory lives as long as the second value.
///
/// # Panics
/// When the machine has no room for a small file.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub async fn test_db() -> (Db, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
    (db, dir)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_is_not_in_the_way_of_the_next() {
        let (db, _dir) = test_db().await;
        let mut tx = db.write().await.unwrap();
        sqlx::query("rollback").execute(&mut *tx).await.unwrap();
        assert!(tx.commit().await.is_err());
        db.write().await.unwrap().commit().await.unwrap();
    }
}
