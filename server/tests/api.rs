//! The REST side against its own description: every route is described, every answer has the described shape, and bad
//! input is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use axum::body::Body;
use common::{
    TestServer, request,
    sample::{ID, NO_ID},
    schema, site,
};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use server::http::routes;

/// Something that fits where a body is wanted.
fn body(path: &str, method: &Method) -> Option<Value> {
    let id = ID.to_string();
    let decision = json!({ "decision": "allow", "digest": "0123", "remember": 0, "answers": { "Which one?": "one" }, "next_mode": "plan" });
    match (method.as_str(), path.trim_start_matches("/api/v1")) {
        ("POST", "/projects") => Some(json!({ "path": "/srv/sample" })),
        ("PATCH", "/projects/{id}") => Some(json!({ "name": "new" })),
        ("POST", "/projects/{id}/changes/stage") => Some(json!({ "group": "staged", "version": "1a" })),
        ("POST", "/projects/{id}/changes/discard") => Some(json!({ "group": "changed", "version": "1a" })),
        ("POST", "/projects/{id}/comments") => {
            let about = json!({ "path": "a", "group": "changed", "side": "new", "first": 1, "last": 1, "code": "+a\n" });
            Some(json!({ "about": about, "text": "Why?" }))
        }
        ("PATCH", "/projects/{id}/comments/{comment}") => Some(json!({ "text": "So." })),
        ("POST", "/projects/{id}/git/runs") => Some(json!({ "do": "commit", "message": "Fix" })),
        ("POST", "/projects/{id}/branch") => Some(json!({ "name": "topic", "create": true })),
        ("PUT", "/projects/{id}/files/text") | ("POST", "/projects/{id}/files/compare") => {
            Some(json!({ "path": "src/main.rs", "text": "x" }))
        }
        ("POST", "/projects/{id}/files") => Some(json!({ "path": "src/new.rs" })),
        ("POST", "/projects/{id}/files/move") => Some(json!({ "from": "a", "to": "b" })),
        ("PUT", "/projects/{id}/worktrees/settings") => Some(json!({ "copy": ".env*" })),
        ("POST", "/projects/{id}/worktrees/bring-back") => Some(json!({ "path": "/srv/w", "how": "merge" })),
        ("POST", "/projects/{id}/worktrees/remove") => Some(json!({ "path": "/srv/w" })),
        ("PUT", "/projects/{id}/memories/file") => {
            Some(json!({ "path": "/srv/sample/CLAUDE.md", "text": "x" }))
        }
        ("POST", "/projects/{id}/memories/compare") => {
            Some(json!({ "path": "/srv/sample/CLAUDE.md", "text": "x" }))
        }
        ("POST", "/projects/{id}/previews") => Some(json!({ "port": 5173 })),
        ("POST", "/sessions") => Some(json!({ "project_id": id, "prompt": "go", "mode": "job" })),
        ("PATCH", "/sessions/{id}") => Some(json!({ "draft": "later" })),
        ("POST", "/sessions/{id}/messages") => Some(json!({ "text": "go on" })),
        ("PATCH", "/sessions/{id}/messages/{message}") => Some(json!({ "text": "rather this" })),
        ("POST", "/sessions/{id}/chat") => Some(json!({ "force": true })),
        ("POST", "/sessions/{id}/fork") => Some(json!({ "seq": 3, "prompt": "other" })),
        ("POST", "/approvals/{id}") => Some(decision),
        ("POST", "/terminals") => Some(json!({ "project_id": id })),
        ("PATCH", "/terminals/{id}") => Some(json!({ "name": "build" })),
        ("POST", "/auth/tokens") => Some(json!({ "name": "another" })),
        ("POST", "/auth/sign-out") => Some(json!({})),
        _ => None,
    }
}

