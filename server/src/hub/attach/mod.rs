//! Hands the whole screen over to a terminal of the server: its bytes to the person's terminal, keys to it, and the size of the
//! person's terminal is its size. Comes back after a break of the connection. Never draws but a line that says what is wrong.

mod keys;
mod show;
mod typed;

use std::{cell::Cell, collections::VecDeque, future::pending, time::Duration};

use app::{ids::TerminalId, terminals::wire::Said};
use futures::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncWriteExt, Stdout, stdout},
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{self, Sender},
    time::sleep,
};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use self::{
    keys::Keys,
    show::{Clip, Show},
    typed::{CHUNK, Typed},
};
use super::{
    clipboard::Copied,
    feed::{Lost, Pause, Socket, connect},
    place::Place,
};
use crate::keeper::Size;

/// Rows of the past that the first picture brings along.
const HISTORY: u32 = 1_000;
/// Frames that may wait for the server; what is typed waits behind them.
const QUEUE: usize = 16;
/// Frames that are kept for a server that takes none, so that the keys are read on: 16 MB of a paste.
const BEHIND: usize = 512;

/// Why a terminal was left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The person wants to be back.
    Asked,
    /// What ran in it is over, in words.
    Ended(String),
    /// It cannot be shown, in words.
    Failed(String),
    /// The hub is told to end.
    Told,
}

/// What comes after a connection.
enum Step {
    Leave(Left),
    /// There is no connection.
    Lost(Lost),
    /// The next picture without the past, which is in the terminal's own history by now.
    Anew,
}

/// Shows a terminal until it is left. The screen was lent for it. What its program wants on the clipboard gets there if
/// `may_copy` is set; else the last such text comes back.
pub(super) async fn run(
    place: &Place,
    terminal: TerminalId,
    may_copy: bool,
    ending: &CancellationToken,
) -> (Left, Option<Copied>) {
    let (mut out, mut clip) = (stdout(), Clip { allowed: may_copy, held: None });
    let left = match Attached::new(place, terminal, ending) {
        Ok(mut attached) => attached.stay(&mut out, &mut clip).await,
        Err(error) => Left::Failed(format!("This terminal cannot be used: {error}.")),
    };
    // What was begun to be written has to be there before anything else is.
    let _ = out.flush().await;
    (left, clip.held)
}

struct Attached<'a> {
    place: &'a Place,
    terminal: TerminalId,
    ending: &'a CancellationToken,
    typed: Typed,
    keys: Keys,
    resized: Signal,
    size: Cell<Size>,
    /// Whether somebody else has the size in hand, so that a key takes it back.
    theirs: Cell<bool>,
    history: u32,
}

/// The size of the person's terminal, as the server takes sizes.
fn room() -> Size {
    let (cols, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    Size { cols, rows }.clamped()
}

impl<'a> Attached<'a> {
    fn new(place: &'a Place, terminal: TerminalId, ending: &'a CancellationToken) -> std::io::Result<Self> {
        Ok(Self {
            place,
            terminal,
            ending,
            resized: signal(SignalKind::window_change())?,
            typed: Typed::start()?,
            keys: Keys::default(),
            size: Cell::new(room()),
            theirs: Cell::new(false),
            history: HISTORY,
        })
    }

    async fn stay(&mut self, out: &mut Stdout, clip: &mut Clip) -> Left {
        let mut pause = Pause::default();
        loop {
            let size = room();
            self.size.set(size);
            let (id, history, Size { cols, rows }) = (self.terminal, self.history, size);
            let path = format!("/api/v1/terminals/{id}/ws?cols={cols}&rows={rows}&history={history}");
            let step = match connect(self.place, &path).await {
                Ok(socket) => {
                    pause = Pause::default();
                    self.converse(socket, out, clip).await
                }
                Err(lost @ (Lost::Gone | Lost::Revoked)) => {
                    Step::Leave(Left::Failed(lost.words().to_owned()))
                }
                Err(lost) => Step::Lost(lost),
            };
            match step {
                Step::Leave(left) => return left,
                Step::Anew => {}
                Step::Lost(lost) => {
                    let words = format!("{} F12 goes back.", lost.words());
                    show::banner(out, size, &words).await;
                    if let Some(left) = self.wait(pause.after(&lost)).await {
                        return left;
                    }
                }
            }
        }
    }

    /// Waits for the server; what is typed meanwhile has nowhere to go.
    async fn wait(&mut self, time: Duration) -> Option<Left> {
        let again = sleep(time);
        tokio::pin!(again);
        loop {
            tokio::select! {
                () = &mut again => return None,
                () = self.ending.cancelled() => return Some(Left::Told),
                typed = self.typed.next() => match typed {
                    None => return Some(Left::Told),
                    Some(bytes) if self.keys.take(&bytes).1 => return Some(Left::Asked),
                    Some(_) => {}
                },
            }
        }
    }

    async fn converse(&mut self, socket: Socket, out: &mut Stdout, clip: &mut Clip) -> Step {
        let (mut sink, frames) = socket.split();
        let (say, mut said) = mpsc::channel(QUEUE);
        let Size { cols, rows } = self.size.get();
        // The queue is empty: there is room for it.
        let _ = say.try_send(Said::Drive(cols, rows));
        let sending = async {
            while let Some(said) = said.recv().await {
                if sink.send(Message::binary(said.write())).await.is_err() {
                    break;
                }
            }
        };
        let mut show = Show::new(out, &self.size, &self.theirs, clip, self.history > 0);
        let typing = Typing {
            typed: &mut self.typed,
            keys: &mut self.keys,
            resized: &mut self.resized,
            size: &self.size,
            theirs: &self.theirs,
        };
        let step = tokio::select! {
            step = show.run(frames, say.clone()) => step,
            left = typing.run(say) => Step::Leave(left),
            () = sending => Step::Lost(Lost::Away),
            () = self.ending.cancelled() => Step::Leave(Left::Told),
        };
        if show.drew {
            // By now the past is in the history of the person's own terminal.
            self.history = 0;
        }
        step
    }
}

/// What goes to the server while a connection holds.
struct Typing<'a> {
    typed: &'a mut Typed,
    keys: &'a mut Keys,
    resized: &'a mut Signal,
    size: &'a Cell<Size>,
    theirs: &'a Cell<bool>,
}

