//! `/api/v1/terminals/{id}/ws`: one viewer of one terminal, in the binary frames of `app::terminals::wire`. Output is sent
//! only as fast as the page says that it takes it; what is too far behind by then the keeper leaves out.

use app::terminals::wire::{Said, Told, WINDOW};
use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, stream::SplitStream};
use serde::Deserialize;
use tokio::{
    sync::{
        mpsc::{self, Sender},
        watch,
    },
    time::{Duration, Instant, interval, sleep_until},
};

use super::{
    Close, FRAME_MAX,
    connection::{finish, write},
};
use crate::{
    auth::Guard,
    http::{
        Shared,
        error::ApiError,
        extract::{Path, Query, Who},
        table::{Route, get},
    },
    keeper::{Shown, Size, View, Viewing},
    terminals::{Attached, Looking, Sight},
};

/// Frames that may wait for the page; each is at most 64 KiB, or one picture.
const QUEUE: usize = 4;
/// Rows of the past in a picture if the page does not say.
const HISTORY: u32 = 1_000;
/// How long to wait before a lost view is asked for again; it doubles until something is shown.
const AGAIN: Duration = Duration::from_millis(50);
/// The longest such pause.
const SLOWEST: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Asks {
    since: Option<u64>,
    cols: Option<u16>,
    rows: Option<u16>,
    history: Option<u32>,
    run: Option<i64>,
    back: Option<bool>,
    read_only: Option<bool>,
}

impl Asks {
    fn looking(&self) -> Looking {
        let room = self.cols.zip(self.rows).map(|(cols, rows)| Size { cols, rows }.clamped());
        let view = View { since: self.since, size: room, history: self.history.unwrap_or(HISTORY) };
        let (read_only, back) = (self.read_only.unwrap_or(false), self.back.unwrap_or(false));
        Looking { view, run: self.run, room, read_only, back }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/terminals/{id}/ws", upgrade)
            .says(
                "terminals",
                "The terminal itself: a WebSocket of binary frames, each one byte that says what it is, little-endian \
                 numbers, then bytes. To the page: 0 picture (u64 place, u16 columns, u16 rows, text for a terminal \
                 that was reset), 1 output (u64 place, bytes), 2 who looks (JSON), 3 text for the clipboard (base64), \
                 4 the shell has ended (words), 5 what was typed did not arrive (words). From the page: 0 input, \
                 1 room (u16 columns, u16 rows), 2 bytes taken in all (u64), 3 drive (u16 columns, u16 rows). At most \
                 512 KiB are sent ahead of what was taken. Close codes as for `/ws`.",
            )
            .query::<u64>("since", "The place up to which everything was seen before.")
            .query::<i64>("run", "The run of the shell in which that was; a number of who looks.")
            .query::<u16>("cols", "The columns there is room for.")
            .query::<u16>("rows", "The rows there is room for.")
            .query::<u32>("history", "How many rows of the past to send with a picture; 1000 if not given.")
            .query::<bool>("read_only", "Whether to look only.")
            .query::<bool>("back", "Whether not to take the size in hand because nobody has it.")
            .gives_other("application/octet-stream"),
    ]
}