/// The address with ids filled in; logins and tokens have their own.
fn fill(path: &str, id: &str) -> String {
    // A query that has to be there.
    let query = match path.rsplit_once("/{id}/") {
        Some((_, "memories/file")) => "?path=/srv/sample/CLAUDE.md",
        Some((_, "changes/diff")) => "?path=a.rs&group=changed",
        Some((_, "changes/image")) => "?path=a.png&group=changed&side=old",
        Some((_, "git/commits/{commit}/diff")) => "?path=a.rs",
        Some((_, "git/commits/{commit}/image")) => "?path=a.png&side=old",
        _ => "",
    };
    let path = format!("{path}{query}");
    path.replace("{seq}", "1")
        .replace("{n}", "1")
        .replace("{id}", id)
        .replace("{comment}", &ID.to_string())
        .replace("{discard}", &ID.to_string())
        .replace("{task}", "c3c236db")
        .replace("{port}", "5173")
        .replace("{message}", &ID.to_string())
        .replace("{run}", &ID.to_string())
        .replace("{commit}", "c0de")
        .replace("{attachment}", &ID.to_string())
        .replace("{trash}", &ID.to_string())
}

async fn document(server: &TestServer, token: &str) -> Value {
    server.ask(token, Method::GET, "/api/v1/openapi.json", None).await.json()
}

#[tokio::test]
async fn the_description_has_every_route_of_the_api_and_no_other() {
    let server = TestServer::new().await;
    let document = document(&server, &server.token("ci").await).await;
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let table: BTreeSet<String> = routes(&site())
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/"))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(described, table);
    let mut ids: Vec<_> = document
        .pointer("/paths")
        .unwrap()
        .to_string()
        .match_indices("\"operationId\":\"")
        .map(|(at, _)| at)
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), table.len());
}

#[tokio::test]
async fn every_answer_has_the_shape_that_is_described() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let document = document(&server, &token).await;
    for route in routes(&site()) {
        let Some(doc) = &route.doc else { continue };
        if ["/stream", "/exchange", "/ws"].iter().any(|end| route.path.ends_with(end)) {
            continue;
        }
        let (made, cookie) = (server.auth.new_token("short-lived").await, server.cookie().await);
        let logins = server.ask(&token, Method::GET, "/api/v1/auth/logins", None).await.json();
        let id = match route.path.as_ref() {
            "/api/v1/auth/tokens/{id}" => made.unwrap().0.id.to_string(),
            "/api/v1/auth/logins/{id}" => logins[0]["id"].as_str().unwrap().to_owned(),
            _ => ID.to_string(),
        };
        drop(cookie);
        let answer = server
            .ask(&token, route.method.clone(), &fill(&route.path, &id), body(&route.path, &route.method))
            .await;
        let _ = server.auth.revoke_token_named("short-lived").await;

        let at = format!("{} {}", route.method, route.path);
        assert_eq!(answer.status.as_u16(), doc.gives.0, "{at}: {:?}", answer.body);
        let operation = &document["paths"][route.path.as_ref()][route.method.as_str().to_lowercase()];
        let described =
            &operation["responses"][doc.gives.0.to_string()]["content"]["application/json"]["schema"];
        if described.is_object() {
            schema::check(&document, described, &answer.json(), &at).unwrap();
        }
    }
}

