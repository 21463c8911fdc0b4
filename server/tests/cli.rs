//! The binary as a person starts it: serve, sign in, tokens, doctor, signals. Its homes are temporary and it never leaves loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests start the program itself"
)]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};

/// The program with a home of its own and nothing of this machine's but its tools.
fn roost(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roost"));
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home);
    command.env("ROOST_HOME", home.join("roost")).env("ROOST_LISTEN", "127.0.0.1:0");
    command.env("ROOST_CLAUDE_BINARY", home.join("no-such-claude"));
    command.stdin(Stdio::null());
    command
}

fn run(home: &Path, args: &[&str]) -> Output {
    roost(home).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server that ends with the test.
struct Server {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    base: String,
    link: Option<String>,
}

impl Server {
    fn start(home: &Path) -> Self {
        let mut child = roost(home).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut first, mut second) = (String::new(), String::new());
        out.read_line(&mut first).unwrap();
        out.read_line(&mut second).unwrap();
        let base = first.trim().strip_prefix("Roost listens on ").unwrap().to_owned();
        let link = second.trim().strip_prefix("Sign in: ").map(str::to_owned);
        Self { child, out, base, link }
    }

    fn terminate(mut self) -> (bool, String, String) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let ended = self.child.wait().unwrap();
        let (mut out, mut log) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (ended.success(), out, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

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
