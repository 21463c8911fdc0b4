//! A reader of a session's stream that comes back with `Last-Event-ID` however often the server dies.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use serde_json::Value;
use tokio::{task::JoinHandle, time::Duration};

use crate::home::{Home, PATIENCE};

pub(crate) struct Follower {
    seen: Arc<Mutex<Vec<Value>>>,
    reading: JoinHandle<()>,
}

impl Follower {
    /// Follows from the event after `since` on.
    pub(crate) fn new(home: &Home, id: &str, since: u64) -> Self {
        let seen = Arc::<Mutex<Vec<Value>>>::default();
        let (client, token, to) = (home.client.clone(), home.token.clone(), Arc::clone(&seen));
        let address = format!("{}/api/v1/sessions/{id}/stream", home.base);
        let reading = tokio::spawn(async move {
            loop {
                let last = to.lock().unwrap().last().map_or(since, crate::history::seq);
                let request =
                    client.get(&address).bearer_auth(&token).header("last-event-id", last.to_string());
                if let Ok(answer) = request.send().await {
                    read(answer, &to).await;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        Self { seen, reading }
    }

    /// Waits for the event of this number, and gives everything seen.
    pub(crate) async fn through(self, seq: u64) -> Vec<Value> {
        let wait = async {
            while self.seen.lock().unwrap().last().is_none_or(|event| crate::history::seq(event) < seq) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the follower sees the end");
        self.reading.abort();
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

/// Reads frames until the stream breaks; half a frame at its end is no frame.
async fn read(answer: reqwest::Response, to: &Mutex<Vec<Value>>) {
    let mut chunks = answer.bytes_stream();
    let mut text = Vec::new();
    while let Some(Ok(chunk)) = chunks.next().await {
        text.extend_from_slice(&chunk);
        while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
            let frame = String::from_utf8(text.drain(..end + 2).collect()).unwrap();
            let field = |name: &str| {
                frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
            };
            if let (Some(id), Some(data)) = (field("id"), field("data")) {
                let event: Value = serde_json::from_str(&data).unwrap();
                assert_eq!(id, event["seq"].to_string());
                to.lock().unwrap().push(event);
            }
        }
    }
}
