//! Starting with a long past: how soon the first answers come, and what the server then weighs.

use std::time::{Duration, Instant};

use crate::{
    numbers::{kb, mb, resident, spread},
    open::fetch,
    seed,
};

const SESSIONS: usize = 5_000;
const EVENTS: u64 = 40;
const TIMES: usize = 10;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    home.kill().await;
    let db = seed::database(&home.root).await;
    for n in 0..SESSIONS {
        let status = ["completed", "failed", "stopped"][n % 3];
        seed::session(&db, &home.project_id, &format!("session {n}"), status, EVENTS).await;
    }
    db.close().await;
    println!("  {SESSIONS} sessions of {EVENTS} events stored");
    let (mut health, mut page, mut list, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..TIMES {
        let begun = Instant::now();
        home.launch();
        while home.attempt(reqwest::Method::GET, "/healthz", None).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        health.push(begun.elapsed());
        let (time, size) = fetch(&home, "/sessions").await;
        page.push(time);
        bytes = size;
        list.push(fetch(&home, "/api/v1/sessions?limit=200").await.0);
        home.ready().await;
        home.kill().await;
    }
    println!("  from the start of the process to the first answer: {}", spread(health));
    println!("  then the first page, GET /sessions ({}): {}", kb(bytes), spread(page));
    println!("  then GET /api/v1/sessions?limit=200: {}", spread(list));
    home.start().await;
    let idle = resident(home.pid()).0;
    fetch(&home, "/sessions").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    println!(
        "  memory at rest: {} at the start, {} after a page was shown",
        mb(idle),
        mb(resident(home.pid()).0)
    );
}