#[tokio::test]
async fn a_field_that_is_not_described_is_noticed() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let document = document(&server, &token).await;
    for (path, name) in
        [("/api/v1/sessions", "Session"), ("/api/v1/projects", "Project"), ("/api/v1/approvals", "Approval")]
    {
        let described: BTreeSet<_> =
            schema::properties(&document, &document["components"]["schemas"][name]).into_iter().collect();
        let answer = server.ask(&token, Method::GET, path, None).await.json();
        let sent: BTreeSet<_> = answer[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(sent, described, "{path}");
    }
    let mut wrong = server.ask(&token, Method::GET, "/api/v1/sessions", None).await.json();
    wrong[0]["status"] = json!("asleep");
    let list = &document["paths"]["/api/v1/sessions"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    let error = schema::check(&document, list, &wrong, "sessions").unwrap_err();
    assert!(error.starts_with("sessions[0].status"), "the checker checks: {error}");
}

#[tokio::test]
async fn what_does_not_exist_is_404_in_the_same_words_everywhere() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let document = document(&server, &token).await;
    let error = json!({ "$ref": "#/components/schemas/ErrorBody" });
    for route in routes(&site())
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/") && route.path.contains("{id}"))
    {
        for id in [NO_ID.to_string().as_str(), "not-an-id", "%00", "42"] {
            let path = fill(&route.path, id);
            let answer =
                server.ask(&token, route.method.clone(), &path, body(&route.path, &route.method)).await;
            assert_eq!(answer.error().0, 404, "{} {path}", route.method);
            schema::check(&document, &error, &answer.json(), &path).unwrap();
        }
    }
    for path in ["/api/v1/nothing", "/api/v2/sessions", "/api/"] {
        assert_eq!(server.ask(&token, Method::GET, path, None).await.error().1, "not_found", "{path}");
    }
    let wrong = server.ask(&token, Method::PUT, "/api/v1/sessions", None).await;
    assert_eq!((wrong.status, wrong.error().1), (StatusCode::METHOD_NOT_ALLOWED, "invalid".to_owned()));
}

#[tokio::test]
async fn a_wrong_body_or_query_is_400_and_names_the_field() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let id = ID.to_string();
    let cases = [
        ("/api/v1/sessions", json!({ "prompt": "x" }), "project_id"),
        ("/api/v1/sessions", json!({ "project_id": id, "prompt": "x", "mode": "forever" }), "mode"),
        ("/api/v1/sessions", json!({ "project_id": id, "prompt": 7 }), "prompt"),
        ("/api/v1/sessions", json!([]), "body"),
        (&format!("/api/v1/approvals/{id}"), json!({ "decision": "maybe", "digest": "" }), "decision"),
        (&format!("/api/v1/sessions/{id}/fork"), json!({ "seq": -1, "prompt": "x" }), "seq"),
    ];
    for (path, body, field) in cases {
        let (status, code, details) = server.ask(&token, Method::POST, path, Some(body)).await.error();
        assert_eq!((status, code.as_str(), details.as_deref()), (400, "invalid", Some(field)), "{path}");
    }
    let events = format!("/api/v1/sessions/{id}/events");
    let queries = [
        ("/api/v1/sessions?limit=many".to_owned(), "limit"),
        ("/api/v1/sessions?project_id=x".to_owned(), "project_id"),
        ("/api/v1/approvals?status=perhaps".to_owned(), "status"),
        (format!("{events}?after=-1"), "after"),
        (format!("{events}?after=1&before=2"), "before"),
    ];
    for (path, field) in queries {
        let (status, _, details) = server.ask(&token, Method::GET, &path, None).await.error();
        assert_eq!((status, details.as_deref()), (400, Some(field)), "{path}");
    }
    let plain = request(Method::POST, "/api/v1/sessions")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(server.send(plain).await.error().2.as_deref(), Some("content-type"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let id = ID.to_string();
    let cases = [
        ("/api/v1/projects".to_owned(), 1_500_001, true),
        (format!("/api/v1/sessions/{id}/messages"), 1_500_001, false),
        (format!("/api/v1/sessions/{id}/messages"), 70_000_001, true),
        (format!("/api/v1/sessions/{id}/fork"), 70_000_001, true),
    ];
    for (path, length, refused) in cases {
        let announced = request(Method::POST, &path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_LENGTH, length)
            // A body that fails when it is read shows that it was not.
            .body(Body::from_stream(futures::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other(
                "was read",
            ))])))
            .unwrap();
        let status = server.send(announced).await.status;
        assert_eq!(status == StatusCode::PAYLOAD_TOO_LARGE, refused, "{path} {length}: {status}");
    }
    // One that does not say how long it is, is cut off while it is read.
    let chunk = vec![b' '; 100_000];
    let silent = request(Method::POST, "/api/v1/projects")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(futures::stream::iter(
            (0..20).map(move |_| Ok::<_, std::io::Error>(chunk.clone())),
        )))
        .unwrap();
    assert_eq!(server.send(silent).await.error().1, "too_large");
}

