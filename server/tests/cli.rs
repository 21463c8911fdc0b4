//! The binary as a person starts it: serve, sign in, tokens, doctor, signals. Its homes are temporary and it never leaves loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests start the program itself"
)]

mod common;

use common::program::{Server, client, roost, run, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_server_greets_with_a_link_that_signs_in_and_ends_when_told() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(home.path());
    let (client, base) = (client(), server.base.clone());
    let health: Value = client.get(format!("{base}/healthz")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health, json!({ "status": "ok" }));
    assert_eq!(client.get(&base).send().await.unwrap().headers()["location"], "/sign-in");

    let link = server.link.clone().unwrap();
    let code = link.strip_prefix(&format!("{base}/sign-in#")).unwrap().to_owned();
    let exchange = client
        .post(format!("{base}/api/v1/auth/exchange"))
        .header("origin", &base)
        .json(&json!({ "code": code }));
    let signed_in = exchange.send().await.unwrap();
    assert_eq!(signed_in.status(), 200);
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let projects =
        client.get(format!("{base}/api/v1/projects")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(projects.json::<Value>().await.unwrap(), json!([]));

    let second = run(home.path(), &[]);
    assert!(!second.status.success() && text(&second.stderr).contains("another Roost"));
    assert!(
        text(&run(home.path(), &["link"]).stdout).starts_with(&format!("{base}/sign-in#")),
        "a link leads to the running server"
    );

    let (ended_well, out, log) = server.terminate();
    assert!(ended_well && out.is_empty(), "{log}");
    let secret = cookie.split_once('=').unwrap().1;
    assert!(!log.contains(&code) && !log.contains(secret), "no secret in the log: {log}");
}

#[tokio::test]
async fn a_token_is_made_and_revoked_beside_a_running_server() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(home.path());
    let made = run(home.path(), &["token", "create", "--name", "ci"]);
    let token = text(&made.stdout).trim().to_owned();
    assert_eq!((token.len(), &token[..6]), (49, "roost_"));
    let status = async || {
        client()
            .get(format!("{}/api/v1/sessions", server.base))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status().await, 200);
    assert!(text(&run(home.path(), &["token", "list"]).stdout).starts_with("ci\tmade 2"));
    assert!(run(home.path(), &["token", "revoke", "ci"]).status.success());
    assert_eq!(status().await, 401);
    let again = run(home.path(), &["token", "revoke", "ci"]);
    assert!(!again.status.success() && text(&again.stderr).contains("no token called"));
    assert!(server.terminate().0);
}

#[test]
fn an_open_door_to_the_network_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let refused = roost(home.path())
        .env("ROOST_AUTH_LOOPBACK", "open")
        .args(["serve", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("auth.loopback"));
}

#[test]
fn doctor_names_what_is_missing_and_fails() {
    let home = tempfile::tempdir().unwrap();
    let doctor = run(home.path(), &["doctor"]);
    let told = text(&doctor.stdout);
    assert!(!doctor.status.success());
    assert!(
        told.lines().any(|line| line.starts_with("FAIL  claude") && line.contains("claude.binary")),
        "{told}"
    );
    for name in ["home", "database", "sign-in", "port"] {
        assert!(told.contains(&format!("ok    {name}")), "{told}");
    }
    std::fs::write(home.path().join("roost/roost.toml"), "[sessions]\nmax_runing = 1\n").unwrap();
    let broken = run(home.path(), &["doctor"]);
    assert!(!broken.status.success() && text(&broken.stderr).contains("max_runing"));
}
