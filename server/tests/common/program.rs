//! The binary as a person starts it. Its homes are temporary and it never leaves loopback.
#![allow(clippy::disallowed_methods, reason = "tests start the program itself")]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The program with a home of its own and nothing of this machine's but its tools.
pub fn roost(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roost"));
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home);
    command.env("ROOST_HOME", home.join("roost")).env("ROOST_LISTEN", "127.0.0.1:0");
    command.env("ROOST_CLAUDE_BINARY", home.join("no-such-claude"));
    command.stdin(Stdio::null());
    command
}

pub fn run(home: &Path, args: &[&str]) -> Output {
    roost(home).args(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server that ends with the test.
pub struct Server {
    pub child: Child,
    out: BufReader<std::process::ChildStdout>,
    pub base: String,
    pub link: Option<String>,
}

impl Server {
    pub fn start(home: &Path) -> Self {
        let mut child = roost(home).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut first, mut second) = (String::new(), String::new());
        out.read_line(&mut first).unwrap();
        out.read_line(&mut second).unwrap();
        let base = first.trim().strip_prefix("Roost listens on ").unwrap().to_owned();
        let link = second.trim().strip_prefix("Sign in: ").map(str::to_owned);
        Self { child, out, base, link }
    }

    /// What the API answers; anything but a success fails the test.
    pub async fn post(&self, token: &str, path: &str, body: serde_json::Value) -> serde_json::Value {
        let url = format!("{}/api/v1/{path}", self.base);
        let answer = client().post(url).bearer_auth(token).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    pub fn terminate(mut self) -> (bool, String, String) {
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

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
