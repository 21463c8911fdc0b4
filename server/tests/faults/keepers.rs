//! A keeper dies, alone or with the server, and its journal may be torn: the session fails in words, what came before is
//! kept exactly, and it can go on.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::Rng;
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{history, home::Home, kills};

/// Long enough to be cut anywhere; the agent asks nothing.
const PROMPT: &str = "say: begin\nflood: 150\nwait: 40\nflood: 150\nstream: some words one by one\nwait: 40\nflood: 150\nwait: 40\nsay: end";

async fn create(home: &Home) -> String {
    let new = json!({"project_id": home.project_id, "prompt": PROMPT, "mode": "session"});
    let made = home.post("/api/v1/sessions", new).await;
    made.body["id"].as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned()
}

/// The history of a run in which nothing happens.
async fn undisturbed(home: &Home) -> Vec<Value> {
    let id = create(home).await;
    home.until(&id, "at rest", |card| card["status"] == "idle").await;
    let events = history::comparable(&history::after(home, &id, 0).await, home);
    home.post(&format!("/api/v1/sessions/{id}/close"), json!({})).await;
    let_go(home, &id).await;
    events
}

async fn let_go(home: &Home, id: &str) {
    home.until(id, "gone", |card| card["live"] == false).await;
    while !home.keepers().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
}

/// Kills the only keeper; gives its directory.
fn kill_keeper(home: &Home) -> Option<PathBuf> {
    let (dir, pid) = home.keepers().pop()?;
    kill_process(pid, Signal::KILL).ok()?;
    Some(dir)
}

/// The session has failed in words, its history is a part of the undisturbed one, and it goes on when it is asked to.
async fn assert_failed_and_usable(home: &Home, id: &str, whole: &[Value]) -> usize {
    let card = home.until(id, "failed", |card| card["status"] == "failed").await;
    assert!(card["reason"].as_str().is_some_and(|reason| reason.contains("keeper")), "{card:#}");
    let events = history::after(home, id, 0).await;
    history::assert_numbered(&events);
    let mut kept = history::comparable(&events, home);
    let failed = kept.pop().unwrap();
    assert_eq!((&failed["kind"], &failed["to"]), (&json!("status_changed"), &json!("failed")));
    // A line that was cut is kept as what it is.
    kept.pop_if(|event| event["kind"] == "unknown");
    history::assert_same("what was kept", &kept, &whole[..kept.len()]);

    let said = home.post(&format!("/api/v1/sessions/{id}/messages"), json!({"text": "say: again"})).await;
    assert_eq!(said.status, 202, "{said:?}");
    home.until(id, "at rest again", |card| card["status"] == "idle").await;
    let after = history::after(home, id, 0).await;
    assert_eq!(after[..events.len()], events, "nothing that was kept has changed");
    assert_eq!(history::texts(&after, "assistant_text").last().map(String::as_str), Some("again"));
    home.post(&format!("/api/v1/sessions/{id}/close"), json!({})).await;
    let_go(home, id).await;
    kept.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_keeper_leaves_what_was_said_and_a_reason() {
    let (home, mut rng) = (Home::new().await, kills::rng());
    let whole = undisturbed(&home).await;
    for _ in 0..6 {
        let id = create(&home).await;
        home.until(&id, "begun", |card| card["last_seq"].as_u64() > Some(3)).await;
        let pause = Duration::from_micros(rng.random_range(0..120_000));
        sleep(pause).await;
        kill_keeper(&home).expect("a keeper");
        assert_failed_and_usable(&home, &id, &whole).await;
    }
    assert_eq!(kills::integrity(&home).await, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_journal_is_read_up_to_the_tear() {
    let (home, mut rng) = (Home::new().await, kills::rng());
    let whole = undisturbed(&home).await;
    let mut kept = Vec::new();
    for tear in [cut, cut, scribble, damage, cut, damage] {
        let id = create(&home).await;
        home.until(&id, "begun", |card| card["last_seq"].as_u64() > Some(3)).await;
        // What the agent says from here on is only in the journal.
        home.kill().await;
        let pause = Duration::from_micros(rng.random_range(10_000..80_000));
        sleep(pause).await;
        let dir = kill_keeper(&home).expect("a keeper");
        tear(&newest_segment(&dir), rng.random_range(1..60));
        home.start().await;
        kept.push(assert_failed_and_usable(&home, &id, &whole).await);
    }
    println!("{kept:?} of {} events were kept", whole.len());
    assert_eq!(kills::integrity(&home).await, "ok");
}

fn newest_segment(dir: &Path) -> PathBuf {
    let segments = std::fs::read_dir(dir.join("journal")).unwrap().flatten().map(|entry| entry.path());
    segments.max().unwrap()
}

fn open(segment: &Path) -> (File, u64) {
    let file = OpenOptions::new().write(true).open(segment).unwrap();
    let length = file.metadata().unwrap().len();
    (file, length)
}

/// The last bytes never reached the disk.
fn cut(segment: &Path, bytes: u64) {
    let (file, length) = open(segment);
    file.set_len(length.saturating_sub(bytes)).unwrap();
}

/// Something else is where the next record would begin.
fn scribble(segment: &Path, bytes: u64) {
    let (file, length) = open(segment);
    file.write_all_at(&vec![0xa5; bytes as usize], length).unwrap();
}

/// A byte near the end is another one.
fn damage(segment: &Path, back: u64) {
    let (file, length) = open(segment);
    file.write_all_at(&[0xff], length.saturating_sub(back)).unwrap();
}
