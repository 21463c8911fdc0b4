//! Refusals as HTTP: `{"error":{"code","message","details"?}}` with a fitting status. Never shows more than the `AppError` does.

use app::error::{AppError, ErrorCode};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// The status that goes with a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Adds `Retry-After`, which a 429 carries in its details.
pub(super) fn with_retry_after(mut response: Response, error: &AppError) -> Response {
    if error.code == ErrorCode::TooManyTries
        && let Some(seconds) = error.details.as_deref().and_then(|details| HeaderValue::from_str(details).ok())
    {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(ErrorBody { error: self.0.clone() });
        with_retry_after((status(self.0.code), body).into_response(), &self.0)
    }
}
