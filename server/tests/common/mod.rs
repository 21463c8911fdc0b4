//! A server without agents: real identity, gate, routes and sockets over ports that answer with samples. Never leaves loopback.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests, each of which uses a part of this"
)]

pub mod fake_files;
pub mod fakes;
pub mod fakes_git;
pub mod program;
pub mod sample;
pub mod sample_files;
pub mod schema;
pub mod wires;
pub mod worktrees;

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use app::engine::Engine;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use server::{
    auth::{AuthEngine, LINK_MS},
    bus::Bus,
    db::Db,
    http::{Hosts, Http, Pace, Parts, Shared, Site, router},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::fakes::Fakes;

/// The name that requests of these tests call the server by.
pub const HOST: &str = "localhost:7676";
/// The origin of its pages.
pub const ORIGIN: &str = "http://localhost:7676";

/// A server that is asked without a socket, or listens on a port of its own.
pub struct TestServer {
    pub http: Shared,
    pub auth: AuthEngine,
    pub fakes: Arc<Fakes>,
    pub bus: Bus,
    pub closing: CancellationToken,
    pub db: Db,
    router: Router,
    _dir: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub fn error(&self) -> (u16, String, Option<String>) {
        let error = &self.json()["error"];
        let text = |key: &str| error[key].as_str().map(str::to_owned);
        (self.status.as_u16(), text("code").unwrap(), text("details"))
    }
}

/// A few files, as a built site has them.
pub fn site() -> Site {
    let manifest = r#"{"js":"/assets/roost-1.js","wasm":"/assets/roost-1.wasm","css":"/assets/roost-1.css",
        "public":{"/favicon.svg":"","/robots.txt":"","/manifest.webmanifest":""}}"#;
    let files = [
        ("manifest.json", manifest),
        ("assets/roost-1.js", "export default 1"),
        ("assets/roost-1.css", "body{}"),
        ("favicon.svg", "<svg/>"),
        ("robots.txt", "User-agent: *"),
        ("manifest.webmanifest", "{}"),
    ];
    Site::of(
        files.into_iter().map(|(name, text)| (name.to_owned(), Bytes::from(text))).collect::<HashMap<_, _>>(),
    )
}

impl TestServer {
    pub async fn new() -> Self {
        Self::with(false, "127.0.0.1:7676".parse().unwrap(), Pace::default()).await
    }

    /// One that lets anyone on this machine in.
    pub async fn open() -> Self {
        Self::with(true, "127.0.0.1:7676".parse().unwrap(), Pace::default()).await
    }

    async fn with(open: bool, listen: SocketAddr, pace: Pace) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
        let auth = AuthEngine::new(db.clone(), open).await.unwrap();
        let (fakes, bus, closing) = (Arc::new(Fakes::default()), Bus::default(), CancellationToken::new());
        let engine = Engine {
            sessions: Arc::clone(&fakes) as _,
            approvals: Arc::clone(&fakes) as _,
            memories: Arc::clone(&fakes) as _,
            projects: Arc::clone(&fakes) as _,
            git: Arc::clone(&fakes) as _,
            history: Arc::clone(&fakes) as _,
            runs: Arc::clone(&fakes) as _,
            settings: Arc::clone(&fakes) as _,
            auth: Arc::new(auth.clone()),
            terminals: Arc::clone(&fakes) as _,
            files: Arc::clone(&fakes) as _,
            previews: Arc::clone(&fakes) as _,
            scheduled: Arc::clone(&fakes) as _,
            worktrees: Arc::clone(&fakes) as _,
        };
        let http = Http::new(Parts {
            engine,
            auth: auth.clone(),
            feeds: Arc::clone(&fakes) as _,
            sights: Arc::clone(&fakes) as _,
            bus: bus.clone(),
            hosts: Hosts::new(listen, &[]),
            site: site(),
            pace,
            closing: closing.clone(),
        });
        Self { router: router(&http), http, auth, fakes, bus, closing, db, _dir: dir }
    }

    /// One that listens on a port of its own until the test ends; the address comes along.
    pub async fn listening(pace: Pace) -> (Self, SocketAddr) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self::with(false, address, pace).await;
        let service = server.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let closing = server.closing.clone().cancelled_owned();
        tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(closing).into_future());
        (server, address)
    }

    /// The secret of a fresh bearer token.
    pub async fn token(&self, name: &str) -> String {
        self.auth.new_token(name).await.unwrap().1
    }

    /// A fresh code of a sign-in link.
    pub async fn code(&self) -> String {
        let link = self.auth.link(LINK_MS).await.unwrap();
        link.split_once('#').unwrap().1.to_owned()
    }

    /// The `Cookie` header of a fresh login.
    pub async fn cookie(&self) -> String {
        let signed_in =
            self.auth.exchange(&self.code().await, "Chrome Linux", [127, 0, 0, 1].into()).await.unwrap();
        format!("{}={}", self.auth.cookie_name(), signed_in.secret)
    }

    /// Sends a request as a peer on loopback.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from("127.0.0.1:50000", request).await
    }

    /// Sends a request as this peer.
    pub async fn send_from(&self, peer: &str, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events has no end of its own.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Bytes::new() } else { axum::body::to_bytes(body, 1 << 26).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Asks with a bearer token, and JSON if there is any.
    pub async fn ask(&self, token: &str, method: Method, path: &str, json: Option<Value>) -> Answer {
        let request = request(method, path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = match json {
            Some(json) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }
}

/// A request with the right `Host` and nothing else.
pub fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, HOST)
}
