//! Refusals as HTTP: `{"error":{"code","message","details"?}}` with a fitting status. Never shows more than the `AppError` does.

use app::error::{AppError, ErrorCode};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::UI_PREFIX;

/// A refusal on its way out of a handler.
#[derive(Debug)]
pub(super) struct ApiError(pub(super) AppError);

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

/// The body of every answer that is not a success.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: AppError,
}

/// The answer that refuses a request to `path`. The page's own calls decode a bare error, everyone else gets an envelope.
pub(super) fn answer(path: &str, status: StatusCode, error: AppError) -> Response {
    // A 429 carries the seconds to wait in its details.
    let wait =
        (error.code == ErrorCode::TooManyTries).then(|| error.details.as_deref().map(HeaderValue::from_str));
    let mut response = if path.starts_with(UI_PREFIX) {
        (status, Json(error)).into_response()
    } else {
        (status, Json(ErrorBody { error })).into_response()
    };
    if let Some(Some(Ok(seconds))) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The status that goes with a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        answer("", status(self.0.code), self.0)
    }
}
