//! What handlers take from a request: the viewer, a JSON body, ids, a query. Whatever does not fit is refused in the API's own words.

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    response::IntoResponse,
};
use http::{StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// Who asks; the gate put it there. A route that nobody had to pass the gate for cannot take it.
pub(super) struct Who(pub(super) Viewer);

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let viewer = parts.extensions.get::<Viewer>().cloned();
        viewer.map(Self).ok_or_else(|| AppError::new(ErrorCode::SignedOut, "Sign in first.").into())
    }
}

/// A JSON body; what does not fit is 400 and names the field.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(AppError::invalid(
                "content-type",
                "Send JSON, with `content-type: application/json`.",
            )
            .into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        Ok(Self(parse(&bytes)?))
    }
}

fn unreadable(rejection: BytesRejection) -> AppError {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => AppError::invalid("body", "The body could not be read to its end."),
    }
}

/// 413.
pub(super) fn too_large() -> AppError {
    AppError::new(ErrorCode::TooLarge, "This is larger than the server takes here.")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner().to_string());
        wrong_field(&path, &inner)
    })?;
    json.end().map_err(|_| AppError::invalid("body", "There is something after the end of the JSON."))?;
    Ok(value)
}

/// serde names the place of a wrong value, but of a missing one only its parent; the name is in the message then.
fn wrong_field(path: &str, message: &str) -> AppError {
    let message = message.split(" at line ").next().unwrap_or(message);
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path, missing) {
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (".", None) => "body".to_owned(),
        (path, None) => path.to_owned(),
    };
    AppError::invalid(&field, format!("`{field}`: {message}."))
}

/// Ids and numbers in the path; what cannot be one is 404, because no such thing can exist.
pub(super) struct Path<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(AppError::new(ErrorCode::NotFound, "There is nothing at this address.").into()),
        }
    }
}

/// The query; what does not fit is 400 and names the parameter.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                let (field, message) = text.split_once(": ").unwrap_or(("query", text));
                Err(wrong_field(field, message).into())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use app::sessions::model::{NewMessage, NewSession};

    use super::*;

    fn field_of<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        let error = parse::<T>(json.as_bytes()).unwrap_err();
        assert_eq!(error.code, ErrorCode::Invalid);
        error.details.unwrap()
    }

    #[test]
    fn a_wrong_body_names_the_field() {
        let id = "018f0000-0000-7000-8000-000000000000";
        assert_eq!(field_of::<NewSession>("{}"), "project_id");
        assert_eq!(
            field_of::<NewSession>(&format!(r#"{{"project_id":"{id}","prompt":"x","mode":"forever"}}"#)),
            "mode"
        );
        assert_eq!(field_of::<NewSession>(r#"{"project_id":"x"}"#), "project_id");
        assert_eq!(
            field_of::<NewMessage>(&format!(r#"{{"id":"{id}","text":"x","images":[{{"data":""}}]}}"#)),
            "images[0].media_type"
        );
        assert_eq!(field_of::<NewMessage>("not json"), "body");
        assert_eq!(field_of::<NewMessage>(&format!(r#"{{"id":"{id}","text":"x"}} and more"#)), "body");
    }
}
