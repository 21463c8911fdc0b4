//! One client of a keeper: answers its requests in order and, once it takes records, streams them from disk.
//! A slow client holds back only its own connection; nothing is buffered for it.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::hub::{Hub, spawn_thread};
use super::journal::Reader;
use super::terminal::{self, Terminal};
use super::wire::{MAX_INPUT, Reply, Request, View, read_frame};
use super::{lock, log};

/// Records are sent together up to about this many bytes.
const BATCH: usize = 32 << 10;

/// The writing half, shared by the answers and the stream: one frame at a time.
struct Out {
    stream: Mutex<UnixStream>,
    gone: AtomicBool,
}

impl Out {
    fn send(&self, frames: &[u8]) -> io::Result<()> {
        let sent = lock(&self.stream).write_all(frames);
        if sent.is_err() {
            self.gone.store(true, Ordering::Release);
        }
        sent
    }

    fn reply(&self, reply: &Reply) -> io::Result<()> {
        let mut frame = Vec::new();
        reply.put(&mut frame);
        self.send(&frame)
    }
}

/// Serves a connection until the client leaves.
pub(super) fn run(hub: &Arc<Hub>, mut stream: UnixStream) {
    let Ok(writing) = stream.try_clone() else { return };
    let out = Arc::new(Out { stream: Mutex::new(writing), gone: AtomicBool::new(false) });
    let mut taking = false;
    loop {
        let served = match read_frame(&mut stream) {
            Ok((kind, payload)) => match Request::parse(kind, &payload) {
                Ok(request) => {
                    drop(payload);
                    answer(hub, &out, request, &mut taking)
                }
                Err(error) => out.reply(&Reply::Error(error.to_string())),
            },
            Err(error) => {
                // What follows an impossible length cannot be told apart, so the client is let go.
                if error.kind() == io::ErrorKind::InvalidData {
                    let _ = out.reply(&Reply::Error(error.to_string()));
                }
                Err(error)
            }
        };
        if served.is_err() {
            break;
        }
    }
    out.gone.store(true, Ordering::Release);
    // The stream's thread may sleep; a change without a change makes it look. The shutdown frees it if it
    // is stuck in a write.
    let _ = stream.shutdown(std::net::Shutdown::Both);
    hub.change(|_| {});
    if let Ok(terminal) = hub.terminal() {
        terminal.wake();
    }
}

fn answer(hub: &Arc<Hub>, out: &Arc<Out>, request: Request, taking: &mut bool) -> io::Result<()> {
    let reply = match request {
        // Whatever the client's version, it is told ours and speaks that.
        Request::Hello { .. } => Reply::Welcome(hub.status()),
        Request::Status => Reply::Status(hub.status()),
        Request::Take { .. } if *taking => Reply::Error("this connection already takes records".to_owned()),
        Request::Take { after } => {
            *taking = true;
            let (hub, out) = (Arc::clone(hub), Arc::clone(out));
            return spawn_thread("stream", move || {
                if let Err(error) = stream_records(&hub, &out, after) {
                    log(&format!("a stream of records ended: {error}"));
                }
                let _ = lock(&out.stream).shutdown(std::net::Shutdown::Both);
            });
        }
        Request::Ack { through } => {
            hub.ack(through);
            Reply::Done
        }
        Request::Input { id, bytes } => match hub.offer(&id, bytes) {
            Ok(taken) => Reply::InputTaken(taken),
            Err(refusal) => Reply::InputRefused(refusal),
        },
        Request::CloseInput => match hub.close_input() {
            Ok(()) => Reply::Done,
            Err(refusal) => Reply::InputRefused(refusal),
        },
        Request::Kill { mode } => {
            hub.kill(mode);
            Reply::Done
        }
        Request::View(_) if *taking => Reply::Error("this connection already streams".to_owned()),
        Request::View(view) => match hub.terminal() {
            Ok(terminal) => {
                *taking = true;
                return show(terminal, out, view);
            }
            Err(refusal) => Reply::InputRefused(refusal),
        },
        Request::Type(bytes) => match hub.terminal().and_then(|_| hub.input.push(bytes, MAX_INPUT)) {
            Ok(()) => Reply::Done,
            Err(refusal) => Reply::InputRefused(refusal),
        },
        Request::Resize(size) => match hub.terminal() {
            Ok(terminal) => {
                terminal.resize(size);
                Reply::Done
            }
            Err(refusal) => Reply::InputRefused(refusal),
        },
    };
    out.reply(&reply)
}

/// Streams what the terminal shows.
fn show(terminal: &Arc<Terminal>, out: &Arc<Out>, view: View) -> io::Result<()> {
    let (terminal, out) = (Arc::clone(terminal), Arc::clone(out));
    spawn_thread("viewer", move || {
        let gone = || out.gone.load(Ordering::Acquire);
        // An error says only that the viewer has left.
        let _ = terminal::view(&terminal, &view, gone, |reply| out.reply(reply));
        let _ = lock(&out.stream).shutdown(std::net::Shutdown::Both);
    })
}

/// Sends every record after `after`, now and as they come, and tells when the journal is stuck.
fn stream_records(hub: &Hub, out: &Out, after: u64) -> io::Result<()> {
    let mut reader = Reader::new(&hub.journal_dir(), after);
    let mut told = None;
    let mut frames = Vec::new();
    loop {
        let (mut last, mut acked, mut blocked) = (0, 0, None);
        hub.wait_until(None, |head| {
            (last, acked) = (head.last_seq, head.acked);
            let news = last > reader.at() || head.blocked != told;
            if news {
                blocked.clone_from(&head.blocked);
            }
            news || out.gone.load(Ordering::Acquire)
        });
        if out.gone.load(Ordering::Acquire) {
            return Ok(());
        }
        while let Some(record) = reader.next(last, acked)? {
            Reply::Record(record).put(&mut frames);
            if frames.len() >= BATCH {
                out.send(&frames)?;
                frames.clear();
            }
        }
        // After the records that were written before it got stuck.
        if blocked != told {
            Reply::Journal(blocked.clone()).put(&mut frames);
            told = blocked;
        }
        out.send(&frames)?;
        frames.clear();
        if frames.capacity() > 4 * BATCH {
            frames = Vec::new();
        }
        if reader.at() < last {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the journal is damaged"));
        }
    }
}
