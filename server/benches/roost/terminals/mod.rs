//! What a terminal costs, beside a server made of node-pty and ws with the same shells and the same client, one after the
//! other in one run. Shells and the client are never counted in.

mod client;
mod sides;

use std::{
    io::{Read, Write},
    path::Path,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tokio::{sync::oneshot, task::JoinHandle};

use self::{
    client::{At, Client},
    sides::Side,
};
use crate::numbers::{mb, ms, percentile};

/// How much text is shown, in bytes, and how often; the median counts.
const TEXT: usize = 200_000_000;
const RUNS: usize = 3;
const KEYS: usize = 400;
const IDLE: usize = 100;
const LINES: usize = 10_000;
const OPENINGS: usize = 20;

/// What was measured of one side.
struct Measured {
    name: String,
    /// Bytes of the text a second.
    speed: f64,
    /// Bytes that reached the client.
    shown: u64,
    /// Processor seconds a gigabyte.
    processor: f64,
    /// At rest, and while another terminal floods; sorted.
    echoes: [Vec<Duration>; 2],
    openings: Vec<Duration>,
    /// Memory of the server before anything is opened, and what one long terminal and many idle ones add.
    alone: u64,
    long: u64,
    idle: u64,
}

pub(crate) async fn run() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("text");
    write_text(&text);
    let limit = limit(&text);
    let roost = measure(Side::roost().await, "Roost".to_owned(), &text).await;
    let Some((rival, name)) = Side::rival().await else {
        println!("  the rival is not installed: `cargo xtask bench terminals` does that");
        report(&roost, None, limit);
        return;
    };
    let rival = measure(rival, name, &text).await;
    report(&roost, Some(&rival), limit);
}

/// Lines of words, from nothing to two hundred characters long.
fn write_text(path: &Path) {
    let words =
        ["cargo", "tests", "pass", "and", "the", "quick", "brown", "fox", "jumps", "over", "a", "lazy"];
    let (mut text, mut n) = (Vec::with_capacity(TEXT + 256), 7_u64);
    while text.len() < TEXT {
        // Numbers that look like chance and are the same in every run.
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for word in 0..n >> 59 {
            text.extend_from_slice(words[(n >> (word % 32)) as usize % words.len()].as_bytes());
            text.push(b' ');
        }
        text.push(b'\n');
    }
    std::fs::File::create(path).unwrap().write_all(&text).unwrap();
}

/// Bytes a second of a reader that does nothing else: more than that no terminal can show.
fn limit(text: &Path) -> f64 {
    let size = PtySize { rows: 30, cols: 100, ..PtySize::default() };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new("cat");
    command.arg(text);
    let begun = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let (mut output, mut buffer) = (pair.master.try_clone_reader().unwrap(), vec![0; 64 << 10]);
    while output.read(&mut buffer).is_ok_and(|n| n > 0) {}
    child.wait().unwrap();
    TEXT as f64 / begun.elapsed().as_secs_f64()
}

