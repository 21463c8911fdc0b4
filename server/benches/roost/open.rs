//! Opening a session that is as long as any will ever be, and a short one beside it.

use std::time::{Duration, Instant};

use crate::{
    home::Home,
    numbers::{kb, mb, ms, spread},
    seed,
};

const LONG: u64 = 1_000_000;
const SHORT: u64 = 100;
const TIMES: usize = 20;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    home.kill().await;
    let begun = Instant::now();
    let db = seed::database(&home.root).await;
    let long = seed::session(&db, &home.project_id, "a million", "completed", LONG).await;
    let short = seed::session(&db, &home.project_id, "a hundred", "completed", SHORT).await;
    db.close().await;
    let size = std::fs::metadata(home.root.join("roost.db")).unwrap().len();
    println!("  {LONG} events written in {:.0} s, {}", begun.elapsed().as_secs_f64(), mb(size));
    for (events, id) in [(SHORT, short), (LONG, long)] {
        home.start().await;
        show(&home, events, "page", &format!("/sessions/{id}")).await;
        home.kill().await;
        home.start().await;
        show(&home, events, "tail by REST", &format!("/api/v1/sessions/{id}/events")).await;
        show(&home, events, "middle by REST", &format!("/api/v1/sessions/{id}/events?before={}", events / 2))
            .await;
        home.kill().await;
    }
}

async fn show(home: &Home, events: u64, what: &str, path: &str) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..=TIMES {
        let (time, size) = fetch(home, path).await;
        times.push(time);
        bytes = size;
    }
    let first = times.remove(0);
    println!("  {what} of {events} events: {}, first {}, then {}", kb(bytes), ms(first), spread(times));
}

/// How long it takes until everything is there, and how much that is, uncompressed.
pub(crate) async fn fetch(home: &Home, path: &str) -> (Duration, u64) {
    let begun = Instant::now();
    let answer =
        home.client.get(format!("{}{path}", home.base)).bearer_auth(&home.token).send().await.unwrap();
    let status = answer.status();
    let body = answer.bytes().await.unwrap();
    assert!(status.is_success(), "{path}: {status}");
    (begun.elapsed(), body.len() as u64)
}
