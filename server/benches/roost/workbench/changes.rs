//! 5,000 changed files: the list and the first of them, which is what the first screen shows.

use std::{
    fs,
    time::{Duration, Instant},
};

use super::{add, repository};
use crate::{
    home::Home,
    numbers::{kb, spread},
    open::fetch,
};

const FOLDERS: usize = 50;
const FILES: usize = 100;
const TIMES: usize = 10;

pub(super) async fn run(home: &Home) {
    let dir = home.dir.path().join("changed");
    repository::make(&dir, FOLDERS, FILES);
    for folder in 0..FOLDERS {
        for file in 0..FILES {
            let path = dir.join(format!("part-{:02}/module-{folder:04}/source_{file:03}.rs", folder % 40));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("_7()", "_seven()") + "// the end\n").unwrap();
        }
    }
    let id = add(home, &dir).await;
    let (list, diff) = (
        format!("/api/v1/projects/{id}/changes"),
        format!("/api/v1/projects/{id}/changes/diff?path=part-00/module-0000/source_000.rs&group=changed"),
    );
    let mut times: Vec<Duration> = Vec::new();
    let mut bytes = 0;
    for round in 0..=TIMES {
        let begun = Instant::now();
        bytes = fetch(home, &list).await.1 + fetch(home, &diff).await.1;
        if round > 0 {
            times.push(begun.elapsed());
        }
    }
    println!(
        "  first screen of {} changed files, {}: {} (aim 150 ms)",
        FOLDERS * FILES,
        kb(bytes),
        spread(times)
    );
}
