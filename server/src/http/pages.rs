//! temporary
use axum::{extract::{Request, State}, response::Response};
use super::{Shared, table::Route};
pub(super) fn routes() -> Vec<Route> { Vec::new() }
pub(super) async fn unknown(State(_http): State<Shared>, _request: Request) -> Response { Response::default() }
