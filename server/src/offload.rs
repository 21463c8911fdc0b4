//! Work that waits for a disk, away from the runtime's workers. Knows nothing of what is done there.

use app::error::{AppError, ErrorCode};
use tokio::task::JoinError;

/// Runs what waits for a disk away from the runtime's workers.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ended(&error))
}

/// What the caller is told of a task that panicked or was ended with the server.
pub(crate) fn ended(error: &JoinError) -> AppError {
    tracing::error!(%error, "work that was handed over ended early");
    AppError::new(ErrorCode::Internal, "Something went wrong on the server; its log says what.")
}
