//! One home directory with its server: started, killed and started again as a process of its own, asked over HTTP.

use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Mutex,
    time::Duration,
};

use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Instant, sleep},
};

/// How long anything may take before the test fails; nothing here is measured.
pub(crate) const PATIENCE: Duration = Duration::from_secs(100);
const EXE: &str = env!("CARGO_BIN_EXE_roost");

pub(crate) struct Home {
    pub dir: TempDir,
    pub root: PathBuf,
    pub project: PathBuf,
    pub project_id: String,
    pub client: reqwest::Client,
    pub token: String,
    pub base: String,
    agent: PathBuf,
    listen: String,
    server: Mutex<Option<Child>>,
}

/// What a request came to.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub body: Value,
    /// An earlier attempt may have been carried out: its answer was lost.
    pub lost: bool,
}

impl Home {
    /// A running server with one trusted project, whose agent is the echo agent.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}, &format!("exec {EXE} echo-agent -- \"$@\"")).await
    }

    /// The same after `prepare` was given the home directory, with an agent of this shell line.
    pub(crate) async fn with(prepare: impl FnOnce(&Path), agent_line: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (root, project, agent) =
            (dir.path().join("home"), dir.path().join("project"), dir.path().join("claude"));
        for folder in [&root, &project, &dir.path().join("user")] {
            std::fs::create_dir(folder).unwrap();
        }
        std::fs::write(root.join("roost.toml"), "[sessions]\nmax_running = 5\n").unwrap();
        prepare(&root);
        std::fs::write(&agent, format!("#!/bin/sh\n{agent_line}\n")).unwrap();
        std::fs::set_permissions(&agent, std::fs::Permissions::from_mode(0o755)).unwrap();
        // The same port for every life of the server, as its users have it.
        let listen = free_port().to_string();
        let base = format!("http://{listen}");
        let client = reqwest::Client::builder().no_proxy().connect_timeout(PATIENCE).build().unwrap();
        let (token, project_id, server) = (String::new(), String::new(), Mutex::new(None));
        let mut home = Self { dir, root, project, project_id, client, token, base, agent, listen, server };
        let made = home.command(&["token", "create", "--name", "test"]).output().await.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        home.token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        home.start().await;
        let added = home.post("/api/v1/projects", json!({"path": home.project})).await;
        home.project_id = added.body["id"].as_str().unwrap_or_else(|| panic!("{added:?}")).to_owned();
        let trusted = home.post(&format!("/api/v1/projects/{}/trust", home.project_id), json!({})).await;
        assert_eq!(trusted.status, 200, "{trusted:?}");
        home
    }

    /// `roost` with nothing of this process's environment but the path: no account and no home of a person is near.
    fn command(&self, arguments: &[&str]) -> Command {
        let user = self.dir.path().join("user");
        let mut command = Command::new(EXE);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &user)
            .env("CLAUDE_CONFIG_DIR", user.join(".claude"))
            .env("ROOST_HOME", &self.root)
            .env("ROOST_CLAUDE_BINARY", &self.agent)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts the server without waiting for it.
    pub(crate) fn launch(&self) {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(self.dir.path().join("log")).unwrap();
        let mut command = self.command(&["serve", "--listen", &self.listen]);
        let child = command.env("ROOST_LOG", "warn").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let before = self.server.lock().unwrap().replace(child);
        assert!(before.is_none(), "one server at a time");
    }

    /// Waits until the server says where it listens.
    pub(crate) async fn ready(&self) {
        let stdout = self.server.lock().unwrap().as_mut().unwrap().stdout.take().unwrap();
        let mut lines = BufReader::new(stdout).lines();
        let said =
            tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("the server starts").unwrap();
        assert!(said.as_ref().is_some_and(|line| line.contains("listens")), "{said:?}\n{}", self.log());
        // Whatever else it says finds a reader, or it would be ended by the closed pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    }

    pub(crate) async fn start(&self) {
        self.launch();
        self.ready().await;
    }

    /// SIGKILL, whatever it is doing.
    pub(crate) async fn kill(&self) {
        let server = self.server.lock().unwrap().take();
        if let Some(mut server) = server {
            server.kill().await.unwrap();
        }
    }

    /// The process id of the server.
    #[allow(dead_code, reason = "the benchmark shares this file")]
    pub(crate) fn pid(&self) -> u32 {
        self.server.lock().unwrap().as_ref().and_then(Child::id).unwrap()
    }

    /// What the server wrote to its log, for whoever reads a failure.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        log.lines().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let reply = self.call(Method::GET, path, None).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}\n{}", self.log());
        reply.body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Asks until an answer comes, through any number of dead servers.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let (end, mut lost) = (Instant::now() + PATIENCE, false);
        loop {
            match self.attempt(method.clone(), path, body.as_ref()).await {
                Ok((status, body)) => return Reply { status, body, lost },
                Err(error) => lost |= !error.is_connect(),
            }
            assert!(Instant::now() < end, "{path}: no answer\n{}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Asks once; an error says that no answer came.
    pub(crate) async fn attempt(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<(u16, Value)> {
        let mut request =
            self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let (status, bytes) = (answer.status().as_u16(), answer.bytes().await?);
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    pub(crate) async fn card(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/sessions/{id}")).await["session"].clone()
    }

    /// Waits until the card fits.
    pub(crate) async fn until(&self, id: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let card = self.card(id).await;
            if fits(&card) {
                return card;
            }
            assert!(Instant::now() < end, "never {what}: {card:#}\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The process ids of the keepers whose directories are there.
    pub(crate) fn keepers(&self) -> Vec<(PathBuf, Pid)> {
        keepers(&self.root)
    }
}

fn keepers(root: &Path) -> Vec<(PathBuf, Pid)> {
    let entries = std::fs::read_dir(root.join("keepers")).into_iter().flatten().flatten();
    let pid = |dir: &Path| {
        let info: Value = serde_json::from_slice(&std::fs::read(dir.join("keeper.json")).ok()?).ok()?;
        Pid::from_raw(i32::try_from(info["keeper_pid"].as_i64()?).ok()?)
    };
    entries.filter_map(|entry| Some((entry.path(), pid(&entry.path())?))).collect()
}

/// An address nobody listens on, and that the system gives to no outgoing connection while the server is down.
fn free_port() -> SocketAddr {
    let ports =
        std::iter::repeat_with(|| SocketAddr::from(([127, 0, 0, 1], rand::random_range(10_000..30_000))));
    ports.take(1_000).find(|address| TcpListener::bind(address).is_ok()).unwrap()
}

/// Ends what a test left alive in a home, whichever way it ended: every keeper answers to a terminate by ending its agent.
pub(crate) fn end_keepers(root: &Path) {
    for (_, keeper) in keepers(root) {
        let _ = kill_process(keeper, Signal::TERM);
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        end_keepers(&self.root);
    }
}
