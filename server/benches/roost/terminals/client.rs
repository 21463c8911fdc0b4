//! A viewer that throws away what it is shown, of Roost or of its rival: one socket, the same code for both.

use std::collections::VecDeque;

use app::terminals::wire::{Said, WINDOW};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// Who serves the terminal, and where.
pub(super) enum At {
    Roost { url: String, token: String },
    Rival { url: String },
}

pub(super) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    is_roost: bool,
    /// The end of what was shown, to look for words in.
    tail: VecDeque<u8>,
    /// What was shown in all, in bytes.
    pub(super) shown: u64,
    acked: u64,
    pub(super) pictures: usize,
}

impl Client {
    pub(super) async fn connect(at: &At) -> Self {
        let (request, is_roost) = match at {
            At::Roost { url, token } => {
                let mut request = url.into_client_request().unwrap();
                request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
                (request, true)
            }
            At::Rival { url } => (url.into_client_request().unwrap(), false),
        };
        let (socket, _) = connect_async(request).await.unwrap();
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_nodelay(true).unwrap();
        }
        Self { socket, is_roost, tail: VecDeque::new(), shown: 0, acked: 0, pictures: 0 }
    }

    /// Types.
    pub(super) async fn types(&mut self, text: &str) {
        let frame = if self.is_roost {
            Message::binary(Said::Input(text.as_bytes().to_vec()).write())
        } else {
            Message::text(text)
        };
        self.socket.send(frame).await.unwrap();
    }

    /// The next bytes that are shown.
    pub(super) async fn next(&mut self) -> Bytes {
        loop {
            let shown = match self.socket.next().await.unwrap().unwrap() {
                Message::Text(text) => text.into(),
                // Kind and place, and in a picture the size, stand before them.
                Message::Binary(frame) => match frame.first() {
                    Some(0) => {
                        self.pictures += 1;
                        frame.slice(13..)
                    }
                    Some(1) => frame.slice(9..),
                    _ => continue,
                },
                Message::Close(frame) => panic!("the socket was closed: {frame:?}"),
                _ => continue,
            };
            self.shown += shown.len() as u64;
            if self.is_roost && self.shown - self.acked >= WINDOW / 4 {
                self.acked = self.shown;
                self.socket.send(Message::binary(Said::Taken(self.shown).write())).await.unwrap();
            }
            return shown;
        }
    }

    /// Reads until these words were shown.
    pub(super) async fn until(&mut self, words: &str) {
        self.tail.clear();
        loop {
            let shown = self.next().await;
            // Only the end can be news, and only the end of the last can belong to it.
            self.tail.extend(&shown[shown.len().saturating_sub(256)..]);
            let over = self.tail.len().saturating_sub(512);
            self.tail.drain(..over);
            let tail = self.tail.make_contiguous();
            if tail.windows(words.len()).any(|part| part == words.as_bytes()) {
                return;
            }
        }
    }

    /// Has the shell neither prompt nor echo.
    pub(super) async fn hush(&mut self) {
        self.types("PS1=; stty -echo; echo 'quiet' now\r").await;
        self.until("quiet now").await;
    }
}
