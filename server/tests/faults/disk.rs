//! The disk is full: the session says so, what is stored stays whole and readable, and work goes on when there is room.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::{
    history,
    home::{Home, PATIENCE, end_keepers},
    kills,
};

/// The size of the small disk.
const SIZE: &str = "48m";
/// More than the log of the database holds without growing.
const PROMPT: &str = "say: before\nwait: 1500\nflood: 9000\nbash: go on\nsay: after";

/// A small disk of its own; gone when this is dropped, whoever still uses it.
struct Disk(PathBuf);

impl Disk {
    /// Mounted here; nothing, with a word about it, where that is not possible.
    fn mount(at: &Path) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            println!("skipped: only root can mount a small disk");
            return None;
        }
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"])
            .arg(at)
            .output();
        match mounted {
            Ok(out) if out.status.success() => Some(Self(at.to_owned())),
            other => {
                println!("skipped: a small disk cannot be mounted here: {other:?}");
                None
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.ballast()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Once the disk is gone, nobody finds them.
        end_keepers(&self.0);
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

type Board = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// What every open page is told.
async fn board(home: &Home) -> Board {
    let mut request = format!("{}/ws", home.base.replace("http:", "ws:")).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", home.token).parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}

/// Waits until the board tells of this session with a reason that fits.
async fn told(board: &mut Board, id: &str, fits: impl Fn(&str) -> bool) {
    let wait = async {
        while let Some(Ok(message)) = board.next().await {
            let Message::Text(text) = message else { continue };
            let push: Value = serde_json::from_str(&text).unwrap();
            if push["session"]["id"] == id && push["session"]["reason"].as_str().is_some_and(&fits) {
                return;
            }
        }
        panic!("the board ended");
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the board tells of it");
}

async fn create(home: &Home) -> String {
    let made = home
        .post("/api/v1/sessions", json!({"project_id": home.project_id, "prompt": PROMPT, "mode": "session"}))
        .await;
    made.body["id"].as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned()
}

/// Allows what is asked, and waits for rest.
async fn finish(home: &Home, id: &str) -> Vec<Value> {
    let end = Instant::now() + PATIENCE;
    let asked = loop {
        let pending = home.get(&format!("/api/v1/approvals?status=pending&session_id={id}")).await;
        if pending[0].is_object() {
            break pending[0].clone();
        }
        assert!(Instant::now() < end, "never asked: {:#}\n{}", home.card(id).await, home.log());
        sleep(Duration::from_millis(20)).await;
    };
    let path = format!("/api/v1/approvals/{}", asked["id"].as_str().unwrap());
    let decided = home.post(&path, json!({"decision": "allow", "digest": asked["digest"]})).await;
    assert_eq!(decided.status, 200, "{decided:?}");
    home.until(id, "at rest", |card| card["status"] == "idle").await;
    let events = history::after(home, id, 0).await;
    history::assert_numbered(&events);
    events
}

async fn a_full_disk(prepare: impl FnOnce(&Path)) {
    let mut disk = None;
    let echo = format!("exec {} echo-agent -- \"$@\"", env!("CARGO_BIN_EXE_roost"));
    let home = Home::with(
        |root| {
            disk = Disk::mount(root);
            prepare(root);
        },
        &echo,
    )
    .await;
    let Some(disk) = disk else { return };
    let (id, quiet) = (create(&home).await, create(&home).await);
    home.until(&id, "begun", |card| card["last_seq"].as_u64() > Some(3)).await;
    let mut board = board(&home).await;
    disk.fill();
    let full = |reason: &str| reason.contains("full") || reason.contains("No space left");
    told(&mut board, &id, full).await;
    let says = |card: &Value| card["reason"].as_str().is_some_and(full);
    home.until(&id, "told to whoever looks now", says).await;
    let before = history::after(&home, &id, 0).await;
    history::assert_numbered(&before);
    assert_eq!(kills::integrity(&home).await, "ok");
    let refused =
        home.post("/api/v1/sessions", json!({"project_id": home.project_id, "prompt": "say: x"})).await;
    assert!([201, 503].contains(&refused.status), "{refused:?}\n{}", home.log());
    let message = json!({"id": uuid::Uuid::new_v4(), "text": "say: later"});
    let said = home.post(&format!("/api/v1/sessions/{quiet}/messages"), message.clone()).await;
    assert!([202, 503].contains(&said.status), "{said:?}\n{}", home.log());

    disk.free();
    let events = finish(&home, &id).await;
    assert_eq!(home.card(&id).await["reason"], Value::Null);
    assert_eq!(events[..before.len()], before, "what was stored before is untouched");
    let again = home.post(&format!("/api/v1/sessions/{quiet}/messages"), message).await;
    assert_eq!(again.status, 202, "{again:?}");
    finish(&home, &quiet).await;
    let end = Instant::now() + PATIENCE;
    while history::texts(&history::after(&home, &quiet, 0).await, "assistant_text").last().unwrap() != "later"
    {
        assert!(Instant::now() < end, "a message of the hard times is never answered");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(kills::integrity(&home).await, "ok");

    let undisturbed = finish(&home, &create(&home).await).await;
    let words = |events: &[Value]| history::comparable(&without_notices(events), &home);
    history::assert_same("after a full disk", &words(&events), &words(&undisturbed));
}

/// That the disk was full is worth a notice, and the only difference.
fn without_notices(events: &[Value]) -> Vec<Value> {
    let mut events: Vec<Value> = events.iter().filter(|event| event["kind"] != "notice").cloned().collect();
    events.iter_mut().zip(1..).for_each(|(event, seq)| event["seq"] = json!(seq));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_room_is_told_and_survived() {
    // The keepers write elsewhere: only the database has no room.
    let elsewhere = tempfile::tempdir().unwrap();
    a_full_disk(|root| std::os::unix::fs::symlink(elsewhere.path(), root.join("keepers")).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_without_room_is_told_and_survived() {
    a_full_disk(|_| {}).await;
}