async fn measure(mut side: Side, name: String, text: &Path) -> Measured {
    let alone = side.weight().await;
    let (at, mut client) = side.quiet().await;
    client
        .types(&format!("seq -f 'line %.0f of many that have scrolled away' {LINES}; echo 'all of' it\r"))
        .await;
    client.until("all of it").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let long = side.weight().await.saturating_sub(alone);
    let openings = openings(&at).await;
    let rest = echoes(&mut client).await;

    let (enough, flood) = flood(&mut side).await;
    let flooded = echoes(&mut side.quiet().await.1).await;
    let _ = enough.send(());
    flood.await.unwrap();

    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(throughput(&mut side, text).await);
    }
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (speed, shown, processor) = runs[RUNS / 2];

    let before = side.weight().await;
    for _ in 0..IDLE {
        drop(side.quiet().await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = side.weight().await.saturating_sub(before);
    side.close().await;
    Measured { name, speed, shown, processor, echoes: [rest, flooded], openings, alone, long, idle }
}

/// The text once, to a client that keeps nothing: speed, bytes shown, processor seconds a gigabyte.
async fn throughput(side: &mut Side, text: &Path) -> (f64, u64, f64) {
    let (_, mut client) = side.quiet().await;
    let (before, shown) = (side.used().await, client.shown);
    let begun = Instant::now();
    client.types(&format!("cat {}; echo 'the very' end\r", text.display())).await;
    client.until("the very end").await;
    let took = begun.elapsed();
    let used = side.used().await - before;
    (TEXT as f64 / took.as_secs_f64(), client.shown - shown, used.as_secs_f64() / (TEXT as f64 / 1e9))
}

/// From a key to its echo by the terminal itself, sorted.
async fn echoes(client: &mut Client) -> Vec<Duration> {
    client.types("stty raw echo; echo 'typing' now; exec cat > /dev/null\r").await;
    client.until("typing now").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut times = Vec::new();
    for n in 0..KEYS {
        let key = char::from(b'a' + (n % 26) as u8);
        let begun = Instant::now();
        client.types(&key.to_string()).await;
        while !client.next().await.contains(&(key as u8)) {}
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    times.sort();
    times
}

/// Somebody looks at a terminal that does not rest before it is told.
async fn flood(side: &mut Side) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (_, mut client) = side.quiet().await;
    client.types("trap 'echo all quiet' INT; yes 'there is no end of what this terminal shows'\r").await;
    let (enough, mut told) = oneshot::channel();
    let looking = tokio::spawn(async move {
        while told.try_recv().is_err() {
            client.next().await;
        }
        client.types("\x03").await;
        client.until("all quiet").await;
    });
    (enough, looking)
}

/// From the wish to look to everything that is there, sorted.
async fn openings(at: &At) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..OPENINGS {
        let begun = Instant::now();
        Client::connect(at).await.until("all of it").await;
        times.push(begun.elapsed());
    }
    times.sort();
    times
}

fn report(roost: &Measured, rival: Option<&Measured>, limit: f64) {
    if let Some(rival) = rival {
        println!("  the rival is {}; times are Roost / rival = ratio", rival.name);
    }
    let line = |what: &str, aim: &str, show: &dyn Fn(f64) -> String, of: &dyn Fn(&Measured) -> f64| {
        let mine = of(roost);
        let other = rival.map_or_else(String::new, |rival| {
            let other = of(rival);
            format!(" / {} = {:.2}", show(other), mine / other)
        });
        println!("  {what}: {}{other}{aim}", show(mine));
    };
    let speed = |bytes: f64| format!("{:.1} MB/s", bytes / 1e6);
    let seconds = |seconds: f64| format!("{seconds:.1} s");
    let size = |bytes: f64| mb(bytes as u64);
    let time = |seconds: f64| ms(Duration::from_secs_f64(seconds));
    let text = mb(TEXT as u64);
    line(
        &format!("{text} of text to a client that keeps nothing, median of {RUNS}"),
        " (aim 2)",
        &speed,
        &|m| m.speed,
    );
    println!("    {} is what a reader gets that does nothing else", speed(limit));
    line("  of it sent", "", &size, &|m| m.shown as f64);
    line("processor for a gigabyte of it", "", &seconds, &|m| m.processor);
    for (at, when) in ["at rest", "while another terminal floods"].into_iter().enumerate() {
        for (share, name) in [(0.5, "median"), (0.99, "99 %")] {
            line(&format!("echo of a key {when}, {name} of {KEYS}"), " (aim 0.5)", &time, &|m| {
                percentile(&m.echoes[at], share).as_secs_f64()
            });
        }
    }
    let opening = |m: &Measured| percentile(&m.openings, 0.5).as_secs_f64();
    line(&format!("opened with {LINES} lines above, median of {OPENINGS}"), " (aim 50 ms)", &time, &opening);
    line("memory of the server alone (PSS)", "", &size, &|m| m.alone as f64);
    line(&format!("  and with one terminal of {LINES} lines"), "", &size, &|m| m.long as f64);
    line(&format!("  and with {IDLE} idle terminals"), "", &size, &|m| m.idle as f64);
}
