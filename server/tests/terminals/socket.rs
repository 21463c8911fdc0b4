//! A terminal over its socket, with the whole program: frames, flow, and a server that is killed in between.

use std::time::Duration;

use app::terminals::wire::{Crew, Said, Told, WINDOW};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use super::{
    PATIENCE,
    common::program::{Server, client, run, text},
};

/// A program with a project and a terminal in it.
struct Home {
    dir: tempfile::TempDir,
    server: Server,
    token: String,
    terminal: String,
}

impl Home {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("project");
        std::fs::create_dir(&project).unwrap();
        let server = Server::start(dir.path());
        let token = text(&run(dir.path(), &["token", "create", "--name", "ci"]).stdout).trim().to_owned();
        let mut home = Self { dir, server, token, terminal: String::new() };
        let added = home.post("projects", json!({ "path": project })).await;
        let id = added["id"].as_str().unwrap().to_owned();
        home.post(&format!("projects/{id}/trust"), json!({})).await;
        let opened = home.post("terminals", json!({ "project_id": id })).await;
        home.terminal = opened["id"].as_str().unwrap().to_owned();
        home
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.server.post(&self.token, path, body).await
    }

    async fn connect(&self, id: &str, token: Option<&str>, query: &str) -> Result<Socket, Error> {
        let base = self.server.base.replace("http://", "ws://");
        let mut request = format!("{base}/api/v1/terminals/{id}/ws?{query}").into_client_request()?;
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        Ok(Socket::over(connect_async(request).await?.0))
    }

    async fn look(&self, query: &str) -> Socket {
        self.connect(&self.terminal, Some(&self.token), query).await.unwrap()
    }

    async fn close(self) {
        let url = format!("{}/api/v1/terminals/{}?force=true", self.server.base, self.terminal);
        let closed = client().delete(url).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(closed.status(), 204);
        let empty = || std::fs::read_dir(self.dir.path().join("roost/terminals")).unwrap().count() == 0;
        timeout(PATIENCE, async {
            while !empty() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .expect("nothing is left");
    }
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A page at a terminal.
struct Socket {
    stream: Stream,
    text: String,
    place: u64,
    taken: u64,
    crew: Crew,
    ended: Option<String>,
}

impl Socket {
    fn over(stream: Stream) -> Self {
        Self { stream, text: String::new(), place: 0, taken: 0, crew: Crew::default(), ended: None }
    }

    async fn say(&mut self, said: Said) {
        self.stream.send(Message::binary(said.write())).await.unwrap();
    }

    async fn types(&mut self, text: &str) {
        self.say(Said::Input(text.as_bytes().to_vec())).await;
    }

    /// Takes one frame; the close code if it was the last.
    async fn next(&mut self) -> Option<u16> {
        let frame = match self.stream.next().await.unwrap().unwrap() {
            Message::Binary(frame) => frame,
            Message::Close(frame) => return Some(u16::from(frame.unwrap().code)),
            _ => return None,
        };
        let told = Told::read(&frame).unwrap();
        self.taken += told.weight();
        match told {
            Told::Picture { place, bytes, .. } => {
                self.text = String::from_utf8(bytes).unwrap();
                self.place = place;
            }
            Told::Output { place, bytes } => {
                assert_eq!(place, self.place, "nothing doubled, nothing missing");
                self.place += bytes.len() as u64;
                self.text.push_str(&String::from_utf8(bytes).unwrap());
            }
            Told::Crew(crew) => self.crew = crew,
            Told::Ended(words) => self.ended = Some(words),
            Told::Copy(_) | Told::Refused(_) => {}
        }
        None
    }

    async fn shows(&mut self, words: &str) {
        while !self.text.contains(words) {
            let code = timeout(PATIENCE, self.next()).await.unwrap_or_else(|_| panic!("{words:?} in time"));
            assert_eq!(code, None, "it was closed without {words:?}");
            self.say(Said::Taken(self.taken)).await;
        }
    }

    async fn code(&mut self) -> u16 {
        loop {
            if let Some(code) = timeout(PATIENCE, self.next()).await.expect("a close frame in time") {
                return code;
            }
        }
    }
}

/// The text without its control sequences.
fn plain(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let end = match part.chars().next() {
            Some('[') => part.find(|c: char| c.is_ascii_alphabetic()),
            Some('(' | ')') => Some(1),
            _ => Some(0),
        };
        text + part.get(end.map_or(part.len(), |end| end + 1)..).unwrap_or_default()
    })
}

