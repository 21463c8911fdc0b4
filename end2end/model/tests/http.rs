//! The model over HTTP, as the CLI sees it, without the CLI.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use scripted_model::{Options, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

async fn model() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Options::default()));
    base
}

fn request(prompt: &str, stream: bool) -> Value {
    json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": prompt }] })
}

async fn post(base: &str, body: &Value) -> reqwest::Response {
    let request = reqwest::Client::new().post(format!("{base}/v1/messages?beta=true"));
    request.json(body).send().await.unwrap()
}

#[tokio::test]
async fn a_response_comes_whole_or_as_events() {
    let base = model().await;
    let prompt = "think: hm\nsay: Hello, **world**, this is more than one delta long.\nbash: ls";
    let whole: Value = post(&base, &request(prompt, false)).await.json().await.unwrap();
    assert_eq!(whole["stop_reason"], "tool_use");
    assert_eq!(whole["content"][2]["input"]["command"], "ls");

    let text = post(&base, &request(prompt, true)).await.text().await.unwrap();
    let events: Vec<Value> =
        text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect();
    assert_eq!(events[0]["type"], "message_start");
    assert_eq!(events.last().unwrap()["type"], "message_stop");
    let said: String = events.iter().filter_map(|event| event["delta"]["text"].as_str()).collect();
    assert_eq!(said, "Hello, **world**, this is more than one delta long.");
    let input: String = events.iter().filter_map(|event| event["delta"]["partial_json"].as_str()).collect();
    assert_eq!(serde_json::from_str::<Value>(&input).unwrap()["command"], "ls");
}

#[tokio::test]
async fn what_shall_fail_fails_as_often_as_asked() {
    let base = model().await;
    for (status, prompt) in
        [(529, "error: 529 x1"), (200, "error: 529 x1"), (401, "error: 401"), (401, "error: 401")]
    {
        assert_eq!(post(&base, &request(prompt, true)).await.status(), status, "{prompt}");
    }
    let cut = request("say: this goes on and on, and breaks\ncut", true);
    assert!(post(&base, &cut).await.text().await.is_err());
    assert!(post(&base, &cut).await.text().await.unwrap().contains("message_stop"));
    assert_eq!(reqwest::get(format!("{base}/v1/models")).await.unwrap().status(), 200);
    assert_eq!(reqwest::get(format!("{base}/nowhere")).await.unwrap().status(), 404);
}
