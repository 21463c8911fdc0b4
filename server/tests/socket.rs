//! Live connections over real sockets: `/ws` and server-sent events, what they carry and how they end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::{net::SocketAddr, time::Duration};

use app::{
    auth::port::Auth,
    events::{Pull, Push},
    files::model::Changed,
    ids::{ProjectId, SessionId},
    sessions::event::{Event, EventBody, Level, Partial},
    time::Millis,
};
use common::{
    TestServer,
    sample::{self, ID, NO_ID},
    sample_files,
};
use futures::{SinkExt, StreamExt};
use server::{http::Pace, sessions::FeedItem};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::frame::coding::CloseCode},
};

/// A page, as far as the server can tell.
struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    async fn open(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    /// One that is signed in and has had its `Hello`.
    async fn signed_in(server: &TestServer, address: SocketAddr) -> Self {
        let (cookie, origin) = (server.cookie().await, format!("http://{address}"));
        let mut page = Self::open(address, &[("cookie", &cookie), ("origin", &origin)]).await.unwrap();
        assert!(matches!(page.push().await, Push::Hello { .. }));
        page
    }

    async fn say(&mut self, pull: &Pull) {
        self.0.send(Message::text(serde_json::to_string(pull).unwrap())).await.unwrap();
    }

    /// The next push; pings are answered on the way.
    async fn push(&mut self) -> Push {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Reads to the end and returns the close code, if there was one.
    async fn end(mut self) -> Option<u16> {
        let mut code = None;
        while let Some(Ok(message)) = self.0.next().await {
            if let Message::Close(frame) = message {
                code = frame.map(|frame| u16::from(frame.code));
            }
        }
        code
    }
}

fn notice(seq: u64) -> Event {
    Event { seq, at: Millis(1), body: EventBody::Notice { level: Level::Info, text: "live".to_owned() } }
}

#[tokio::test]
async fn an_upgrade_passes_the_same_gate() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let (token, cookie, origin) =
        (server.token("ci").await, server.cookie().await, format!("http://{address}"));
    let bearer = format!("Bearer {token}");
    let status = async |headers: &[(&'static str, &str)]| match Page::open(address, headers).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Ok(_) => 101,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(status(&[("origin", &origin)]).await, 401);
    assert_eq!(status(&[("cookie", &cookie)]).await, 403);
    assert_eq!(status(&[("cookie", &cookie), ("origin", "https://evil.example")]).await, 403);
    assert_eq!(status(&[("cookie", &cookie), ("origin", &origin), ("host", "evil.example")]).await, 421);
    assert_eq!(
        status(&[("cookie", &cookie), ("origin", &origin), ("sec-fetch-site", "cross-site")]).await,
        403
    );
    assert_eq!(status(&[("cookie", &cookie), ("origin", &origin)]).await, 101);
    assert_eq!(status(&[("authorization", &bearer)]).await, 101);
    server.auth.revoke_token_named("ci").await.unwrap();
    assert_eq!(status(&[("authorization", &bearer)]).await, 401);
}

#[tokio::test]
async fn a_followed_session_comes_from_its_number_on_and_cards_come_beside() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let mut page = Page::signed_in(&server, address).await;
    let (session, all) = (SessionId(ID), sample::events());
    page.say(&Pull::Follow { session, since: 3 }).await;
    assert_eq!(page.push().await, Push::Events { session, events: all[3..].to_vec() });

    let live = server.fakes.live.clone();
    live.send(FeedItem::Events(vec![notice(100)])).unwrap();
    assert_eq!(page.push().await, Push::Events { session, events: vec![notice(100)] });
    let partial = Partial { rev: 1, block: None };
    live.send(FeedItem::Partial(partial.clone())).unwrap();
    assert_eq!(page.push().await, Push::Partial { session, partial });
    server.bus.publish(Push::Session(Box::new(sample::session())));
    assert_eq!(page.push().await, Push::Session(Box::new(sample::session())));

    page.say(&Pull::Unfollow { session }).await;
    page.say(&Pull::Ping).await;
    assert_eq!(page.push().await, Push::Pong);
    // The follower is gone soon after; nothing of it may come any more.
    while live.receiver_count() > 0 {
        tokio::task::yield_now().await;
    }
    page.say(&Pull::Follow { session: SessionId(NO_ID), since: 0 }).await;
    assert_eq!(page.push().await, Push::SessionGone { session: SessionId(NO_ID) });
}

#[tokio::test]
async fn what_changes_in_a_watched_project_is_told_until_it_is_watched_no_more() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let mut page = Page::signed_in(&server, address).await;
    page.say(&Pull::Watch { project: ProjectId(ID) }).await;
    let changed = sample_files::changed();
    assert_eq!(page.push().await, Push::Files { project: ProjectId(ID), changed });
    page.say(&Pull::Unwatch).await;
    page.say(&Pull::Watch { project: ProjectId(NO_ID) }).await;
    let changed = Changed { partial: true, ..Changed::default() };
    assert_eq!(page.push().await, Push::Files { project: ProjectId(NO_ID), changed });
}

