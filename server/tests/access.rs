//! The access matrix: every route and socket there is, against everyone who must not come in. The routes are the
//! router's own table, so that a new one is tested by being there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use app::auth::port::Auth;
use axum::body::Body;
use common::{HOST, ORIGIN, TestServer, request, sample::ID, site};
use http::{Method, Request, StatusCode, header, request::Builder};
use server::http::routes;

/// A way in: what a request carries beside its method and address.
type Dress = Box<dyn Fn(Builder) -> Builder>;

fn header(name: &'static str, value: impl Into<String>) -> Dress {
    let value = value.into();
    Box::new(move |request| request.header(name, &value))
}

/// Every route of the table with something in place of its parameters, and some addresses that do not exist.
fn addresses() -> Vec<(Method, String, bool)> {
    let fill = |path: &str| {
        let parts = path.split('/').map(|part| match part {
            "{seq}" | "{n}" => "1".to_owned(),
            part if part.starts_with("{*") => "roost-1.js".to_owned(),
            part if part.starts_with('{') => ID.to_string(),
            part => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let mut all: Vec<_> =
        routes(&site()).into_iter().map(|route| (route.method, fill(&route.path), route.public)).collect();
    assert!(all.len() > 40, "the table has {} routes", all.len());
    for (method, path) in [
        (Method::GET, "/api/v1/nothing"),
        (Method::POST, "/api/ui/nothing"),
        (Method::DELETE, "/nothing"),
        (Method::GET, "/nothing"),
        (Method::OPTIONS, "/api/v1/sessions"),
        (Method::PUT, "/healthz"),
    ] {
        all.push((method, path.to_owned(), false));
    }
    all
}

fn is_program(path: &str) -> bool {
    path.starts_with("/api/") || path == "/ws"
}

fn build(builder: Builder, dress: &[&Dress]) -> Request<Body> {
    let json = builder.header(header::CONTENT_TYPE, "application/json");
    dress.iter().fold(json, |request, dress| dress(request)).body(Body::from("{}")).unwrap()
}

#[test]
fn what_is_public_is_this_and_nothing_else() {
    let mut public: Vec<_> = routes(&site())
        .into_iter()
        .filter(|route| route.public)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    public.sort();
    let expected = [
        "GET /assets/{*path}",
        "GET /favicon.svg",
        "GET /healthz",
        "GET /manifest.webmanifest",
        "GET /robots.txt",
        "GET /sign-in",
        "POST /api/v1/auth/exchange",
    ];
    assert_eq!(public, expected);
}

#[tokio::test]
async fn a_wrong_or_missing_host_is_misdirected_whoever_asks() {
    let server = TestServer::new().await;
    let bearer = header("authorization", format!("Bearer {}", server.token("ci").await));
    for (method, path, _) in addresses() {
        for host in
            ["evil.example", "localhost", "localhost:7677", "127.0.0.1.evil.example:7676", "0.0.0.0:7676"]
        {
            let request =
                build(Request::builder().method(&method).uri(&path).header(header::HOST, host), &[&bearer]);
            assert_eq!(
                server.send(request).await.status,
                StatusCode::MISDIRECTED_REQUEST,
                "{method} {path} {host}"
            );
        }
        let without = build(Request::builder().method(&method).uri(&path), &[&bearer]);
        assert_eq!(server.send(without).await.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path}");
        let two = Request::builder()
            .method(&method)
            .uri(&path)
            .header(header::HOST, HOST)
            .header(header::HOST, HOST);
        assert_eq!(
            server.send(build(two, &[&bearer])).await.status,
            StatusCode::MISDIRECTED_REQUEST,
            "{method} {path}"
        );
        let absolute = request(method.clone(), &format!("http://evil.example{path}"));
        assert_eq!(
            server.send(build(absolute, &[&bearer])).await.status,
            StatusCode::MISDIRECTED_REQUEST,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_foreign_origin_is_refused_even_with_a_good_identity() {
    let server = TestServer::new().await;
    let bearer = header("authorization", format!("Bearer {}", server.token("ci").await));
    let cookie = header("cookie", server.cookie().await);
    for (method, path, _) in addresses() {
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:3000",
            "http://localhost:7676.evil.example",
            "ftp://localhost:7676",
        ] {
            for identity in [&bearer, &cookie] {
                let request = build(request(method.clone(), &path), &[identity, &header("origin", origin)]);
                assert_eq!(
                    server.send(request).await.status,
                    StatusCode::FORBIDDEN,
                    "{method} {path} {origin}"
                );
            }
        }
        let unsafe_one = method != Method::GET;
        let without = server.send(build(request(method.clone(), &path), &[&cookie])).await.status;
        assert_eq!(
            without == StatusCode::FORBIDDEN,
            unsafe_one,
            "{method} {path} by cookie without an origin: {without}"
        );
        let upgrade = build(request(method.clone(), &path), &[&cookie, &header("upgrade", "websocket")]);
        assert_eq!(
            server.send(upgrade).await.status,
            StatusCode::FORBIDDEN,
            "{method} {path}: an upgrade without an origin"
        );
    }
}

#[tokio::test]
async fn what_the_browser_says_comes_from_elsewhere_is_refused() {
    let server = TestServer::new().await;
    let cookie = header("cookie", server.cookie().await);
    for (method, path, _) in addresses() {
        for site in ["cross-site", "same-site"] {
            let dress = [&cookie, &header("origin", ORIGIN), &header("sec-fetch-site", site)];
            let status = server.send(build(request(method.clone(), &path), &dress)).await.status;
            let navigation = method == Method::GET && !is_program(&path);
            assert_eq!(status == StatusCode::FORBIDDEN, !navigation, "{method} {path} {site}: {status}");
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_an_identity_or_with_a_revoked_one() {
    let server = TestServer::new().await;
    let (token, cookie) = (server.token("ci").await, server.cookie().await);
    let who = server.auth.by_bearer(&token, [127, 0, 0, 1].into()).await.unwrap();
    let logins = server.auth.logins(&who).await.unwrap();
    server.auth.revoke_token_named("ci").await.unwrap();
    server.auth.revoke_login(&who, logins[0].id).await.unwrap();
    let forged = format!("{}={}", server.auth.cookie_name(), "A".repeat(43));

    for (method, path, public) in addresses() {
        let dresses = [
            header("x-nothing", ""),
            header("authorization", format!("Bearer {token}")),
            header("authorization", "Basic eDp5"),
            header("cookie", cookie.clone()),
            header("cookie", forged.clone()),
        ];
        for dress in &dresses {
            // A peer of its own each time: the throttle is another test's.
            let request = build(request(method.clone(), &path), &[dress, &header("origin", ORIGIN)]);
            let peer = format!("192.0.2.{}:1", rand::random::<u8>());
            let answer = server.send_from(&peer, request).await;
            let refused = match answer.status {
                StatusCode::SEE_OTHER => {
                    assert_eq!(answer.headers[header::LOCATION], "/sign-in");
                    assert!(!is_program(&path) && method == Method::GET, "{method} {path}");
                    true
                }
                StatusCode::TOO_MANY_REQUESTS => true,
                status => status == StatusCode::UNAUTHORIZED && !(public && path == "/api/v1/auth/exchange"),
            };
            assert_eq!(refused, !public, "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_secret_in_the_address_is_no_identity() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    for query in ["token", "access_token", "authorization"] {
        let answer =
            server.send(build(request(Method::GET, &format!("/api/v1/sessions?{query}={token}")), &[])).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_good_identity_passes_every_gate() {
    let server = TestServer::new().await;
    let bearer = header("authorization", format!("Bearer {}", server.token("ci").await));
    for (method, path, public) in addresses() {
        let cookie = header("cookie", server.cookie().await);
        for dress in
            [&[&bearer][..], &[&cookie, &header("origin", ORIGIN), &header("sec-fetch-site", "same-origin")]]
        {
            let status = server.send(build(request(method.clone(), &path), dress)).await.status;
            let stopped = [
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
                StatusCode::MISDIRECTED_REQUEST,
                StatusCode::SEE_OTHER,
            ];
            // The exchange has an identity of its own to refuse.
            assert!(public || !stopped.contains(&status), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = TestServer::new().await;
    let bearer = header("authorization", format!("Bearer {}", server.token("ci").await));
    for (method, path, _) in addresses() {
        for dress in [&[][..], &[&bearer], &[&header("origin", "https://evil.example")]] {
            let headers = server.send(build(request(method.clone(), &path), dress)).await.headers;
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
                "{method} {path}: {policy}"
            );
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{method} {path}");
            assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY", "{method} {path}");
            assert_eq!(headers[header::REFERRER_POLICY], "no-referrer", "{method} {path}");
            assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{method} {path}");
            assert!(
                headers.contains_key("permissions-policy") && headers.contains_key(header::CACHE_CONTROL),
                "{method} {path}"
            );
            assert!(!headers.contains_key("access-control-allow-origin"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_open_door_is_for_this_machine_and_still_checks_host_and_origin() {
    let server = TestServer::open().await;
    let list = || request(Method::GET, "/api/v1/sessions").body(Body::empty()).unwrap();
    assert_eq!(server.send(list()).await.status, StatusCode::OK);
    assert_eq!(server.send_from("192.0.2.1:9", list()).await.status, StatusCode::UNAUTHORIZED);
    let post = |dress: &[&Dress]| build(request(Method::POST, "/api/v1/auth/links"), dress);
    assert_eq!(server.send(post(&[])).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        server.send(post(&[&header("origin", "https://evil.example")])).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        server.send(post(&[&header("authorization", "Bearer made-up")])).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(server.send(post(&[&header("origin", ORIGIN)])).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_link_becomes_a_cookie_that_scripts_and_other_sites_never_see() {
    let server = TestServer::new().await;
    let code = server.code().await;
    let exchange = |code: &str| {
        request(Method::POST, "/api/v1/auth/exchange")
            .header(header::ORIGIN, ORIGIN)
            .header(header::USER_AGENT, "Firefox Android")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-forwarded-proto", "https")
            .body(Body::from(format!(r#"{{"code":"{code}"}}"#)))
            .unwrap()
    };
    let answer = server.send(exchange(&code)).await;
    assert_eq!(
        (answer.status, answer.json()["label"].as_str()),
        (StatusCode::OK, Some("Firefox on Android"))
    );
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/; Max-Age=7776000");

    let list =
        request(Method::GET, "/api/v1/auth/logins").header(header::COOKIE, pair).body(Body::empty()).unwrap();
    assert_eq!(server.send(list).await.json()[0]["current"], true);
    assert_eq!(server.send(exchange(&code)).await.error().1, "signed_out");

    let out = build(
        request(Method::POST, "/api/v1/auth/sign-out"),
        &[&header("cookie", pair), &header("origin", ORIGIN)],
    );
    let gone = server.send(out).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert!(gone.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let again =
        request(Method::GET, "/api/v1/auth/logins").header(header::COOKIE, pair).body(Body::empty()).unwrap();
    assert_eq!(server.send(again).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guessing_has_to_wait() {
    let server = TestServer::new().await;
    let guess =
        || build(request(Method::GET, "/api/v1/sessions"), &[&header("authorization", "Bearer roost_guess")]);
    for _ in 0..5 {
        assert_eq!(server.send(guess()).await.status, StatusCode::UNAUTHORIZED);
    }
    let waits = server.send(guess()).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = waits.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
    assert_eq!(server.send_from("192.0.2.9:1", guess()).await.status, StatusCode::UNAUTHORIZED);
}
