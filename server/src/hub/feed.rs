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
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    },
};

use super::{cards::News, place::Place};

/// How long to wait before a server that is away is looked for again; the first pause for one that refused.
const AGAIN: Duration = Duration::from_millis(500);
/// The longest pause for one that refused, unless it asks for more.
const LONGEST: Duration = Duration::from_secs(60);

/// A connection to the server.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The session to follow, and the last number that is known of it.
pub(super) type Followed = Option<(SessionId, u64)>;

/// Why there is no connection.
pub(super) enum Lost {
    /// Nobody answers; somebody may before long.
    Away,
    /// The server will not have it now, in words; it may say when to ask again.
    Refused(String, Option<Duration>),
    /// There is no such thing at the server.
    Gone,
    /// The server will never have it again.
    Revoked,
}

impl Lost {
    fn by(status: StatusCode, headers: &HeaderMap) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Revoked,
            StatusCode::NOT_FOUND => Self::Gone,
            status => {
                let told = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
                Self::Refused(format!("The server refused: {status}."), told.map(Duration::from_secs))
            }
        }
    }

    /// What it is, in words.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Away => "The server is away.",
            Self::Refused(words, _) => words,
            Self::Gone => "It is gone.",
            Self::Revoked => "The token of this hub was revoked; start it anew.",
        }
    }
}

/// How long to leave a server alone.
#[derive(Default)]
pub(super) struct Pause {
    refusals: u32,
}

impl Pause {
    /// After this. To look for a server that is away costs it nothing; one that refuses is asked less and less often.
    pub(super) fn after(&mut self, lost: &Lost) -> Duration {
        if matches!(lost, Lost::Away) {
            self.refusals = 0;
            return AGAIN;
        }
        let grown = AGAIN.saturating_mul(2_u32.saturating_pow(self.refusals)).min(LONGEST);
        self.refusals = self.refusals.saturating_add(1);
        match lost {
            Lost::Refused(_, Some(told)) => grown.max(*told),
            _ => grown,
        }
    }
}

/// Connects to an address of the server, such as `/ws`.
pub(super) async fn connect(place: &Place, path: &str) -> Result<Socket, Lost> {
    let address = place.address().await.ok_or(Lost::Away)?;
    let mut request = format!("ws://{address}{path}").into_client_request().map_err(|_| Lost::Away)?;
    let bearer = place.bearer().parse().map_err(|_| Lost::Away)?;
    request.headers_mut().insert("authorization", bearer);
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(Lost::by(answer.status(), answer.headers())),
        Err(_) => Err(Lost::Away),
    }
}

/// Tells `news` what the server says, until nobody listens or the hub's token was revoked.
pub(super) async fn run(place: Place, news: Sender<News>, mut followed: watch::Receiver<Followed>) {
    let mut pause = Pause::default();
    while !news.is_closed() {
        let lost = match connect(&place, "/ws").await {
            Ok(socket) => {
                if news.send(News::Reached).await.is_err() {
                    return;
                }
                listen(socket, &news, &mut followed).await;
                Lost::Away
            }
            Err(lost) => lost,
        };
        // Who was revoked would only be refused again.
        let told = news.send(News::Lost(lost.words().to_owned())).await;
        if told.is_err() || matches!(lost, Lost::Revoked) {
            return;
        }
        sleep(pause.after(&lost)).await;
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

    fn refusal(status: u16, after: Option<&'static str>) -> Lost {
        let headers = after.map(|after| (RETRY_AFTER, after.parse().unwrap()));
        Lost::by(StatusCode::from_u16(status).unwrap(), &headers.into_iter().collect())
    }

    #[test]
    fn who_refuses_is_asked_less_and_less_often() {
        let mut pause = Pause::default();
        let mut after = |lost: Lost| pause.after(&lost).as_millis();
        let pauses: Vec<_> = [403, 429, 503, 403].map(|status| after(refusal(status, None))).into();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000]);
        assert_eq!(after(refusal(429, Some("899"))), 899_000, "it says itself when to come back");
        assert_eq!(after(refusal(429, Some("1"))), 16_000, "but not to come more often");
        assert_eq!(after(refusal(429, Some("Mon, 01 Jan 2035 00:00:00 GMT"))), 32_000);
        assert_eq!((0..100).map(|_| after(refusal(403, None))).max(), Some(60_000));
        assert_eq!([after(Lost::Away), after(Lost::Away), after(refusal(403, None))], [500; 3]);
    }

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
