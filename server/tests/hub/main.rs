//! The hub as a person sees it: the program itself in a terminal, beside a real server with real keepers. The screens are what
//! the terminal shows; the agent is the one without a model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests start the program"
)]

mod branches;
#[path = "../common/mod.rs"]
mod common;
mod real;
mod settings;
mod tmux;

use std::{fs, io::Read, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use app::terminals::wire::Said;
use futures::SinkExt;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use common::program::{Server, client, run, text};
use tmux::Tmux;

/// How long a story waits for something to happen before it fails; nothing here is measured.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a trusted project, and an agent: the one without a model unless a story needs another.
struct Home {
    dir: tempfile::TempDir,
    server: Server,
    token: String,
    project: String,
}

/// Puts an agent where the configuration looks for `claude`.
fn agent(home: &Path, script: &str) {
    fs::write(home.join("no-such-claude"), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(home.join("no-such-claude"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Makes the agent without a model the agent of this home.
fn echo_agent(home: &Path) {
    agent(home, &format!("exec {} echo-agent -- \"$@\"", env!("CARGO_BIN_EXE_roost")));
}

impl Home {
    async fn new() -> Self {
        Self::with(echo_agent).await
    }

    /// One with what is put there before the server starts.
    async fn with(prepare: impl FnOnce(&Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        let web = dir.path().join("web");
        fs::create_dir_all(web.join(".git")).unwrap();
        fs::create_dir(dir.path().join("api-server")).unwrap();
        let server = Server::start(dir.path());
        let token = text(&run(dir.path(), &["token", "create", "--name", "test"]).stdout).trim().to_owned();
        let mut home = Self { dir, server, token, project: String::new() };
        let added = home.post("projects", json!({"path": web})).await;
        home.project = added["id"].as_str().unwrap().to_owned();
        home.post(&format!("projects/{}/trust", home.project), json!({})).await;
        home.post("projects", json!({"path": home.dir.path().join("api-server")})).await;
        home
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.server.post(&self.token, path, body).await
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/api/v1/{path}", self.server.base);
        client().get(url).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    async fn open(&self) -> Value {
        self.post("terminals", json!({"project_id": self.project})).await
    }

    /// The hub, which has just handed the screen over to a shell.
    async fn at_terminal(&self) -> Tmux {
        self.open().await;
        let tmux = Tmux::new(self.dir.path(), 80, 24);
        tmux.starts_hub("");
        tmux.shows("● Terminal 1").await;
        tmux.press(&["Enter"]);
        tmux.hides("Terminal 1").await;
        tmux
    }

    async fn create(&self, name: &str, prompt: &str) -> Value {
        self.post("sessions", json!({"project_id": self.project, "name": name, "prompt": prompt})).await
    }

    /// The processes of the hubs that are known to the server.
    async fn hubs(&self) -> Vec<i32> {
        let tokens = self.get("auth/tokens").await;
        let names = tokens.as_array().unwrap().iter().filter_map(|token| token["name"].as_str());
        names.filter_map(|name| name.strip_prefix("hub ")?.parse().ok()).collect()
    }

    async fn until_no_hub(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.hubs().await.is_empty() {
            assert!(Instant::now() < end, "a hub that is gone takes its token along");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Ends what a story left alive: every keeper answers to a terminate by ending its child.
impl Drop for Home {
    fn drop(&mut self) {
        for kind in ["keepers", "terminals"] {
            let Ok(entries) = fs::read_dir(self.dir.path().join("roost").join(kind)) else { continue };
            for entry in entries.flatten() {
                let info = fs::read(entry.path().join("keeper.json")).unwrap_or_default();
                let info: Value = serde_json::from_slice(&info).unwrap_or_default();
                end(info["keeper_pid"].as_i64().unwrap_or(0) as i32);
            }
        }
    }
}

fn end(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[tokio::test]
async fn a_shell_is_used_left_kept_and_closed() {
    let home = Home::new().await;
    home.open().await;
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    let list = tmux.shows("● Terminal 1").await;
    assert!(list.starts_with("Roost ") && list.contains("shell"), "{list}");
    tmux.press(&["Enter"]);
    tmux.hides("Terminal 1").await;
    tmux.enters("stty size; echo one''two");
    let screen = tmux.shows("onetwo").await;
    assert!(screen.contains("24 80") && !screen.contains("Enter open"), "{screen}");
    tmux.resize(60, 20);
    tmux.enters("stty size");
    tmux.shows("20 60").await;

    tmux.press(&["F12"]);
    let asked = tmux.shows("It runs on.").await;
    for choice in ["k  Keep it running", "r  Reattach", "s  Stop: close it"] {
        assert!(asked.contains(choice), "{asked}");
    }
    tmux.types("r");
    tmux.hides("It runs on.").await;
    tmux.shows("20 60").await;
    tmux.press(&["C-b", "d"]);
    tmux.shows("It runs on.").await;
    tmux.press(&["Enter"]);
    tmux.hides("It runs on.").await;
    assert_eq!(home.get("terminals").await[0]["status"], "running", "kept is what Enter says");

    tmux.press(&["Enter"]);
    tmux.shows("20 60").await;
    tmux.enters("sleep 600");
    tmux.shows("sleep 600").await;
    tmux.press(&["F12"]);
    tmux.shows("It runs on.").await;
    tmux.types("s");
    tmux.shows("sleep").await;
    tmux.types("y");
    tmux.shows("Nothing here yet.").await;
    assert_eq!(home.get("terminals").await, json!([]));
    tmux.types("q");
    tmux.shows_shell().await;
    home.until_no_hub().await;
}

#[tokio::test]
async fn a_session_is_written_in_the_editor_and_answered_on_a_phone() {
    let home = Home::new().await;
    let pen = home.dir.path().join("pen.sh");
    fs::write(&pen, "printf '%s\\nsay: well done\\n' \"$1\" > \"$2\"").unwrap();
    let tmux = Tmux::new(home.dir.path(), 40, 20);
    tmux.enters("clear; echo before the hub");
    tmux.starts_hub(&format!("EDITOR=\"sh '{}' 'bash: make all'\"", pen.display()));
    tmux.shows("n starts a session").await;
    tmux.types("n");
    let picker = tmux.shows("New session: where?").await;
    assert!(picker.find("web").unwrap() < picker.find("api-server (not trusted").unwrap(), "{picker}");
    tmux.types("api");
    tmux.hides("/web").await;
    tmux.press(&["Enter"]);
    tmux.shows("Nobody has trusted api-server").await;
    tmux.press(&["C-u", "Enter"]);
    let form = tmux.shows("say: well done").await;
    assert!(form.contains("New session in web") && form.contains("bash: make all"), "{form}");
    tmux.press(&["Enter"]);
    tmux.shows("? Run this command?").await;
    let chat = tmux.shows("needs you").await;
    assert!(chat.contains("* Bash make all"), "{chat}");

    tmux.types("a");
    tmux.shows("y allow  d deny").await;
    tmux.types("y");
    let chat = tmux.shows("well done\n- done in").await;
    assert!(chat.contains("allowed by hub "), "{chat}");
    tmux.press(&["Enter"]);
    tmux.types("say: a second thing");
    tmux.press(&["Enter"]);
    tmux.shows("\na second thing\n").await;

    tmux.press(&["Escape"]);
    tmux.shows("Enter write").await;
    tmux.types("s");
    tmux.shows("a  Stop and archive").await;
    tmux.types("a");
    tmux.shows("y  Archive it").await;
    tmux.press(&["Enter"]);
    tmux.hides("Archive it").await;
    let session = home.get("sessions").await[0].clone();
    assert_eq!((&session["status"], &session["archived"]), (&json!("stopped"), &json!(false)), "{session}");
    tmux.types("x");
    tmux.shows("y  Archive it").await;
    tmux.types("y");
    tmux.press(&["Escape"]);
    tmux.shows("Nothing here yet.").await;
    tmux.types("A");
    tmux.shows("bash: make all").await;
    tmux.types("q");
    let screen = tmux.shows("before the hub").await;
    assert!(!screen.contains("0 running"), "the screen is as it was: {screen}");
}

#[tokio::test]
async fn what_another_device_has_answered_is_asked_no_more() {
    let home = Home::new().await;
    home.create("Rebuild", "bash: make all\nsay: done").await;
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("1 needs you").await;
    tmux.types("a");
    tmux.shows("make all").await;
    // Somebody else is faster.
    let approval = home.get("approvals?status=pending").await[0].clone();
    let decision = json!({"decision": "deny", "digest": approval["digest"], "message": "not now"});
    home.post(&format!("approvals/{}", approval["id"].as_str().unwrap()), decision).await;
    let screen = tmux.shows("It is answered.").await;
    assert!(screen.contains("● Rebuild") && !screen.contains("needs you"), "{screen}");
}

#[tokio::test]
async fn without_a_server_it_offers_to_start_one() {
    let home = tempfile::tempdir().unwrap();
    let tmux = Tmux::new(home.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("Start one? [Y/n]").await;
    tmux.enters("n");
    tmux.shows("`roost` starts one.").await;
    assert_eq!(server_of(home.path()), None);
    tmux.enters("clear; echo before the hub");
    tmux.starts_hub("");
    tmux.shows("Start one? [Y/n]").await;
    tmux.press(&["Enter"]);
    tmux.shows("Nothing here yet.").await;
    tmux.hides("before the hub").await;
    tmux.press(&["C-c"]);
    let screen = tmux.shows("before the hub").await;
    assert!(!screen.contains("Nothing here yet."), "the screen is as it was: {screen}");
    let server = server_of(home.path()).expect("it outlives the hub");
    let session = |pid: i32| rustix::process::getsid(Pid::from_raw(pid)).unwrap();
    assert_eq!(session(server), Pid::from_raw(server).unwrap(), "it has a session of its own");
    tmux.starts_hub("");
    tmux.shows("Nothing here yet.").await;
    end(server);
    tmux.shows("The server is away.").await;
    tmux.press(&["C-c"]);
    tmux.shows("before the hub").await;
}

/// The process of the server that the hub has started with this home.
fn server_of(home: &Path) -> Option<i32> {
    let home = home.join("roost").display().to_string();
    fs::read_dir("/proc").unwrap().flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let arguments = fs::read_to_string(entry.path().join("cmdline")).ok()?;
        (arguments.contains("\0serve\0--detached\0") && arguments.contains(&home)).then_some(pid)
    })
}

#[tokio::test]
async fn a_terminal_comes_back_with_a_server_that_was_killed() {
    let mut home = Home::new().await;
    let tmux = home.at_terminal().await;
    tmux.enters("echo be''fore; sleep 2; echo aft''er");
    tmux.shows("before").await;
    home.server.child.kill().unwrap();
    home.server.child.wait().unwrap();
    tmux.shows("The server is away. F12 goes back.").await;
    home.server = Server::start(home.dir.path());
    let screen = tmux.shows("after").await;
    assert!(screen.contains("before") && !screen.contains("is away"), "{screen}");
    tmux.enters("exit 3");
    tmux.shows("The shell ended with code 3.").await;
    tmux.types("r");
    tmux.hides("ended").await;
    tmux.enters("echo a''gain");
    tmux.shows("again").await;
    tmux.press(&["F12"]);
    tmux.shows("It runs on.").await;
}

#[tokio::test]
async fn the_way_back_is_open_while_the_server_is_stuck_and_while_it_is_away() {
    let mut home = Home::new().await;
    let tmux = home.at_terminal().await;
    tmux.enters("echo be''fore");
    tmux.shows("before").await;
    let server = Pid::from_raw(home.server.child.id().cast_signed()).unwrap();
    kill_process(server, Signal::STOP).unwrap();
    // More than the connection holds.
    tmux.pastes(&"# it is stuck\n".repeat(600_000));
    tmux.press(&["F12"]);
    tmux.shows("It runs on.").await;
    home.server.child.kill().unwrap();
    home.server.child.wait().unwrap();
    tmux.shows("The server is away.").await;
    tmux.press(&["Enter"]);
    tmux.hides("It runs on.").await;
    tmux.press(&["Enter"]);
    tmux.shows("The server is away. F12 goes back.").await;
    tmux.press(&["F12"]);
    tmux.shows("It runs on.").await;
    tmux.press(&["Enter"]);
    home.server = Server::start(home.dir.path());
    tmux.hides("is away").await;
    tmux.press(&["Enter"]);
    tmux.shows("before").await;
    tmux.enters("echo aft''er");
    tmux.shows("after").await;
}

#[tokio::test]
async fn whoever_takes_the_size_is_named_and_a_key_takes_it_back() {
    let home = Home::new().await;
    let id = home.open().await["id"].as_str().unwrap().to_owned();
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("● Terminal 1").await;
    tmux.press(&["Enter"]);
    tmux.hides("Terminal 1").await;
    tmux.enters("echo b''ig");
    tmux.shows("big").await;
    let base = home.server.base.replace("http://", "ws://");
    let mut desk = format!("{base}/api/v1/terminals/{id}/ws").into_client_request().unwrap();
    desk.headers_mut().insert("authorization", format!("Bearer {}", home.token).parse().unwrap());
    let (mut desk, _) = connect_async(desk).await.unwrap();
    desk.send(Message::binary(Said::Drive(120, 40).write())).await.unwrap();
    let screen = tmux.shows("test has the size in hand. A key takes it back, F12 leaves.").await;
    assert!(!screen.contains("big"), "nothing is shown garbled: {screen}");
    tmux.press(&["Space"]);
    tmux.hides("in hand").await;
    tmux.enters("stty size");
    let screen = tmux.shows("24 80").await;
    assert!(screen.contains("big"), "{screen}");
}

#[tokio::test]
async fn a_program_copies_only_where_a_person_allowed_it() {
    let home = Home::new().await;
    let tmux = home.at_terminal().await;
    let copies = |base64: &str| format!("printf '\\033]52;c;{base64}\\a'; echo co''pied");
    tmux.enters(&copies("Zmlyc3QKbGluZXM="));
    tmux.shows("copied").await;
    tmux.press(&["F12"]);
    tmux.shows("It wanted to copy 11 characters: first").await;
    assert_eq!(tmux.clipboard(), None, "nothing gets there unasked");
    tmux.types("y");
    tmux.until_copied("first\nlines").await;
    tmux.press(&["Enter"]);
    tmux.shows("copied").await;
    tmux.enters(&format!("clear; {}", copies("c2Vjb25k")));
    tmux.until_copied("second").await;
    tmux.press(&["F12"]);
    let asked = tmux.shows("It runs on.").await;
    assert!(!asked.contains("copy"), "{asked}");
}

#[tokio::test]
async fn whatever_ends_the_hub_the_terminal_is_as_it_was() {
    let home = Home::new().await;
    home.open().await;
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    // Everything but the size, which the terminal has by itself.
    tmux.enters("stty -a | tail -n +2 > modes");
    for signal in [Signal::TERM, Signal::HUP] {
        tmux.starts_hub("");
        tmux.shows("● Terminal 1").await;
        tmux.press(&["Enter"]);
        tmux.hides("Terminal 1").await;
        tmux.enters("printf '\\033[?1049h\\033[?1000h\\033[?1006h\\033[?1h\\033[?25lhid''den'");
        tmux.shows("hidden").await;
        const MODES: &str =
            "#{alternate_on}#{mouse_any_flag}#{mouse_sgr_flag}#{keypad_cursor_flag}#{cursor_flag}";
        assert_eq!(tmux.fact(MODES), "11110");
        let pid = home.hubs().await[0];
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        tmux.hides("hidden").await;
        home.until_no_hub().await;
        tmux.enters("stty -a | tail -n +2 | cmp - modes && echo the''same");
        tmux.shows("thesame").await;
        assert_eq!(tmux.fact(MODES), "00001");
        tmux.enters("clear");
    }
}

#[tokio::test]
async fn a_hub_whose_terminal_is_gone_ends() {
    let home = Home::new().await;
    let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
    let mut shell = CommandBuilder::new("sh");
    // A shell that stays has no signal sent to what it started.
    shell.args(["-c", &format!("trap '' HUP; {} hub; true", env!("CARGO_BIN_EXE_roost"))]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("TERM", "xterm-256color");
    shell.env("ROOST_HOME", home.dir.path().join("roost"));
    let mut shell = pty.slave.spawn_command(shell).unwrap();
    drop(pty.slave);
    let (mut screen, mut shown) = (pty.master.try_clone_reader().unwrap(), Vec::new());
    while !String::from_utf8_lossy(&shown).contains("starts") {
        let mut more = [0; 4096];
        let count = screen.read(&mut more).unwrap();
        shown.extend_from_slice(&more[..count]);
    }
    drop((screen, pty.master));
    // By then it would draw again by itself, and see that it can't.
    let end = Instant::now() + PATIENCE / 2;
    while shell.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it runs on");
        sleep(Duration::from_millis(20)).await;
    }
}
