//! What idle sessions weigh: their keepers, and the server beside them.

use serde_json::json;

use crate::numbers::{mb, resident};

const SESSIONS: usize = 50;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    let alone = resident(home.pid()).0;
    for n in 0..SESSIONS {
        let new = json!({"project_id": home.project_id, "prompt": "flood: 200", "mode": "session", "name": format!("idle {n}")});
        let made = home.post("/api/v1/sessions", new).await;
        let id = made.body["id"].as_str().unwrap().to_owned();
        home.until(&id, "at rest", |card| card["status"] == "idle").await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let keepers: Vec<(u64, u64)> =
        home.keepers().iter().map(|(_, pid)| resident(pid.as_raw_nonzero().get().unsigned_abs())).collect();
    let mean = |of: fn(&(u64, u64)) -> u64| keepers.iter().map(of).sum::<u64>() / keepers.len() as u64;
    println!(
        "  {} keepers of idle sessions: {} resident each, {} of it their own share",
        keepers.len(),
        mb(mean(|k| k.0)),
        mb(mean(|k| k.1))
    );
    println!(
        "  the server: {} before, {} with {SESSIONS} idle sessions",
        mb(alone),
        mb(resident(home.pid()).0)
    );
}
