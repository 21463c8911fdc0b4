//! The one error that crosses the wire, for server functions and for REST alike. Never carries what only a log may show.

use std::fmt;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What kind of refusal this is; the HTTP status follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is signed in (401).
    SignedOut,
    /// Signed in, but this is not allowed (403).
    Forbidden,
    /// No such thing (404).
    NotFound,
    /// The thing is in a state that does not allow this (409).
    Conflict,
    /// The project has not been trusted yet (409).
    Untrusted,
    /// Somebody else decided first, or what is decided on is not what was shown (409).
    AlreadyDecided,
    /// The input is wrong; the message names the field (400).
    Invalid,
    /// The input is too large (413).
    TooLarge,
    /// Too many tries; wait (429).
    TooManyTries,
    /// The server cannot do it now: disk full, shutting down (503).
    Unavailable,
    /// The server could not be reached (no status; made by the page only).
    Offline,
    /// A fault of ours; the log has it (500).
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with this code.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::Untrusted | Self::AlreadyDecided => 409,
            Self::Invalid => 400,
            Self::TooLarge => 413,
            Self::TooManyTries => 429,
            Self::Unavailable | Self::Offline => 503,
            Self::Internal => 500,
        }
    }
}

/// A refusal in words that a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AppError {
    /// The kind of refusal.
    pub code: ErrorCode,
    /// One sentence for a person.
    pub message: String,
    /// The input field that is wrong, the state that is in the way, or who was faster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl AppError {
    /// An error of this kind with this sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// 404 for a noun, such as `session`.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    /// 400 that names the field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message).with(field)
    }

    /// 409 that names the state which is in the way.
    pub fn conflict(state: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict, message).with(state)
    }

    /// The same error with its detail.
    #[must_use]
    pub fn with(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::new(ErrorCode::Offline, "The server cannot be reached right now.")
            }
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => {
                Self::new(ErrorCode::Invalid, text)
            }
            _ => Self::new(ErrorCode::Internal, "Something went wrong on the server; its log says what."),
        }
    }
}
