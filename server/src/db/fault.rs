//! What can go wrong inside the engine, and what a person is told of it. The detail goes to the log, never over the wire.

use app::error::{AppError, ErrorCode};

/// A failure of the machinery, not of the person.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database refused.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// Its schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The disk or a socket refused.
    #[error("io: {0}")]
    Io(#[from] std::io::Error),
    /// A stored value is not what it should be.
    #[error("stored data: {0}")]
    Data(String),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Data(error.to_string())
    }
}

/// Whether the disk, or the database's limit, is full: work can go on once there is room.
#[must_use]
pub fn is_full(fault: &Fault) -> bool {
    /// <https://www.sqlite.org/rescode.html#full> and `SQLITE_IOERR_WRITE`, which a full disk gives on some file systems.
    const FULL: [&str; 3] = ["13", "778", "4874"];
    match fault {
        Fault::Sql(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| FULL.contains(&code.as_ref()))
        }
        Fault::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a request failed");
        if is_full(&fault) {
            return Self::new(
                ErrorCode::Unavailable,
                "The disk is full. Nothing is lost; make room and try again.",
            );
        }
        Self::new(ErrorCode::Internal, "Something went wrong on the server; its log says what.")
    }
}
