//! Everything that speaks HTTP: the gate in front, the API, the socket, the pages, the site's files. The only engine
//! module that knows axum and Leptos; it decides nothing but statuses, and asks ports for the rest.

mod api;
mod assets;
mod error;
mod extract;
mod feeds;
mod gate;
mod headers;
mod hosts;
mod openapi;
mod pages;
mod socket;
mod table;

use std::sync::Arc;

use app::{
    engine::Engine,
    error::{AppError, ErrorCode},
};
use axum::{
    Router,
    extract::{OriginalUri, Request, State},
    middleware,
    response::Response,
};
use http::{Method, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
};

pub use self::{
    assets::Site,
    error::ErrorBody,
    feeds::{Feed, Feeds, Sights},
    hosts::Hosts,
    socket::Pace,
    table::Route,
};
use self::{
    error::{ApiError, answer},
    table::{Public, get, route},
};
use crate::{auth::AuthEngine, bus::Bus};

/// Where the pages' own calls go.
const UI_PREFIX: &str = "/api/ui/";
/// Sockets and streams that may be open at once; bounds tasks and queues.
const SEATS: u32 = 512;

/// What `http` is built from.
pub struct Parts {
    /// The ports.
    pub engine: Engine,
    /// Identity; the same that `engine.auth` is.
    pub auth: AuthEngine,
    /// Who can follow a session.
    pub feeds: Arc<dyn Feeds>,
    /// Who can show a terminal.
    pub sights: Arc<dyn Sights>,
    /// The cards.
    pub bus: Bus,
    /// The names of this server.
    pub hosts: Hosts,
    /// The page's files.
    pub site: Site,
    /// How patient sockets are.
    pub pace: Pace,
    /// Cancelled when the server goes away: sockets and streams end then.
    pub closing: CancellationToken,
}

/// What every handler can reach.
pub struct Http {
    engine: Engine,
    auth: AuthEngine,
    feeds: Arc<dyn Feeds>,
    sights: Arc<dyn Sights>,
    bus: Bus,
    hosts: Hosts,
    site: Site,
    pace: Pace,
    closing: CancellationToken,
    public: Public,
    openapi: serde_json::Value,
    seats: Arc<Semaphore>,
}

/// The state of the router.
pub type Shared = Arc<Http>;

impl Http {
    /// The state for [`router`].
    #[must_use]
    pub fn new(parts: Parts) -> Shared {
        let routes = routes(&parts.site);
        let openapi = openapi::describe(&routes, &parts.auth.cookie_name());
        Arc::new(Self {
            public: Public::of(&routes),
            openapi: serde_json::to_value(openapi).unwrap_or_default(),
            seats: Arc::new(Semaphore::new(SEATS as usize)),
            engine: parts.engine,
            auth: parts.auth,
            feeds: parts.feeds,
            sights: parts.sights,
            bus: parts.bus,
            hosts: parts.hosts,
            site: parts.site,
            pace: parts.pace,
            closing: parts.closing,
        })
    }

    /// A place for a socket or a stream; 503 when all are taken.
    fn seat(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let busy = || AppError::new(ErrorCode::Unavailable, "Too many connections are open.");
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| busy().into())
    }

    /// Returns once every socket and stream has ended.
    pub async fn emptied(&self) {
        // An error only says that the semaphore was closed, which nobody does.
        let _ = self.seats.acquire_many(SEATS).await;
    }
}

/// Every route there is, in the order of its kinds.
#[must_use]
pub fn routes(site: &Site) -> Vec<Route> {
    let mut routes = api::routes();
    routes.extend(socket::routes());
    routes.extend(pages::routes());
    routes.push(get("/assets/{*path}", file).public());
    routes.extend(site.public().iter().map(|path| route(Method::GET, path.clone(), file).public()));
    routes
}

/// The whole server as one service, testable without a socket. Give it `ConnectInfo<SocketAddr>`.
pub fn router(http: &Shared) -> Router {
    let mut router = Router::new();
    for route in routes(&http.site) {
        let (path, handler) = route.mount();
        router = router.route(&path, handler);
    }
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(compression())
        // Outermost, so that nothing is in front of it: not even the answer to an unknown address.
        .layer(middleware::from_fn_with_state(Arc::clone(http), gate::gate))
        .with_state(Arc::clone(http))
}

/// Pages and answers as small as the browser takes them. Streams, fonts, images and what is stored compressed stay as they are.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    // Above 4, brotli takes longer than a fast network saves.
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(worth_it)
}

async fn file(State(http): State<Shared>, request: Request) -> Response {
    http.site.serve(request.uri().path(), request.headers())
}

async fn unknown(State(http): State<Shared>, request: Request) -> Response {
    if request.uri().path().starts_with("/api/") || request.method() != Method::GET {
        let error = AppError::new(ErrorCode::NotFound, "There is nothing at this address.");
        return answer(request.uri().path(), StatusCode::NOT_FOUND, error);
    }
    pages::unknown(State(http), request).await
}

async fn wrong_method(OriginalUri(uri): OriginalUri) -> Response {
    let error = AppError::invalid("method", format!("{} does not take this method.", uri.path()));
    answer(uri.path(), StatusCode::METHOD_NOT_ALLOWED, error)
}
