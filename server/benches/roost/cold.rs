//! A session from nothing: from the request to the event that its turn has begun, and how much of that is the agent's own.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use futures::StreamExt;
use serde_json::json;

use crate::{
    home::Home,
    numbers::{ms, percentile, spread},
};

const TIMES: usize = 30;

pub(crate) async fn run() {
    let home = crate::roomy().await;
    let (mut whole, mut agent) = (Vec::new(), Vec::new());
    for n in 0..TIMES {
        whole.push(start(&home, n).await);
        agent.push(alone());
    }
    let middle = |times: &[Duration]| {
        let mut sorted = times.to_vec();
        sorted.sort();
        percentile(&sorted, 0.5)
    };
    let ours = middle(&whole).saturating_sub(middle(&agent));
    println!("  from POST /sessions to turn_started at a follower: {}", spread(whole));
    println!("  the agent alone, from its start to its init: {}", spread(agent));
    println!("  Roost's part: {}", ms(ours));
}

async fn start(home: &Home, n: usize) -> Duration {
    let begun = Instant::now();
    let new = json!({"project_id": home.project_id, "prompt": "say: hello", "mode": "session", "name": format!("cold {n}")});
    let made = home.post("/api/v1/sessions", new).await;
    let id = made.body["id"].as_str().unwrap();
    let stream =
        home.client.get(format!("{}/api/v1/sessions/{id}/stream", home.base)).bearer_auth(&home.token);
    let mut chunks = stream.send().await.unwrap().bytes_stream();
    let mut text = String::new();
    while !text.contains("turn_started") {
        text.push_str(&String::from_utf8_lossy(&chunks.next().await.unwrap().unwrap()));
    }
    let took = begun.elapsed();
    home.until(id, "at rest", |card| card["status"] == "idle").await;
    home.post(&format!("/api/v1/sessions/{id}/close"), json!({})).await;
    took
}

/// The same agent without Roost: started, greeted, asked.
fn alone() -> Duration {
    let begun = Instant::now();
    let mut agent = Command::new("sh")
        .args(["-c", &format!("exec {} echo-agent -- --session-id=x", env!("CARGO_BIN_EXE_roost"))])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = agent.stdin.take().unwrap();
    let greeting = json!({"type": "control_request", "request_id": "1", "request": {"subtype": "initialize", "title": "x"}});
    let prompt = json!({"type": "user", "uuid": "x", "message": {"content": [{"type": "text", "text": "say: hello"}]}});
    writeln!(input, "{greeting}\n{prompt}").unwrap();
    let lines = BufReader::new(agent.stdout.take().unwrap()).lines();
    let _ = lines.map_while(Result::ok).find(|line| line.contains("\"init\""));
    let took = begun.elapsed();
    drop(input);
    agent.wait().unwrap();
    took
}
