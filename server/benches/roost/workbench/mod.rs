//! The workbench beside the plain programs, in the same run: status and changes beside git, contents beside ripgrep; names,
//! colours and watching by themselves.

mod changes;
mod colours;
mod names;
mod repository;
mod search;
mod status;
mod watch;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{home::Home, numbers::percentile};

pub(crate) async fn run() {
    colours::run();
    let home = crate::roomy().await;
    let big = home.dir.path().join("big");
    repository::make(&big, 1_000, 100);
    let id = add(&home, &big).await;
    status::run(&home, &id, &big).await;
    names::run(&home, &id).await;
    changes::run(&home).await;
    search::run(&home).await;
    watch::run(&home).await;
}

/// Makes a directory a trusted project; gives its id.
async fn add(home: &Home, dir: &Path) -> String {
    let added = home.post("/api/v1/projects", json!({ "path": dir })).await;
    let id = added.body["id"].as_str().unwrap_or_else(|| panic!("{added:?}")).to_owned();
    home.post(&format!("/api/v1/projects/{id}/trust"), json!({})).await;
    id
}

/// How long a program takes until it has said everything; it must end well.
fn plain(program: &str, args: &[&str], dir: &Path) -> Duration {
    let begun = Instant::now();
    let output = Command::new(program).args(args).current_dir(dir).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{program} cannot be run: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    begun.elapsed()
}

/// The median of these times over that of those.
fn ratio(mut ours: Vec<Duration>, mut theirs: Vec<Duration>) -> f64 {
    ours.sort();
    theirs.sort();
    percentile(&ours, 0.5).as_secs_f64() / percentile(&theirs, 0.5).as_secs_f64()
}