#[tokio::test]
async fn what_is_no_pull_closes_the_socket() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    for frame in [Message::text("{}"), Message::text("not json"), Message::binary(vec![1, 2])] {
        let mut page = Page::signed_in(&server, address).await;
        page.0.send(frame).await.unwrap();
        assert_eq!(page.end().await, Some(4400));
    }
    let mut page = Page::signed_in(&server, address).await;
    let _ = page.0.send(Message::text("x".repeat(70_000))).await;
    assert!(matches!(page.end().await, None | Some(1009)));

    let mut page = Page::signed_in(&server, address).await;
    for n in 0..16 {
        // Every one of them is known, or it would not stay followed.
        page.say(&Pull::Follow { session: SessionId(ID), since: n }).await;
    }
    page.say(&Pull::Ping).await;
    while page.push().await != Push::Pong {}
}

#[tokio::test]
async fn sockets_and_streams_die_with_their_identity() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let (one, two) = (Page::signed_in(&server, address).await, Page::signed_in(&server, address).await);
    let token = server.token("ci").await;
    let bearer = format!("Bearer {token}");
    let third = Page::open(address, &[("authorization", &bearer)]).await.unwrap();
    let mut stream = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(format!("http://{address}/api/v1/sessions/{ID}/stream?after=20"))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()).contains("id: 21"));

    let who = server.auth.by_bearer(&token, [127, 0, 0, 1].into()).await.unwrap();
    let logins = server.auth.logins(&who).await.unwrap();
    server.auth.revoke_login(&who, logins[1].id).await.unwrap();
    assert_eq!(one.end().await, Some(4401));
    server.auth.sign_out_everywhere(&who).await.unwrap();
    assert_eq!(two.end().await, Some(4401));
    server.auth.revoke_token_named("ci").await.unwrap();
    assert_eq!(third.end().await, Some(4401));
    while stream.chunk().await.unwrap().is_some() {}
    server.http.emptied().await;
}

#[tokio::test]
async fn a_server_that_goes_says_so_and_waits_for_its_sockets() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let page = Page::signed_in(&server, address).await;
    server.closing.cancel();
    assert_eq!(page.end().await, Some(u16::from(CloseCode::Away)));
    server.http.emptied().await;
}

#[tokio::test]
async fn a_silent_page_is_asked_and_then_given_up() {
    let ms = Duration::from_millis;
    let pace = Pace { beat: ms(20), dead: ms(200), slow: ms(5_000) };
    let (server, address) = TestServer::listening(pace).await;
    let mut page = Page::signed_in(&server, address).await;
    assert!(matches!(page.0.next().await, Some(Ok(Message::Ping(_)))));
    // This page no longer reads, so it never answers the pings; the server must let go of it by itself.
    server.http.emptied().await;
    drop(page);
}

#[tokio::test]
async fn a_page_that_takes_nothing_is_cut_off_and_one_that_lags_is_told_to_resync() {
    let ms = Duration::from_millis;
    let pace = Pace { beat: ms(60_000), dead: ms(60_000), slow: ms(300) };
    let (server, address) = TestServer::listening(pace).await;
    let stuck = Page::signed_in(&server, address).await;
    let big = Push::Draft { session: SessionId(ID), version: 1, text: "x".repeat(40_000) };
    for _ in 0..1_500 {
        server.bus.publish(big.clone());
    }
    server.http.emptied().await;
    drop(stuck);

    let mut reader = Page::signed_in(&server, address).await;
    for _ in 0..5_000 {
        server.bus.publish(big.clone());
    }
    // Publishing without a pause leaves the socket's task no turn, so it must have lost some.
    while reader.push().await != Push::Resync {}
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_id() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let token = server.token("ci").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let last = sample::events().len() as u64;
    let get = |query: &str| {
        client.get(format!("http://{address}/api/v1/sessions/{ID}/stream{query}")).bearer_auth(&token)
    };
    let mut stream = get("?after=0").header("last-event-id", (last - 1).to_string()).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    let data = first.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert!(first.contains(&format!("id: {last}\n")), "{first}");
    assert_eq!(serde_json::from_str::<Event>(data).unwrap(), sample::events()[last as usize - 1]);

    server.fakes.live.send(FeedItem::Partial(Partial::default())).unwrap();
    server.fakes.live.send(FeedItem::Events(vec![notice(last + 1)])).unwrap();
    let next = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(next.contains(&format!("id: {}\n", last + 1)) && !next.contains("rev"), "{next}");
    let unknown = client.get(format!("http://{address}/api/v1/sessions/{NO_ID}/stream")).bearer_auth(&token);
    assert_eq!(unknown.send().await.unwrap().status(), 404);
    server.closing.cancel();
    while stream.chunk().await.unwrap().is_some() {}
}

#[tokio::test]
async fn a_run_of_git_is_streamed_to_its_end() {
    let (server, address) = TestServer::listening(Pace::default()).await;
    let token = server.token("ci").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |run: uuid::Uuid| {
        let address = format!("http://{address}/api/v1/projects/{ID}/git/runs/{run}/stream");
        client.get(address).bearer_auth(&token).send()
    };
    let text = get(ID).await.unwrap().text().await.unwrap();
    let printed = r#"{"text":"Counting objects","passing":true}"#;
    let end = r#"{"ok":true,"words":"Pushed.","next":[],"pull_request":null}"#;
    assert_eq!(text, format!("event: printed\ndata: {printed}\n\nevent: end\ndata: {end}\n\n"));
    assert_eq!(get(NO_ID).await.unwrap().status(), 404);
}
