//! `/ws`: the one socket of a page. Cards from the bus and the events of followed sessions go out, `Pull`s come in.
//! What is slow is told so or cut off; nothing is buffered for it without bound, and no event of a followed session is skipped.

mod connection;
mod follows;
mod terminal;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, Utf8Bytes},
    },
    response::{IntoResponse, Response},
};

use self::connection::Connection;
pub use self::connection::Pace;
use super::{
    Shared,
    extract::Who,
    table::{Route, get},
};
use crate::bus::Published;

/// The largest frame a page may send, in bytes.
const FRAME_MAX: usize = 64 * 1024;

/// Why a socket is closed, as its close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Close {
    /// The server is going away; come back.
    Going = 1001,
    /// Something went wrong here; come back.
    Fault = 1011,
    /// A frame that is no `Pull`, or one too many.
    BadFrame = 4400,
    /// The identity was revoked; do not come back without signing in.
    SignedOut = 4401,
    /// The shell has ended; there is nothing to come back for.
    Over = 4410,
    /// The page did not take what was sent.
    TooSlow = 4408,
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![get("/ws", upgrade)];
    routes.extend(terminal::routes());
    routes
}

async fn upgrade(State(http): State<Shared>, Who(who): Who, upgrade: WebSocketUpgrade) -> Response {
    let seat = match http.seat() {
        Ok(seat) => seat,
        Err(error) => return error.into_response(),
    };
    upgrade.max_message_size(FRAME_MAX).max_frame_size(FRAME_MAX).on_upgrade(move |socket| async move {
        Connection::new(http, who).run(socket).await;
        drop(seat);
    })
}

/// A push as a frame; none if it cannot be written as JSON.
fn text(told: &Published) -> Option<Message> {
    Some(Message::Text(Utf8Bytes::try_from(told.json()?).ok()?))
}