impl Typing<'_> {
    /// Reads the keys whether or not the server takes anything: the one that leads back has to be seen.
    async fn run(self, say: Sender<Said>) -> Left {
        let mut behind = VecDeque::new();
        loop {
            if behind.len() > BEHIND {
                return Left::Failed("The server takes nothing that is typed.".to_owned());
            }
            let patience = self.keys.patience();
            let alone = async {
                match patience {
                    Some(time) => sleep(time).await,
                    None => pending().await,
                }
            };
            let through = tokio::select! {
                typed = self.typed.next() => {
                    let Some(bytes) = typed else { return Left::Told };
                    let (through, back) = self.keys.take(&bytes);
                    if back {
                        return Left::Asked;
                    }
                    through
                }
                () = alone => self.keys.give_up(),
                room = say.reserve(), if !behind.is_empty() => {
                    // If the connection is gone, who writes to it says so.
                    let Ok(room) = room else { return pending().await };
                    if let Some(said) = behind.pop_front() {
                        room.send(said);
                    }
                    continue;
                }
                _ = self.resized.recv() => {
                    let size = room();
                    self.size.set(size);
                    behind.push_back(Said::Room(size.cols, size.rows));
                    continue;
                }
            };
            let Size { cols, rows } = self.size.get();
            if through.is_empty() {
                continue;
            }
            if self.theirs.get() {
                behind.push_back(Said::Drive(cols, rows));
            } else {
                put_behind(&mut behind, through);
            }
        }
    }
}

/// Keeps what was typed, in as few frames as it takes.
fn put_behind(behind: &mut VecDeque<Said>, typed: Vec<u8>) {
    match behind.back_mut() {
        Some(Said::Input(last)) if last.len() + typed.len() <= CHUNK => last.extend(typed),
        _ => behind.push_back(Said::Input(typed)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    async fn typing(typed: &[&[u8]]) -> Left {
        let (send, chunks) = mpsc::channel(typed.len());
        for chunk in typed {
            send.try_send(chunk.to_vec()).unwrap();
        }
        // Nobody takes anything from it.
        let (say, _said) = mpsc::channel(1);
        let typing = Typing {
            typed: &mut Typed::of(chunks),
            keys: &mut Keys::default(),
            resized: &mut signal(SignalKind::window_change()).unwrap(),
            size: &Cell::new(Size { cols: 80, rows: 24 }),
            theirs: &Cell::new(false),
        };
        typing.run(say).await
    }

    #[tokio::test]
    async fn the_way_back_is_open_while_the_server_takes_nothing() {
        assert_eq!(typing(&[b"a", b"b", b"c", b"\x1b[24~"]).await, Left::Asked);
        let long = [b'x'; CHUNK];
        let mut paste = vec![b"x".as_slice(); BEHIND + 2];
        paste.extend([long.as_slice(); BEHIND - 2]);
        assert_eq!(
            typing(&[&paste[..], &[b"\x1b[24~"]].concat()).await,
            Left::Asked,
            "few frames hold a paste"
        );
        paste.extend([long.as_slice(); 3]);
        assert!(matches!(typing(&paste).await, Left::Failed(_)), "what is kept has an end");
    }
}
