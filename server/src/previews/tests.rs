//! What is passed on to a program, and what is kept from it.

#![allow(clippy::unwrap_used, reason = "tests")]

use axum::{Json, Router, extract::Request, response::AppendHeaders, routing::get};
use http::{StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// A preview of a program that tells what it is asked, for a browser that need not sign in.
struct Stage {
    _dir: TempDir,
    at: u16,
    auth: AuthEngine,
    stop: CancellationToken,
    client: reqwest::Client,
}

impl Stage {
    async fn new(open: bool) -> Self {
        let program = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = program.local_addr().unwrap();
        let cookies = AppendHeaders([
            (header::SET_COOKIE, "theme=dark".to_owned()),
            (header::SET_COOKIE, "roost_x=1".to_owned()),
        ]);
        let to = format!("http://localhost:{}/there?x=1", target.port());
        let router = Router::new()
            .route("/go", get(|| async move { (StatusCode::FOUND, [(header::LOCATION, to)]) }))
            .route(
                "/out",
                get(|| async { (StatusCode::FOUND, [(header::LOCATION, "https://example.org/")]) }),
            )
            .fallback(move |request: Request| {
                let cookies = cookies.clone();
                async move { (cookies, told(&request)) }
            });
        tokio::spawn(axum::serve(program, router).into_future());
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
        let auth = AuthEngine::new(db, open).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        let names = Names::new("127.0.0.1:7676".parse().unwrap(), &[], at);
        tokio::spawn(pass::serve(listener, Pass::new(auth.clone(), names, target), stop.clone()));
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { _dir: dir, at, auth, stop, client }
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("http://127.0.0.1:{}{path}", self.at))
    }
}

fn told(request: &Request) -> Json<Value> {
    let headers: BTreeMap<&str, &str> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    Json(json!({ "method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers }))
}

#[tokio::test]
async fn a_request_gets_to_the_program_as_one_of_this_machine_and_without_the_login() {
    let stage = Stage::new(true).await;
    let own = format!("{}=secret; theme=dark; other=1", stage.auth.cookie_name());
    let answer =
        stage.get("/a%20b?c=d").header(header::COOKIE, own).header("x-mine", "1").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let cookies: Vec<_> = answer.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    assert_eq!(cookies, ["theme=dark", "roost_x=1"], "cookies of the program pass, whatever they are called");
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["uri"], "/a%20b?c=d");
    assert_eq!(told["headers"]["cookie"], "theme=dark; other=1");
    assert_eq!(told["headers"]["x-mine"], "1");
    assert!(told["headers"]["host"].as_str().unwrap().starts_with("localhost:"), "{told}");
}

#[tokio::test]
async fn a_program_cannot_touch_the_login() {
    let stage = Stage::new(true).await;
    // The program answers with this cookie to everything, so the name is that of the login here.
    let pass = Pass::new(
        stage.auth.clone(),
        Names::new(([127, 0, 0, 1], 1).into(), &[], 1),
        ([127, 0, 0, 1], 1).into(),
    );
    let mut headers = http::HeaderMap::new();
    let own = stage.auth.cookie_name();
    for value in [format!("{own}=evil; Path=/"), format!(" {own} =evil"), own.clone(), format!("{own}2=1")] {
        headers.append(header::SET_COOKIE, value.parse().unwrap());
    }
    headers.insert("clear-site-data", "\"cookies\"".parse().unwrap());
    pass.keep_login(&mut headers);
    let left: Vec<_> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    assert_eq!(left, [format!("{own}2=1")]);
    assert!(!headers.contains_key("clear-site-data"));
}

#[tokio::test]
async fn only_pages_of_the_preview_and_people_who_are_signed_in_get_through() {
    let stage = Stage::new(true).await;
    let here = format!("http://127.0.0.1:{}", stage.at);
    for (host, origin, method, status) in [
        (None, None, "GET", 200),
        (None, Some(here.as_str()), "POST", 200),
        (None, None, "POST", 403),
        (None, Some("http://evil.example"), "GET", 403),
        (None, Some("http://127.0.0.1:7676"), "POST", 403),
        (None, Some("null"), "POST", 403),
        (Some("evil.example"), None, "GET", 421),
        (Some("127.0.0.1:7676"), None, "GET", 421),
    ] {
        let mut request = stage.client.request(method.parse().unwrap(), format!("{here}/x"));
        for (name, value) in [(header::HOST, host), (header::ORIGIN, origin)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        assert_eq!(request.send().await.unwrap().status(), status, "{host:?} {origin:?} {method}");
    }
    let closed = Stage::new(false).await;
    let answer = closed.get("/").header(header::COOKIE, format!("{}=guess", closed.auth.cookie_name()));
    assert_eq!(answer.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_redirect_to_the_program_stays_in_the_preview() {
    let stage = Stage::new(true).await;
    for (path, to) in [("/go", "/there?x=1"), ("/out", "https://example.org/")] {
        let answer = stage.get(path).send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()[header::LOCATION]),
            (StatusCode::FOUND, &to.parse().unwrap())
        );
    }
}

#[tokio::test]
async fn a_closed_preview_is_gone() {
    let stage = Stage::new(true).await;
    assert!(stage.get("/").send().await.is_ok());
    stage.stop.cancel();
    // The listener goes with the task that serves it.
    let gone = async { while stage.get("/").send().await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
}