#[tokio::test]
async fn arguments_reach_the_port_as_they_were_meant() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let id = ID.to_string();
    let events = format!("/api/v1/sessions/{id}/events");
    for (query, asked) in [
        ("", "Tail 200"),
        ("?after=0", "After(0) 200"),
        ("?before=9&limit=5", "Before(9) 5"),
        ("?after=3&limit=100000", "After(3) 1000"),
    ] {
        server.ask(&token, Method::GET, &format!("{events}{query}"), None).await;
        assert_eq!(server.fakes.asked(), [asked]);
    }
    for verb in ["interrupt", "stop", "complete", "close", "pin", "resume", "archive", "unarchive"] {
        let answer = server.ask(&token, Method::POST, &format!("/api/v1/sessions/{id}/{verb}"), None).await;
        assert_eq!((answer.status, server.fakes.asked()), (StatusCode::OK, vec![verb.to_owned()]));
    }
    server.ask(&token, Method::GET, "/api/v1/approvals?status=pending", None).await;
    assert_eq!(server.fakes.asked(), ["approvals Some(Pending)"]);
    server.ask(&token, Method::GET, "/api/v1/sessions?archived=true&text=a%20b&limit=3", None).await;
    assert!(server.fakes.asked()[0].contains(r#"archived: true, text: Some("a b"), limit: Some(3)"#));
}

#[tokio::test]
async fn what_an_agent_made_is_shown_and_never_run() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let session = format!("/api/v1/sessions/{ID}");
    for path in [format!("{session}/events/1/images/1"), format!("{session}/attachments/{ID}")] {
        let answer = server.ask(&token, Method::GET, &path, None).await;
        assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("image/"));
        assert_eq!(answer.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(&answer.body[..], b"bytes");
    }
    let svg = server.ask(&token, Method::GET, &format!("{session}/events/1/images/2"), None).await;
    assert_eq!(svg.status, StatusCode::NOT_FOUND, "an image that can hold a script");
    let output = server.ask(&token, Method::GET, &format!("{session}/events/1/output"), None).await;
    assert_eq!(output.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
}

#[tokio::test]
async fn a_file_is_an_image_or_a_download_and_never_runs() {
    let server = TestServer::new().await;
    let token = server.token("ci").await;
    let files = format!("/api/v1/projects/{ID}/files");
    let image = server.ask(&token, Method::GET, &format!("{files}/image?path=a.png"), None).await;
    assert_eq!(
        (image.status, &image.headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(image.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert_eq!(image.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let drawing = server.ask(&token, Method::GET, &format!("{files}/image?path=a.svg"), None).await;
    assert_eq!(drawing.error().0, 404);
    let kept = server.ask(&token, Method::GET, &format!("{files}/download?path=a.svg"), None).await;
    assert_eq!(kept.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(
        kept.headers[header::CONTENT_DISPOSITION],
        "attachment; filename*=UTF-8''%C3%A4%20%22b%22.png"
    );
    assert_eq!((kept.headers[header::CONTENT_LENGTH].as_bytes(), &kept.body[..]), (&b"5"[..], &b"bytes"[..]));
    let twice = server.ask(&token, Method::GET, &format!("{files}/view?path=a&line=1&byte=2"), None).await;
    assert_eq!(twice.error(), (400, "invalid".to_owned(), Some("line".to_owned())));
    let asked = "search?q=a&regex=true&word=true&case=true&globs=*.rs%20!x&hidden=true&ignored=true";
    let _ = server.ask(&token, Method::GET, &format!("{files}/{asked}"), None).await;
    let asked = server.fakes.asked().pop().unwrap();
    assert!(asked.contains("regex: true") && asked.contains("globs: \"*.rs !x\""), "{asked}");
}
