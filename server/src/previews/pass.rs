//! Passes requests on to what is served: those of somebody who is signed in, from the preview's own pages. What is Roost's, the
//! cookie of the login, never gets there; upgrades such as WebSockets go through and end with the login.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use app::auth::model::Viewer;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
};
use futures::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::{io::copy_bidirectional, net::TcpListener};
use tokio_util::sync::CancellationToken;

use super::names::Names;
use crate::auth::{AuthEngine, Guard};

/// What concerns one connection and not the message (RFC 9110, 7.6.1).
const HOP: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// One preview: who may see it, and where it is.
pub(super) struct Pass {
    auth: AuthEngine,
    names: Names,
    target: SocketAddr,
    client: Client<HttpConnector, Body>,
}

impl Pass {
    /// What is served at `target`, under these names.
    pub(super) fn new(auth: AuthEngine, names: Names, target: SocketAddr) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { auth, names, target, client }
    }
}

/// Serves until `stop`; what is under way ends then too.
pub(super) async fn serve(listener: TcpListener, pass: Pass, stop: CancellationToken) {
    let state = Arc::new((pass, stop.clone()));
    let router = Router::new().fallback(handle).with_state(state);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::warn!(%error, "a preview ended");
    }
}

type Shared = Arc<(Pass, CancellationToken)>;

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let (pass, stop) = (&shared.0, &shared.1);
    let (parts, body) = request.into_parts();
    let who = match pass.admit(&parts).await {
        Ok(who) => who,
        Err(refused) => return refused,
    };
    let mut request = Request::from_parts(parts, body);
    let upgrade = request.headers().contains_key(header::UPGRADE).then(|| on(&mut request));
    pass.rewrite(&mut request);
    let mut response = match pass.client.request(request).await {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(%error, "a preview does not answer");
            let words = format!(
                "Nothing answers on port {} any more. Start it again, and reload.",
                pass.target.port()
            );
            return (StatusCode::BAD_GATEWAY, words).into_response();
        }
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(theirs) = upgrade
    {
        let ours = on(&mut response);
        tokio::spawn(join(theirs, ours, over(pass.auth.guard(&who), stop.clone())));
    } else {
        strip(response.headers_mut(), &HOP);
    }
    pass.keep_login(response.headers_mut());
    pass.redirect(response.headers_mut());
    let until = Box::pin(over(pass.auth.guard(&who), stop.clone()));
    response.map(|body| Body::from_stream(Body::new(body).into_data_stream().take_until(until)))
}

/// Returns once nobody may see it any more: the login was revoked, or the preview closed.
async fn over(mut guard: Guard, stop: CancellationToken) {
    tokio::select! {
        () = guard.revoked() => {}
        () = stop.cancelled() => {}
    }
}

impl Pass {
    /// Who asks, or why nobody is let in.
    async fn admit(&self, request: &Parts) -> Result<Viewer, Response> {
        let headers = &request.headers;
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if !text(header::HOST).is_some_and(|host| self.names.allows(host)) {
            let words = "This preview does not answer to this host name.";
            return Err((StatusCode::MISDIRECTED_REQUEST, words).into_response());
        }
        let harmless =
            matches!(request.method, Method::GET | Method::HEAD) && !headers.contains_key(header::UPGRADE);
        let from_here = match text(header::ORIGIN) {
            Some(origin) => self.names.allows_origin(origin),
            None => harmless && !headers.contains_key(header::ORIGIN),
        };
        if !from_here {
            let words = "This request does not come from a page of this preview.";
            return Err((StatusCode::FORBIDDEN, words).into_response());
        }
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let who = self
            .auth
            .by_browser(headers, peer)
            .await
            .map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.message).into_response())?;
        who.ok_or_else(|| {
            (StatusCode::UNAUTHORIZED, "Sign in to Roost in this browser first, and reload.").into_response()
        })
    }

    /// Makes a request one to the program: at its address, by the name that programs expect on their own machine, and without
    /// what is Roost's.
    fn rewrite(&self, request: &mut Request) {
        let upgrades = request.headers().contains_key(header::UPGRADE);
        let here = format!("localhost:{}", self.target.port());
        let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        // A path of a request is always one of an address.
        if let Ok(uri) = format!("http://{}{path}", self.target).parse::<Uri>() {
            *request.uri_mut() = uri;
        }
        *request.version_mut() = http::Version::HTTP_11;
        let headers = request.headers_mut();
        if !upgrades {
            strip(headers, &HOP);
        }
        set(headers, header::HOST, &here);
        if headers.contains_key(header::ORIGIN) {
            set(headers, header::ORIGIN, &format!("http://{here}"));
        }
        let own = format!("{}=", self.auth.cookie_name());
        let cookies: Vec<String> = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .map(str::trim)
            .filter(|pair| !pair.is_empty() && !pair.starts_with(&own))
            .map(str::to_owned)
            .collect();
        headers.remove(header::COOKIE);
        if !cookies.is_empty() {
            set(headers, header::COOKIE, &cookies.join("; "));
        }
    }

    /// A program must neither replace the cookie of the login nor have it cleared: cookies know no ports.
    pub(super) fn keep_login(&self, headers: &mut HeaderMap) {
        headers.remove("clear-site-data");
        let own = self.auth.cookie_name();
        let kept: Vec<HeaderValue> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter(|value| {
                let name =
                    value.as_bytes().split(|byte| matches!(byte, b'=' | b';')).next().unwrap_or_default();
                name.trim_ascii() != own.as_bytes()
            })
            .cloned()
            .collect();
        headers.remove(header::SET_COOKIE);
        for value in kept {
            headers.append(header::SET_COOKIE, value);
        }
    }

    /// A redirect to the program's own address stays in the preview.
    fn redirect(&self, headers: &mut HeaderMap) {
        let Some(to) = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()) else { return };
        let port = self.target.port();
        let own = ["localhost", "127.0.0.1", "[::1]"];
        let path = own.iter().find_map(|name| to.strip_prefix(&format!("http://{name}:{port}")));
        let inside = path.filter(|path| path.is_empty() || path.starts_with(['/', '?', '#']));
        if let Some(path) =
            inside.map(|path| if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
        {
            set(headers, header::LOCATION, &path);
        }
    }
}

/// Copies both ways until one side ends, or `over` says that it is over.
async fn join(theirs: OnUpgrade, ours: OnUpgrade, over: impl Future<Output = ()>) {
    let (Ok(theirs), Ok(ours)) = tokio::join!(theirs, ours) else { return };
    let (mut theirs, mut ours) = (TokioIo::new(theirs), TokioIo::new(ours));
    tokio::select! {
        // However it ends, both sides are closed.
        _ = copy_bidirectional(&mut theirs, &mut ours) => {}
        () = over => {}
    }
}

fn strip(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => drop(headers.insert(name, value)),
        Err(_) => drop(headers.remove(name)),
    }
}
