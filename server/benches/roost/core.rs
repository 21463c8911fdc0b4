//! Many agents at once, and many who watch: how much is stored and delivered, and how long it takes from an agent's mouth
//! to a viewer's socket. The agent's own write is counted in, so what is printed is a little more than Roost's part.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::{
    home::Home,
    numbers::{mb, ms, percentile, resident, used},
};

const SESSIONS: usize = 100;
const VIEWERS: usize = 50;
/// Time for all agents to be started before the first one speaks.
const LEAD: Duration = Duration::from_secs(15);

pub(crate) async fn run() {
    let home = crate::roomy().await;
    // 20 each in a second: 2,000 in all, for 15 seconds.
    load(&home, "at 2,000 events/s", 300, 50_000).await;
    load(&home, "at full speed", 1_000, 0).await;
}

/// What one viewer saw.
#[derive(Default)]
struct Seen {
    delays: Vec<Duration>,
    span: Option<(Instant, Instant)>,
    bytes: usize,
    cards: usize,
}

async fn load(home: &Home, what: &str, each: usize, every: usize) {
    let begin = server::clock::now().0 + LEAD.as_millis() as i64;
    let mut ids = Vec::new();
    for n in 0..SESSIONS {
        // Spread over the pause between two lines, as agents that know nothing of each other are.
        let at = begin + (n * every / SESSIONS / 1_000) as i64;
        let prompt = format!("stamp: {each} {every} {at}");
        let new = json!({"project_id": home.project_id, "prompt": prompt, "mode": "session", "name": format!("{what} {n}")});
        let made = home.post("/api/v1/sessions", new).await;
        ids.push(made.body["id"].as_str().unwrap().to_owned());
    }
    let per_viewer = SESSIONS / VIEWERS;
    let watching: Vec<_> = ids
        .chunks(per_viewer)
        .map(|ids| tokio::spawn(watch(request(home), ids.to_vec(), each * ids.len())))
        .collect();
    let late = server::clock::now().0 - begin;
    assert!(late < 0, "not ready in time: {late} ms late");
    tokio::time::sleep(Duration::from_millis(late.unsigned_abs())).await;
    let before = used(home.pid());
    let mut seen = Seen::default();
    for viewer in watching {
        let one = viewer.await.unwrap();
        seen.delays.extend(one.delays);
        seen.bytes += one.bytes;
        seen.cards += one.cards;
        let spans = seen.span.into_iter().chain(one.span);
        seen.span = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    }
    let cpu = used(home.pid()) - before;
    report(home, what, seen, cpu);
    for id in ids {
        home.post(&format!("/api/v1/sessions/{id}/stop"), json!({})).await;
    }
}

fn report(home: &Home, what: &str, mut seen: Seen, cpu: Duration) {
    seen.delays.sort();
    let count = seen.delays.len();
    let span = seen.span.map(|(first, last)| last - first).unwrap_or_default();
    println!(
        "  {what}: {count} events of {SESSIONS} sessions stored and delivered to {VIEWERS} viewers in {:.1} s: {:.0} events/s",
        span.as_secs_f64(),
        count as f64 / span.as_secs_f64()
    );
    println!(
        "    from the agent to the viewer: 50 % within {}, 99 % within {}, all within {}",
        ms(percentile(&seen.delays, 0.5)),
        ms(percentile(&seen.delays, 0.99)),
        ms(percentile(&seen.delays, 1.0))
    );
    println!(
        "    sent {} with {} cards; the server used {:.1} s of processor, {:.0} µs an event, and {} of memory",
        mb(seen.bytes as u64),
        seen.cards,
        cpu.as_secs_f64(),
        cpu.as_micros() as f64 / count as f64,
        mb(resident(home.pid()).0)
    );
}

fn request(home: &Home) -> tokio_tungstenite::tungstenite::handshake::client::Request {
    let mut request = format!("{}/ws", home.base.replace("http:", "ws:")).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", home.token).parse().unwrap());
    request
}

/// Follows these sessions until this many stamped lines have come.
async fn watch(
    request: tokio_tungstenite::tungstenite::handshake::client::Request,
    ids: Vec<String>,
    count: usize,
) -> Seen {
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    for id in ids {
        let follow = json!({"op": "follow", "session": id, "since": 0}).to_string();
        socket.send(Message::text(follow)).await.unwrap();
    }
    let mut seen = Seen::default();
    while seen.delays.len() < count {
        let Some(Ok(message)) = socket.next().await else { panic!("a viewer was cut off") };
        let Message::Text(text) = message else { continue };
        let (now, at) = (jiff::Timestamp::now().as_nanosecond(), Instant::now());
        seen.bytes += text.len();
        if !text.starts_with(r#"{"events""#) {
            seen.cards += 1;
            continue;
        }
        let push: Value = serde_json::from_str(&text).unwrap();
        let said = push["events"]["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|event| event["text"].as_str()?.split(' ').next()?.parse::<i128>().ok());
        for said in said {
            seen.delays.push(Duration::from_nanos(u64::try_from(now - said).unwrap_or_default()));
            let first = seen.span.map_or(at, |span| span.0);
            seen.span = Some((first, at));
        }
    }
    seen
}
