//! One page's connection. This task alone reads from it and decides when it ends; a writer task alone writes to it.

use std::time::Duration;

use app::{
    auth::model::Viewer,
    events::{Pull, Push},
};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::Bytes;
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
    time::{Instant, interval, sleep_until, timeout},
};

use super::{Close, follows::Follows, text};
use crate::http::Shared;

/// Frames that may wait for a page to take them. Those who fill this queue wait, so it bounds memory, not order.
const QUEUE: usize = 16;
/// How long a close frame may take.
const PARTING: Duration = Duration::from_secs(2);

/// How patient a connection is with its page.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often the page is asked whether it is still there.
    pub beat: Duration,
    /// How long it may be silent before it is given up.
    pub dead: Duration,
    /// How long it may take for one frame.
    pub slow: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { beat: Duration::from_secs(20), dead: Duration::from_secs(45), slow: Duration::from_secs(30) }
    }
}

/// One page's connection.
pub(super) struct Connection {
    http: Shared,
    who: Viewer,
}

impl Connection {
    pub(super) fn new(http: Shared, who: Viewer) -> Self {
        Self { http, who }
    }

    /// Serves the page until either side ends it; every task it started ends with it.
    pub(super) async fn run(self, socket: WebSocket) {
        let (sink, frames) = socket.split();
        let (out, queue) = mpsc::channel(QUEUE);
        let mut writer = tokio::spawn(write(sink, queue, self.http.pace.slow));
        let close = self.converse(frames, &out, &mut writer).await;
        finish(close, out, writer).await;
    }

    /// Returns why to close, or nothing when the page is gone already.
    async fn converse(
        &self,
        mut frames: SplitStream<WebSocket>,
        out: &Sender<Message>,
        writer: &mut JoinHandle<Option<Close>>,
    ) -> Option<Close> {
        // Watching starts before anything is sent, so that no revocation and no card falls between.
        let mut guard = self.http.auth.guard(&self.who);
        let mut follows = Follows::new(&self.http, &self.who, out);
        out.send(text(&Push::Hello { build: self.http.site.build().to_owned() }.into())?).await.ok()?;
        let pace = self.http.pace;
        let mut beat = interval(pace.beat);
        beat.reset();
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                () = guard.revoked() => return Some(Close::SignedOut),
                () = self.http.closing.cancelled() => return Some(Close::Going),
                ended = &mut *writer => return ended.ok().flatten(),
                close = follows.ended() => return Some(close),
                () = sleep_until(heard + pace.dead) => return None,
                _ = beat.tick() => {
                    // A full queue is a page that is being sent to; it needs no asking.
                    let _ = out.try_send(Message::Ping(Bytes::new()));
                }
                frame = frames.next() => {
                    heard = Instant::now();
                    match frame {
                        None | Some(Err(_)) | Some(Ok(Message::Close(_))) => return None,
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Binary(_))) => return Some(Close::BadFrame),
                        Some(Ok(Message::Text(pull))) => match serde_json::from_str(&pull) {
                            Ok(Pull::Ping) => {
                                let _ = out.try_send(text(&Push::Pong.into())?);
                            }
                            Ok(Pull::Follow { session, since }) => {
                                if !follows.start(session, since) {
                                    return Some(Close::BadFrame);
                                }
                            }
                            Ok(Pull::Unfollow { session }) => follows.stop(session),
                            Ok(Pull::Watch { project }) => follows.watch(project),
                            Ok(Pull::Unwatch) => follows.unwatch(),
                            Err(_) => return Some(Close::BadFrame),
                        },
                    }
                }
            }
        }
    }
}

/// Says why the socket is closed, unless the page is gone, and lets what is queued go out.
pub(super) async fn finish(
    close: Option<Close>,
    out: Sender<Message>,
    mut writer: JoinHandle<Option<Close>>,
) {
    if let Some(close) = close {
        tracing::debug!(?close, "a page's socket is closed");
        part(close, &out).await;
    }
    drop(out);
    if !writer.is_finished() && timeout(PARTING, &mut writer).await.is_err() {
        writer.abort();
    }
}

/// Sends what is queued, in order, until the page is gone or too slow. What waits together goes out together.
pub(super) async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut queue: Receiver<Message>,
    slow: Duration,
) -> Option<Close> {
    while let Some(message) = queue.recv().await {
        let last = matches!(message, Message::Close(_));
        let more = !last && !queue.is_empty();
        let sent = async { if more { sink.feed(message).await } else { sink.send(message).await } };
        match timeout(slow, sent).await {
            Ok(Ok(())) if !last => {}
            Ok(_) => return None,
            Err(_) => {
                // The code is for the log and for a page that wakes up; the connection is dropped right after.
                let close = frame(Close::TooSlow);
                let _ = timeout(PARTING, sink.send(close)).await;
                return Some(Close::TooSlow);
            }
        }
    }
    None
}

fn frame(close: Close) -> Message {
    Message::Close(Some(CloseFrame { code: close as u16, reason: "".into() }))
}

/// Queues the close frame; a page that takes nothing is left without one.
async fn part(close: Close, out: &Sender<Message>) {
    let _ = timeout(PARTING, out.send(frame(close))).await;
}
