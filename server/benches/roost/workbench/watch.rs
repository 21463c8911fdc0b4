//! What it costs to watch a project while a build writes 100,000 files into it: into folders that git knows, and into one
//! that it ignores.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{add, repository};
use crate::{
    home::Home,
    numbers::{ms, used},
};

const FILES: usize = 100_000;
const FOLDERS: usize = 100;
/// So long nothing is told any more once it is over.
const SILENCE: Duration = Duration::from_secs(2);

pub(super) async fn run(home: &Home) {
    let dir = home.dir.path().join("built");
    repository::make(&dir, 10, 10);
    fs::write(dir.join(".gitignore"), "target/\n").unwrap();
    let id = add(home, &dir).await;
    let mut request = format!("{}/ws", home.base.replace("http:", "ws:")).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", home.token).parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let watch = json!({ "op": "watch", "project": id }).to_string();
    socket.send(Message::text(watch)).await.unwrap();
    // Once something small was told, the folders are watched.
    let mut n = 0;
    loop {
        n += 1;
        fs::write(dir.join("probe.txt"), n.to_string()).unwrap();
        if told(&mut socket, Duration::from_millis(500)).await > 0 {
            break;
        }
        assert!(n < 60, "nothing was ever told");
    }
    for folder in ["target", "src"] {
        let (before, begun) = (used(home.pid()), Instant::now());
        let root = dir.join(folder);
        let writer = tokio::task::spawn_blocking(move || write(&root));
        let mut count = 0;
        while !writer.is_finished() {
            count += told(&mut socket, Duration::from_millis(100)).await;
        }
        writer.await.unwrap();
        let written = begun.elapsed();
        while let more @ 1.. = told(&mut socket, SILENCE).await {
            count += more;
        }
        let cost = used(home.pid()) - before;
        println!(
            "  {FILES} files written to {folder}/ in {}: watching cost {} of a processor, told {count} times",
            ms(written),
            ms(cost)
        );
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// How often a change of files is told until nothing is for this long.
async fn told(socket: &mut Socket, silence: Duration) -> usize {
    let mut count = 0;
    while let Ok(Some(message)) = timeout(silence, socket.next()).await {
        let message = message.unwrap();
        count += usize::from(message.to_text().is_ok_and(|text| text.contains("\"files\"")));
    }
    count
}

fn write(root: &Path) {
    for folder in 0..FOLDERS {
        let folder = root.join(format!("part-{folder}"));
        fs::create_dir_all(&folder).unwrap();
        for file in 0..FILES / FOLDERS {
            fs::write(folder.join(format!("object-{file}.o")), b"built").unwrap();
        }
    }
}
