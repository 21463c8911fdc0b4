//! A server that an agent started is noticed and opened through Roost, for as long as it is there. What is served is another
//! Roost, which looks at hosts and origins closely and speaks over WebSockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

#[path = "faults/home.rs"]
#[allow(dead_code, reason = "the fault tests use all of it")]
mod home;

use std::net::TcpListener;

use home::Home;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, sleep};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

const EXE: &str = env!("CARGO_BIN_EXE_roost");

/// A server whose agents serve something on this port.
async fn serving(port: u16) -> Home {
    let open = |root: &std::path::Path| {
        for folder in [root.to_owned(), root.join("inner")] {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("roost.toml"), "[auth]\nloopback = \"open\"\n").unwrap();
        }
    };
    // The server asks its agent for its version too, which nobody is to answer with a server.
    let line = format!(
        "case \"$*\" in *stream-json*) ROOST_HOME=\"$HOME/../home/inner\" {EXE} serve --listen 127.0.0.1:{port} >&2 & esac\n\
         exec {EXE} echo-agent -- \"$@\""
    );
    Home::with(open, &line).await
}

/// What is served, once it fits.
async fn until(home: &Home, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/api/v1/projects/{}/previews", home.project_id);
    for _ in 0..500 {
        let served = home.get(&path).await;
        if fits(&served) {
            return served;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("never {what}: {}\n{}", home.get(&path).await, home.log());
}

#[tokio::test]
async fn what_an_agent_serves_is_noticed_opened_and_closed_with_it() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let home = serving(port).await;
    let path = format!("/api/v1/projects/{}/previews", home.project_id);
    let nothing = home.post(&path, json!({ "port": port })).await;
    assert_eq!(nothing.status, 404, "{nothing:?}");
    // A port of this machine that is none of a session is not opened, whoever listens there.
    let own: u16 = home.base.rsplit(':').next().unwrap().parse().unwrap();
    assert_eq!(home.post(&path, json!({ "port": own })).await.status, 404);

    let new =
        json!({"project_id": home.project_id, "prompt": "say: ready", "mode": "session", "name": "Serves"});
    let id = home.post("/api/v1/sessions", new).await.body["id"].as_str().unwrap().to_owned();
    let served = until(&home, "served", |all| all["served"][0]["port"] == port).await;
    assert_eq!(served["served"].as_array().unwrap().len(), 1, "{served}");
    assert_eq!(served["served"][0]["owner"], json!({"kind": "session", "id": id, "name": "Serves"}));
    assert!(served["served"][0]["command"].as_str().unwrap().contains("serve --listen"), "{served}");
    assert_eq!(served["served"][0]["opened"], Value::Null);

    let opened = home.post(&path, json!({ "port": port })).await;
    let at = opened.body["opened"].as_u64().unwrap_or_else(|| panic!("{opened:?}"));
    assert_eq!(
        home.post(&path, json!({ "port": port })).await.body["opened"],
        at,
        "opened twice it is the same"
    );
    let base = format!("http://127.0.0.1:{at}");
    let page = home.client.get(format!("{base}/api/v1/projects")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.json::<Value>().await.unwrap(), json!([]), "that is the inner one, which has no project");

    // The inner one takes only its own pages' sockets, so this one's origin was made to be that.
    let mut request = format!("ws://127.0.0.1:{at}/ws").into_client_request().unwrap();
    request.headers_mut().insert("origin", base.parse().unwrap());
    let (_socket, answer) = connect_async(request).await.unwrap();
    assert_eq!(answer.status(), 101);

    let closing = format!("{path}/{port}");
    assert_eq!(home.call(Method::DELETE, &closing, None).await.status, 204);
    assert_eq!(home.call(Method::DELETE, &closing, None).await.status, 404);
    let again = home.post(&path, json!({ "port": port })).await;
    let at = again.body["opened"].as_u64().unwrap();
    home.post(&format!("/api/v1/sessions/{id}/stop"), json!({})).await;
    until(&home, "gone", |all| all["served"] == json!([])).await;
    let there = async {
        while home.client.get(format!("http://127.0.0.1:{at}/")).send().await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(home::PATIENCE, there).await.expect("it is closed with what it was opened for");
}