async fn upgrade(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<app::ids::TerminalId>,
    Query(asks): Query<Asks>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let seat = match http.seat() {
        Ok(seat) => seat,
        Err(error) => return error.into_response(),
    };
    // Before the terminal is looked at, so that no revocation falls between.
    let guard = http.auth.guard(&who);
    // Whoever asks without wanting a socket is told what there is, and moves nothing.
    let glance = Looking { read_only: true, ..Looking::default() };
    let looking = if upgrade.is_ok() { asks.looking() } else { glance };
    let attached = match http.sights.attach(&who, id, looking).await {
        Ok(attached) => attached,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    upgrade.max_message_size(FRAME_MAX).max_frame_size(FRAME_MAX).on_upgrade(move |socket| async move {
        serve(&http, guard, socket, attached).await;
        drop(seat);
    })
}

async fn serve(http: &Shared, guard: Guard, socket: WebSocket, attached: Attached) {
    let (sink, frames) = socket.split();
    let (out, queue) = mpsc::channel(QUEUE);
    let writer = tokio::spawn(write(sink, queue, http.pace.slow));
    let close = match attached {
        Attached::Running(running) => {
            let (viewing, sight) = *running;
            converse(http, guard, frames, &out, viewing, &sight).await
        }
        Attached::Over(picture, words) => Some(over(&out, picture, words).await),
    };
    finish(close, out, writer).await;
}

/// Says how the terminal ended, with what it showed last.
async fn over(out: &Sender<Message>, picture: Option<(Size, Vec<u8>)>, words: String) -> Close {
    if let Some((Size { cols, rows }, bytes)) = picture {
        tell(out, &Told::Picture { place: 0, cols, rows, bytes }).await;
    }
    tell(out, &Told::Ended(words)).await;
    Close::Over
}

/// Sends a frame. False once the page is gone.
async fn tell(out: &Sender<Message>, told: &Told) -> bool {
    out.send(Message::Binary(told.write().into())).await.is_ok()
}

/// Returns why to close, or nothing when the page is gone already.
async fn converse(
    http: &Shared,
    guard: Guard,
    frames: SplitStream<WebSocket>,
    out: &Sender<Message>,
    viewing: Viewing,
    sight: &Sight,
) -> Option<Close> {
    let (taken, takes) = watch::channel(0);
    // Side by side: what is read of a keeper is read in whole frames, and no key waits for what is shown or the other way.
    tokio::select! {
        close = show(viewing, sight, out, takes) => close,
        close = listen(http, guard, frames, out, &taken, sight) => close,
    }
}

/// Does what the page says.
async fn listen(
    http: &Shared,
    mut guard: Guard,
    mut frames: SplitStream<WebSocket>,
    out: &Sender<Message>,
    taken: &watch::Sender<u64>,
    sight: &Sight,
) -> Option<Close> {
    let mut crew = sight.crew_changes();
    tell(out, &Told::Crew(sight.crew())).await;
    let pace = http.pace;
    let mut beat = interval(pace.beat);
    beat.reset();
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            () = guard.revoked() => return Some(Close::SignedOut),
            () = http.closing.cancelled() => return Some(Close::Going),
            () = sleep_until(heard + pace.dead) => return None,
            changed = crew.changed() => {
                changed.ok()?;
                tell(out, &Told::Crew(sight.crew())).await.then_some(())?;
            }
            _ = beat.tick() => {
                let _ = out.try_send(Message::Ping(Bytes::new()));
            }
            frame = frames.next() => {
                heard = Instant::now();
                let said = match frame {
                    None | Some(Err(_)) | Some(Ok(Message::Close(_))) => return None,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Text(_))) => return Some(Close::BadFrame),
                    Some(Ok(Message::Binary(frame))) => Said::read(&frame),
                };
                let done = match said {
                    Err(_) => return Some(Close::BadFrame),
                    Ok(Said::Taken(bytes)) => {
                        taken.send_replace(bytes);
                        Ok(None)
                    }
                    Ok(Said::Input(bytes)) => Ok(sight.type_in(bytes).await),
                    Ok(Said::Room(cols, rows)) => sight.room(Size { cols, rows }).await.map(|()| None),
                    Ok(Said::Drive(cols, rows)) => sight.drive(Size { cols, rows }).await.map(|()| None),
                };
                match done {
                    Ok(None) => {}
                    Ok(Some(words)) => tell(out, &Told::Refused(words)).await.then_some(())?,
                    Err(_) => return Some(Close::Fault),
                }
            }
        }
    }
}

/// Shows the terminal, never more than the window ahead of what was taken.
async fn show(
    mut viewing: Viewing,
    sight: &Sight,
    out: &Sender<Message>,
    mut takes: watch::Receiver<u64>,
) -> Option<Close> {
    let (mut sent, mut seen, mut pause) = (0_u64, None, AGAIN);
    loop {
        takes.wait_for(|taken| sent.saturating_sub(*taken) < WINDOW).await.ok()?;
        let shown = viewing.next().await;
        if shown.is_err()
            && let Some(anew) = sight.view_again(seen, pause).await
        {
            viewing = anew;
            pause = (pause * 2).min(SLOWEST);
            continue;
        }
        let told = match shown {
            Ok(Shown::Picture { place, size: Size { cols, rows }, bytes }) => {
                seen = Some(place);
                Told::Picture { place, cols, rows, bytes }
            }
            Ok(Shown::Output { place, bytes }) => {
                seen = Some(place + bytes.len() as u64);
                pause = AGAIN;
                Told::Output { place, bytes }
            }
            Ok(Shown::Copy(text)) => Told::Copy(text),
            // Told once it is stored, whether the keeper could say it itself or not.
            Ok(Shown::Ended(_)) | Err(_) => match sight.ended().await {
                Some(words) => {
                    let picture = if sent == 0 { sight.last_picture().await } else { None };
                    return Some(over(out, picture, words).await);
                }
                None => return Some(Close::Fault),
            },
        };
        sent += told.weight();
        tell(out, &told).await.then_some(())?;
    }
}
