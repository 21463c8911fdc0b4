//! Whole keepers through the built binary: what goes in comes out once and in order, whatever dies meanwhile.
//! Nothing here needs the CLI; the children are small shell scripts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use server::keeper::{
    Asked, Client, Events, Exit, FailureReason, Item, KeeperError, KeeperEvent, KillMode, Kind, Lines,
    PROTOCOL_VERSION, Record, Refusal, Spec, State, Taken, attach, clear, end_leftovers, forget, let_go,
    lives, put_down, read_dead, scan, spawn, withdraw,
};
use tokio::time::{sleep, timeout};

#[path = "../common/wires.rs"]
mod wires;

mod commands;
mod ends;
mod faults;
mod life;
mod terminal;

const LIMIT: Duration = Duration::from_secs(40);

/// A root for keepers and one order for a shell script.
struct Nest {
    home: tempfile::TempDir,
    spec: Spec,
}

fn nest(script: &str) -> Nest {
    let home = tempfile::tempdir().unwrap();
    let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
    let id = home.path().file_name().unwrap().to_str().unwrap();
    let mut spec = Spec::new(id, argv, home.path(), vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
    spec.kill_grace_ms = 300;
    Nest { home, spec }
}

impl Nest {
    fn dir(&self) -> PathBuf {
        self.home.path().join("k1")
    }

    async fn start(&self) -> Client {
        spawn(exe(), &self.dir(), &self.spec).await.unwrap()
    }
}

fn exe() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_roost"))
}

async fn next(events: &mut Events) -> Record {
    match timeout(LIMIT, events.next()).await.expect("a record in time") {
        KeeperEvent::Record(record) => record,
        other => panic!("{other:?} instead of a record"),
    }
}

/// Every record up to the exit or the keeper's end.
async fn rest(events: &mut Events) -> Vec<Record> {
    let mut records = Vec::new();
    while let KeeperEvent::Record(record) = timeout(LIMIT, events.next()).await.expect("a record in time") {
        let last = record.kind == Kind::Exit;
        records.push(record);
        if last {
            break;
        }
    }
    records
}

fn text(records: &[Record], kind: Kind) -> String {
    let bytes: Vec<u8> = records.iter().filter(|r| r.kind == kind).flat_map(|r| r.bytes.clone()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn assert_gap_free(records: &[Record], first: u64) {
    let numbers: Vec<_> = records.iter().map(|record| record.seq).collect();
    assert_eq!(numbers, (first..first + records.len() as u64).collect::<Vec<_>>());
}

async fn exit_of(nest: &Nest) -> (Vec<Record>, Exit) {
    let client = nest.start().await;
    let records = rest(&mut client.take(0).await.unwrap()).await;
    let exit = records.last().unwrap().exit().unwrap();
    end(nest, &client).await;
    (records, exit)
}

/// Acks everything and waits until the keeper is gone.
async fn end(nest: &Nest, client: &Client) {
    let _ = client.ack(u64::MAX).await;
    until(async || !scan(nest.home.path()).await.unwrap().iter().any(|found| found.alive)).await;
    assert!(!nest.dir().join("sock").exists());
}

async fn until(mut done: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !done().await {
        assert!(started.elapsed() < LIMIT, "it never came true");
        sleep(Duration::from_millis(20)).await;
    }
}

fn runs(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    test_kill_process(Pid::from_raw(pid).unwrap()).is_ok() && !stat.contains(") Z ")
}

fn sigkill(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
}
