//! The pages as the server writes them: who may see one, its policy, its status, and the calls behind it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::{future::poll_fn, pin::pin, task::Context, thread};

use axum::body::Body;
use common::{
    ORIGIN, TestServer, request,
    sample::{self, BROKEN, ID},
};
use http::{Method, StatusCode, header};
use server::http::routes;
use tokio::runtime::Handle;

async fn get(server: &TestServer, cookie: &str, path: &str) -> common::Answer {
    server.send(request(Method::GET, path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_page_runs_only_scripts_with_its_own_nonce() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    let mut nonces = Vec::new();
    for path in ["/", &format!("/sessions/{ID}"), "/sign-in"] {
        let answer = get(&server, &cookie, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(
            policy.contains("'strict-dynamic' 'wasm-unsafe-eval'") && !policy.contains("'unsafe-"),
            "{policy}"
        );
        let html = String::from_utf8(answer.body.to_vec()).unwrap();
        for tag in html.split("<script").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("application/json"),
                "{path}: <script{tag}>"
            );
        }
        assert!(!html.contains(" style=\""), "{path}: the policy refuses inline styles");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "each page has a nonce of its own");
}

/// Every step on a thread of its own, as a busy server may have it.
async fn on_many_threads<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let (mut work, runtime) = (pin!(work), Handle::current());
    poll_fn(|context| {
        let waker = context.waker();
        let step = || {
            let _entered = runtime.enter();
            work.as_mut().poll(&mut Context::from_waker(waker))
        };
        thread::scope(|scope| scope.spawn(step).join()).expect("no step of drawing a page panics")
    })
    .await
}

#[tokio::test]
async fn a_page_is_drawn_whole_whichever_threads_draw_it() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    for (path, title) in [
        ("/inbox", "Inbox"),
        ("/sessions", "Sessions"),
        (&format!("/sessions/{ID}"), &sample::session().name),
        ("/new", "New session"),
        ("/projects", "Projects"),
        (&format!("/projects/{ID}"), &sample::project().name),
        ("/settings", "Settings"),
        ("/sign-in", "Sign in"),
        ("/no/such/page", "Not found"),
    ] {
        let answer = on_many_threads(get(&server, &cookie, path)).await;
        let html = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(html.contains("</html>"), "{path}");
        let found = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
        assert_eq!(found, Some(format!("Roost · {title}").as_str()), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_page_with_404() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    let answer = get(&server, &cookie, "/no/such/page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn a_fault_of_ours_is_an_answer_too() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    let page = get(&server, &cookie, &format!("/sessions/{BROKEN}")).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.body.starts_with(b"Roost failed at this"), "{:?}", page.body);
    assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let call = get(&server, &cookie, &format!("/api/v1/sessions/{BROKEN}")).await;
    assert_eq!((call.status, call.error().1.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
    assert_eq!(get(&server, &cookie, &format!("/sessions/{ID}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_for_nobody_knows_nothing() {
    let server = TestServer::new().await;
    let answer = get(&server, "", "/sign-in").await;
    assert_eq!(answer.status, StatusCode::OK);
    let html = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(!html.contains("/srv/sample") && server.fakes.asked().is_empty(), "nothing is loaded for nobody");
}

#[tokio::test]
async fn a_call_that_is_refused_has_a_fitting_status_and_a_bare_error() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    let calls: Vec<_> =
        routes(&common::site()).into_iter().filter(|route| route.path.starts_with("/api/ui/")).collect();
    assert!(!calls.is_empty());
    for call in calls {
        let send = |cookie: &str| {
            let request = request(call.method.clone(), &call.path)
                .header(header::ORIGIN, ORIGIN)
                .header(header::COOKIE, cookie);
            server.send(
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from("[]")).unwrap(),
            )
        };
        let signed_out = send("").await;
        assert_eq!(
            (signed_out.status, signed_out.json()["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("signed_out"))
        );
        let malformed = send(&cookie).await;
        assert!(
            malformed.status.is_success() || malformed.json()["code"].is_string(),
            "{}: {:?}",
            call.path,
            malformed.body
        );
    }
}

#[tokio::test]
async fn only_calls_that_take_images_take_large_bodies() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    let calls = routes(&common::site()).into_iter().filter(|route| route.path.starts_with("/api/ui/"));
    let mut large = Vec::new();
    for call in calls {
        let announced = request(call.method, &call.path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_LENGTH, 2_000_000)
            .body(Body::empty());
        if server.send(announced.unwrap()).await.status != StatusCode::PAYLOAD_TOO_LARGE {
            large.push(call.path.trim_start_matches("/api/ui/").to_owned());
        }
    }
    large.sort();
    assert_eq!(large, ["files/compare", "files/save", "sessions/create", "sessions/fork", "sessions/send"]);
}

#[tokio::test]
async fn pages_and_answers_are_sent_compressed_to_those_who_take_it() {
    let server = TestServer::new().await;
    let cookie = server.cookie().await;
    for path in ["/sessions", "/api/v1/openapi.json"] {
        let plain = get(&server, &cookie, path).await;
        assert!(!plain.headers.contains_key(header::CONTENT_ENCODING), "{path}");
        let asked = request(Method::GET, path).header(header::COOKIE, &cookie);
        let asked = asked.header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty()).unwrap();
        let small = server.send(asked).await;
        assert_eq!(small.headers[header::CONTENT_ENCODING], "br", "{path}");
        assert!(
            small.body.len() * 2 < plain.body.len(),
            "{path}: {} of {}",
            small.body.len(),
            plain.body.len()
        );
    }
}