#[tokio::test]
async fn a_terminal_is_used_over_its_socket_by_those_who_may() {
    let home = Home::new().await;
    let refused = async |id: &str, token: Option<&str>| match home.connect(id, token, "").await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{:?}", other.map(|_| ())),
    };
    assert_eq!(refused(&home.terminal, None).await, 403, "no origin, and no token that would excuse it");
    assert_eq!(refused(&home.terminal, Some("wrong")).await, 401);
    assert_eq!(refused("0190a000-0000-7000-8000-000000000009", Some(&home.token)).await, 404);

    let mut desk = home.look("cols=90&rows=20").await;
    desk.types("PS1=; stty -echo; stty size; echo done\r").await;
    desk.shows("20 90").await;
    assert!(desk.crew.driving && desk.crew.driver.as_deref() == Some("ci"));
    let mut phone = home.look("cols=40&rows=10").await;
    phone.shows("20 90").await;
    assert!(!phone.crew.driving);
    phone.say(Said::Drive(40, 10)).await;
    phone.types("stty size\r").await;
    desk.shows("10 40").await;

    for bad in [Message::binary(vec![99]), Message::binary(Vec::new()), Message::text("hello")] {
        let mut page = home.look("read_only=true").await;
        page.stream.send(bad).await.unwrap();
        assert_eq!(page.code().await, 4400);
    }
    phone.types("exit 3\r").await;
    assert_eq!(desk.code().await, 4410);
    assert_eq!(desk.ended.as_deref(), Some("The shell ended with code 3."));
    let mut late = home.look("").await;
    assert_eq!(late.code().await, 4410);
    assert!(late.text.contains("10 40") && late.ended == desk.ended, "{:?}", late.text);

    home.post(&format!("terminals/{}/restart", home.terminal), json!({})).await;
    let mut page = home.look("").await;
    page.shows("").await;
    assert!(run(home.dir.path(), &["token", "revoke", "ci"]).status.success());
    assert_eq!(page.code().await, 4401, "whoever is signed out is out at once");
    let token = text(&run(home.dir.path(), &["token", "create", "--name", "again"]).stdout).trim().to_owned();
    Home { token, ..home }.close().await;
}

#[tokio::test]
async fn the_end_is_exact_although_the_server_was_killed() {
    let mut home = Home::new().await;
    let mut page = home.look("cols=80&rows=24&history=10000").await;
    page.types("PS1=; stty -echo; seq 1 2000000; echo 'all of' it\r").await;
    page.shows("\r\n1000\r\n").await;
    home.server.child.kill().unwrap();
    home.server.child.wait().unwrap();
    home.server = Server::start(home.dir.path());
    let back = format!("cols=80&rows=24&history=10000&since={}", page.place);
    let mut again = home.look(&back).await;
    (again.text, again.place) = (page.text, page.place);
    again.shows("all of it\r\n").await;
    // Where a picture was followed by output, the cursor was just moved to where it was.
    let numbers: Vec<u32> = plain(&again.text).lines().filter_map(|line| line.trim().parse().ok()).collect();
    let end = &numbers[numbers.len() - 5_000..];
    let gap = end.windows(2).find(|two| two[0] + 1 != two[1]);
    assert_eq!((gap, end.last()), (None, Some(&2_000_000)), "each of the last 5,000 lines once and in order");
    home.close().await;
}

#[tokio::test]
async fn a_page_that_takes_nothing_is_sent_a_windowful() {
    let home = Home::new().await;
    let mut page = home.look("history=100").await;
    page.types("PS1=; stty -echo; yes | head -c 4000000; echo 'all of' it\r").await;
    while timeout(Duration::from_secs(2), page.next()).await.is_ok() {}
    assert!(page.taken <= WINDOW + (64 << 10), "{} bytes were sent ahead", page.taken);
    assert!(!page.text.contains("all of it"));
    page.say(Said::Taken(page.taken)).await;
    page.shows("all of it").await;
    home.close().await;
}
