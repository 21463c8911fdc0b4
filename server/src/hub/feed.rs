//! What the server says by itself, over `/ws`: cards, and the events of the one session that is followed. Comes back by itself
//! after a break; what was missed is then fetched anew by who is told `Reached`.

use std::time::Duration;

use app::ids::SessionId;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{
    net::TcpStream,
    sync::{mpsc::Sender, watch},
    time::sleep,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::StatusCode},
};

use super::{cards::News, place::Place};

/// How long to wait before the server is asked for again.
const AGAIN: Duration = Duration::from_millis(500);

/// A connection to the server.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The session to follow, and the last number that is known of it.
pub(super) type Followed = Option<(SessionId, u64)>;

/// Why there is no connection, in words.
pub(super) enum Lost {
    /// Nobody answers; somebody may before long.
    Away(String),
    /// The server will not have it now.
    Refused(String),
    /// The server will never have it again.
    Revoked(String),
}

/// Connects to an address of the server, such as `/ws`.
pub(super) async fn connect(place: &Place, path: &str) -> Result<Socket, Lost> {
    let away = || Lost::Away("The server is away.".to_owned());
    let address = place.address().await.ok_or_else(away)?;
    let mut request = format!("ws://{address}{path}").into_client_request().map_err(|_| away())?;
    let bearer = place.bearer().parse().map_err(|_| away())?;
    request.headers_mut().insert("authorization", bearer);
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(match answer.status() {
            StatusCode::UNAUTHORIZED => {
                Lost::Revoked("The token of this hub was revoked; start it anew.".to_owned())
            }
            StatusCode::NOT_FOUND => Lost::Refused("It is gone.".to_owned()),
            status if status.is_server_error() => away(),
            status => Lost::Refused(format!("The server refused: {status}.")),
        }),
        Err(_) => Err(away()),
    }
}

/// Tells `news` what the server says, until nobody listens or the hub's token was revoked.
pub(super) async fn run(place: Place, news: Sender<News>, mut followed: watch::Receiver<Followed>) {
    while !news.is_closed() {
        let lost = match connect(&place, "/ws").await {
            Ok(socket) => {
                if news.send(News::Reached).await.is_err() {
                    return;
                }
                listen(socket, &news, &mut followed).await;
                "The server is away.".to_owned()
            }
            Err(Lost::Away(words) | Lost::Refused(words)) => words,
            Err(Lost::Revoked(words)) => {
                // Asking again would only be refused again.
                let _ = news.send(News::Lost(words)).await;
                return;
            }
        };
        if news.send(News::Lost(lost)).await.is_err() {
            return;
        }
        sleep(AGAIN).await;
    }
}

/// Listens until the connection breaks.
async fn listen(socket: Socket, news: &Sender<News>, followed: &mut watch::Receiver<Followed>) {
    let (mut sink, mut frames) = socket.split();
    let mut current: Option<SessionId> = None;
    followed.mark_changed();
    loop {
        tokio::select! {
            changed = followed.changed() => {
                if changed.is_err() {
                    return;
                }
                let wanted = *followed.borrow_and_update();
                let stop = current.take().map(|id| json!({"op": "unfollow", "session": id}));
                let start = wanted.map(|(id, since)| json!({"op": "follow", "session": id, "since": since}));
                current = wanted.map(|(id, _)| id);
                for pull in stop.into_iter().chain(start) {
                    if sink.send(Message::text(pull.to_string())).await.is_err() {
                        return;
                    }
                }
            }
            frame = frames.next() => match frame {
                Some(Ok(Message::Text(push))) => {
                    if let Some(read) = News::read(&push) && news.send(read).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        sync::mpsc,
    };

    use super::*;

    #[tokio::test]
    async fn only_a_token_that_was_revoked_ends_it() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let (send, mut news) = mpsc::channel(1);
        let (_followed, follows) = watch::channel(None);
        let place = Place::new(Arc::new(move || Some(address)), "secret");
        let running = tokio::spawn(run(place, send, follows));
        for (status, words) in
            [("429 Too Many", "429"), ("403 Forbidden", "403"), ("401 Unauthorized", "revoked")]
        {
            let (mut asked, _) = server.accept().await.unwrap();
            assert!(asked.read(&mut [0; 4096]).await.unwrap() > 0);
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            asked.write_all(answer.as_bytes()).await.unwrap();
            match news.recv().await.unwrap() {
                News::Lost(said) => assert!(said.contains(words), "{said}"),
                other => panic!("{other:?}"),
            }
        }
        running.await.unwrap();
    }
}
