//! What can go wrong between the server and a keeper. Only words and causes, never a secret.

use std::io;

use super::model::Refusal;

/// Why a call to a keeper failed.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// A file or socket could not be used.
    #[error("keeper: {0}")]
    Io(#[from] io::Error),
    /// The keeper process could not be brought up; the text is its own.
    #[error("the keeper did not start: {0}")]
    Start(String),
    /// The keeper's connection is closed: it has finished or was killed.
    #[error("the keeper is gone")]
    Gone,
    /// The connection was lost before this was said on it; a new one may do.
    #[error("the connection to the keeper was lost")]
    NotSent,
    /// The keeper is there but did not answer in time.
    #[error("the keeper does not answer")]
    TimedOut,
    /// An input was not taken.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The keeper speaks only protocols this server does not know.
    #[error("the keeper speaks protocol {keeper}, this server {ours}")]
    Version {
        /// The keeper's newest.
        keeper: u32,
        /// This server's oldest.
        ours: u32,
    },
    /// The keeper answered with an error or something unexpected.
    #[error("the keeper answered: {0}")]
    Protocol(String),
}
