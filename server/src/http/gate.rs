//! The checks that every request passes before anything looks at it: Host, Origin, fetch metadata, identity, in this order.
//! One function, in front of the whole router, upgrades and unknown addresses included; it never reads a body.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use futures::FutureExt as _;
use http::{HeaderMap, Method, StatusCode, header, request::Parts};

use super::{
    Shared,
    error::{answer, status},
    headers,
};

/// Why a request goes no further.
enum Refusal {
    /// The name it calls us by is not ours (421).
    Host,
    /// It comes from a page that is not ours (403).
    Origin,
    /// Nobody is signed in, or too many tried (401, 429).
    Identity(AppError),
    /// The handler panicked (500).
    Fault,
}

/// Lets a request through with its `Viewer`, or answers it; either way, and whatever happens to who handles it, there is
/// an answer, and it has its security headers.
pub(super) async fn gate(State(http): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Never the query: people put secrets there, although nothing here reads one from it.
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let answered = match admit(&http, &parts).await {
        Ok(viewer) => {
            if let Some(viewer) = viewer {
                parts.extensions.insert(viewer);
            }
            // Nothing that a handler holds outlives it but what is locked, and a lock knows that its holder panicked.
            let handled = AssertUnwindSafe(next.run(Request::from_parts(parts, body))).catch_unwind().await;
            handled.map_err(|_| Refusal::Fault)
        }
        Err(refusal) => Err(refusal),
    };
    let mut response = answered.unwrap_or_else(|refusal| refuse(refusal, &method, &path));
    headers::secure(&mut response);
    tracing::debug!(%method, path, status = response.status().as_u16(), "answered");
    response
}

async fn admit(http: &Shared, request: &Parts) -> Result<Option<Viewer>, Refusal> {
    check_host(http, request)?;
    check_origin(http, request)?;
    check_fetch_metadata(request)?;
    if http.public.covers(&request.method, request.uri.path()) {
        return Ok(None);
    }
    identify(http, request).await.map(Some).map_err(Refusal::Identity)
}

/// A name that an attacker's DNS points here is not on the list, so a rebound page gets nothing.
fn check_host(http: &Shared, request: &Parts) -> Result<(), Refusal> {
    let host = only(&request.headers, &header::HOST).ok_or(Refusal::Host)?;
    let authority = request.uri.authority().map(http::uri::Authority::as_str);
    let ours = http.hosts.allows(host) && authority.is_none_or(|authority| http.hosts.allows(authority));
    if ours { Ok(()) } else { Err(Refusal::Host) }
}

/// A foreign origin is refused on any method; a missing one where something could change, unless a bearer token,
/// which no browser adds by itself, proves that this is a program.
fn check_origin(http: &Shared, request: &Parts) -> Result<(), Refusal> {
    let headers = &request.headers;
    if headers.contains_key(header::ORIGIN) {
        let ours = only(headers, &header::ORIGIN).is_some_and(|origin| http.hosts.allows_origin(origin));
        return if ours { Ok(()) } else { Err(Refusal::Origin) };
    }
    let unsafe_one = !is_safe(&request.method) || headers.contains_key(header::UPGRADE);
    if unsafe_one && bearer(headers).is_none() { Err(Refusal::Origin) } else { Ok(()) }
}

/// The browser's own word on where a request comes from: a second belt. Only a plain navigation may come from elsewhere.
fn check_fetch_metadata(request: &Parts) -> Result<(), Refusal> {
    let site = request.headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let elsewhere = matches!(site, Some(site) if site != b"same-origin" && site != b"none");
    let navigation = is_safe(&request.method) && !is_program(request.uri.path());
    if elsewhere && !navigation { Err(Refusal::Origin) } else { Ok(()) }
}

/// A bearer token decides alone if there is one; else the cookie; else, where that is configured, being on this machine.
async fn identify(http: &Shared, request: &Parts) -> Result<Viewer, AppError> {
    let (headers, peer) = (&request.headers, peer(request));
    if headers.contains_key(header::AUTHORIZATION) {
        let token = bearer(headers)
            .ok_or_else(|| AppError::new(ErrorCode::SignedOut, "Send `Authorization: Bearer …`."))?;
        return http.auth.by_bearer(token, peer).await;
    }
    let who = http.auth.by_browser(headers, peer).await?;
    who.ok_or_else(|| AppError::new(ErrorCode::SignedOut, "Sign in first."))
}

fn refuse(refusal: Refusal, method: &Method, path: &str) -> Response {
    let navigates = method == Method::GET && !is_program(path);
    let (code, error) = match refusal {
        Refusal::Host => (
            StatusCode::MISDIRECTED_REQUEST,
            AppError::new(
                ErrorCode::Forbidden,
                "Roost does not answer to this host name. If it is yours, add it to `server.hosts` in roost.toml.",
            ),
        ),
        Refusal::Origin => (
            StatusCode::FORBIDDEN,
            AppError::new(ErrorCode::Forbidden, "This request does not come from a page of this server."),
        ),
        Refusal::Identity(error) if navigates && error.code == ErrorCode::SignedOut => {
            return Redirect::to("/sign-in").into_response();
        }
        Refusal::Identity(error) => (status(error.code), error),
        // What it was is in the log, where the panic itself has written it.
        Refusal::Fault => (
            StatusCode::INTERNAL_SERVER_ERROR,
            AppError::new(ErrorCode::Internal, "Roost failed at this; its log says where. Try it again."),
        ),
    };
    if navigates {
        return (code, error.message).into_response();
    }
    answer(path, code, error)
}

/// Whether an address is for programs: it answers in JSON and is never navigated to.
fn is_program(path: &str) -> bool {
    path == "/ws" || path.starts_with("/api/")
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The peer's address; one that cannot be on this machine when the server was not told.
pub(super) fn peer(request: &Parts) -> IpAddr {
    let info = request.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

/// The value of a header that must be there once.
fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
