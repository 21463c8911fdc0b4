//! The server's side of a live keeper: asks it and takes its records. It starts and stores nothing.
//! Requests and records travel on two connections, so a server that is slow to store never blocks an approval.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::error::KeeperError;
use super::host::socket_path;
use super::model::{KillMode, Shown, Size, Status, Taken};
use super::record::Record;
use super::wire::{MAX_ID, MAX_INPUT, MIN_VERSION, PROTOCOL_VERSION, Reply, Request, View, read_reply};

/// Records the server may lag behind before the keeper's stream waits; each is at most 64 KiB of output.
const EVENTS: usize = 64;
/// Requests that may wait for the one before them.
const REQUESTS: usize = 32;
/// How long a keeper may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// What comes from a keeper.
#[derive(Debug)]
pub enum KeeperEvent {
    /// The next record.
    Record(Record),
    /// The journal cannot be written, for this reason; the child waits until there is room.
    Blocked(String),
    /// The journal can be written again.
    Unblocked,
    /// Nothing follows: the keeper has ended, was killed, or its journal ends here. What it left can be read
    /// with [`super::read_dead`].
    Gone,
}

/// What a terminal shows, as it happens. Whoever does not ask for the next is not waited for, and gets a picture later.
pub struct Viewing {
    stream: UnixStream,
}

impl Viewing {
    /// The next thing to show. Not to be cancelled in the middle of a frame: drop it all instead.
    /// [`KeeperError::Gone`] once the keeper is gone.
    pub async fn next(&mut self) -> Result<Shown, KeeperError> {
        loop {
            match read_reply(&mut self.stream).await.map_err(closed)? {
                Reply::Shown(shown) => return Ok(shown),
                Reply::InputRefused(refusal) => return Err(KeeperError::Refused(refusal)),
                _ => {}
            }
        }
    }
}

/// The records of one keeper in order, at most a few megabytes ahead of the reader.
pub struct Events {
    pub(super) events: mpsc::Receiver<KeeperEvent>,
}

impl Events {
    /// The next event; after the end always [`KeeperEvent::Gone`]. Nothing is lost when this is cancelled.
    pub async fn next(&mut self) -> KeeperEvent {
        self.events.recv().await.unwrap_or(KeeperEvent::Gone)
    }
}

struct Call {
    request: Request,
    reply: oneshot::Sender<Result<Reply, KeeperError>>,
}

/// A connection to a live keeper; clones share it. Calls are answered in the order they are made, and a call
/// that was given up is still carried out.
#[derive(Clone)]
pub struct Client {
    dir: PathBuf,
    welcome: Status,
    calls: mpsc::Sender<Call>,
}

/// Connects to the keeper that owns `dir`.
pub async fn attach(dir: &Path) -> Result<Client, KeeperError> {
    let mut stream = connect(dir).await?;
    let hello = Request::Hello { version: PROTOCOL_VERSION };
    let welcome = match timeout(ANSWER, exchange(&mut stream, &hello))
        .await
        .map_err(|_| KeeperError::TimedOut)??
    {
        Reply::Welcome(status) if status.version >= MIN_VERSION && status.min_version <= PROTOCOL_VERSION => {
            status
        }
        Reply::Welcome(status) => {
            return Err(KeeperError::Version { keeper: status.version, ours: MIN_VERSION });
        }
        other => return Err(unexpected(other)),
    };
    let (calls, queue) = mpsc::channel(REQUESTS);
    tokio::spawn(carry(stream, queue));
    Ok(Client { dir: dir.to_owned(), welcome, calls })
}

impl Client {
    /// Whether this connection is of no use any more, so that what is asked on it is not even sent.
    pub fn is_lost(&self) -> bool {
        self.calls.is_closed()
    }

    /// What the keeper said of itself when it was connected to.
    pub const fn welcome(&self) -> &Status {
        &self.welcome
    }

    /// Streams every record numbered above `after`, those of the past first. Each call opens a stream of its
    /// own; dropping it closes it.
    pub async fn take(&self, after: u64) -> Result<Events, KeeperError> {
        let stream = self.stream(&Request::Take { after }).await?;
        let (to, events) = mpsc::channel(EVENTS);
        tokio::spawn(async move {
            tokio::select! {
                () = forward(stream, &to) => {}
                () = to.closed() => {}
            }
        });
        Ok(Events { events })
    }

    /// Shows the child's terminal: first a picture, unless `view` says what is known and that is recent, then all that
    /// follows. Each call opens a stream of its own.
    pub async fn view(&self, view: View) -> Result<Viewing, KeeperError> {
        Ok(Viewing { stream: self.stream(&Request::View(view)).await? })
    }

    /// Gives bytes to the child's terminal, as if they were typed there. At most 64 MiB may be waiting.
    pub async fn type_in(&self, bytes: Vec<u8>) -> Result<(), KeeperError> {
        self.done(Request::Type(bytes)).await
    }

    /// Gives the child's terminal another size, clamped to what one can have.
    pub async fn resize(&self, size: Size) -> Result<(), KeeperError> {
        self.done(Request::Resize(size)).await
    }

    /// A connection of its own, on which this was asked.
    async fn stream(&self, request: &Request) -> Result<UnixStream, KeeperError> {
        let mut stream = connect(&self.dir).await?;
        let mut frame = Vec::new();
        request.put(&mut frame);
        stream.write_all(&frame).await?;
        Ok(stream)
    }

    /// Gives bytes to the child once, however often the same id is offered. When this returns, they are in the
    /// journal; a refused id may be offered again. At most 64 MiB, the id 1 to 256 bytes.
    pub async fn input(&self, id: &str, bytes: Vec<u8>) -> Result<Taken, KeeperError> {
        if bytes.len() > MAX_INPUT || id.is_empty() || id.len() > MAX_ID {
            return Err(KeeperError::Protocol("an input or its id is too long".to_owned()));
        }
        match self.call(Request::Input { id: id.to_owned(), bytes }).await? {
            Reply::InputTaken(taken) => Ok(taken),
            other => Err(unexpected(other)),
        }
    }

    /// Closes the child's input once everything taken before is written.
    pub async fn close_input(&self) -> Result<(), KeeperError> {
        self.done(Request::CloseInput).await
    }

    /// Signals the child's group. Returns at once; the end comes as the exit record.
    pub async fn kill(&self, mode: KillMode) -> Result<(), KeeperError> {
        self.done(Request::Kill { mode }).await
    }

    /// Says that everything numbered `through` or less is stored: the keeper may delete it, and ends once
    /// this covers the exit record. [`KeeperError::Gone`] is then no loss.
    pub async fn ack(&self, through: u64) -> Result<(), KeeperError> {
        self.done(Request::Ack { through }).await
    }

    /// The keeper's present state.
    pub async fn status(&self) -> Result<Status, KeeperError> {
        match self.call(Request::Status).await? {
            Reply::Status(status) => Ok(status),
            other => Err(unexpected(other)),
        }
    }

    async fn done(&self, request: Request) -> Result<(), KeeperError> {
        match self.call(request).await? {
            Reply::Done => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    async fn call(&self, request: Request) -> Result<Reply, KeeperError> {
        let (reply, answer) = oneshot::channel();
        self.calls.send(Call { request, reply }).await.map_err(|_| KeeperError::NotSent)?;
        // Whatever is sent has a result; a call that was dropped was not.
        answer.await.map_err(|_| KeeperError::NotSent)?
    }
}

fn unexpected(reply: Reply) -> KeeperError {
    match reply {
        Reply::InputRefused(refusal) => KeeperError::Refused(refusal),
        Reply::Error(text) => KeeperError::Protocol(text),
        other => KeeperError::Protocol(format!("an answer that does not fit: {other:?}")),
    }
}

/// A keeper that has closed its connection is gone, whatever the system calls it.
fn closed(error: io::Error) -> KeeperError {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => KeeperError::Gone,
        _ => KeeperError::Io(error),
    }
}

async fn exchange(stream: &mut UnixStream, request: &Request) -> Result<Reply, KeeperError> {
    let mut frame = Vec::new();
    request.put(&mut frame);
    stream.write_all(&frame).await.map_err(closed)?;
    read_reply(stream).await.map_err(closed)
}

/// Carries calls to the keeper one by one. After a failure the connection is of no use: the answer to an
/// earlier call could be taken for that to a later one. So it is once the keeper has hung up.
async fn carry(mut stream: UnixStream, mut calls: mpsc::Receiver<Call>) {
    loop {
        let call = tokio::select! {
            biased;
            () = hung_up(&stream) => None,
            call = calls.recv() => call,
        };
        let Some(Call { request, reply }) = call else { return };
        let result =
            timeout(ANSWER, exchange(&mut stream, &request)).await.unwrap_or(Err(KeeperError::TimedOut));
        let failed = result.is_err();
        let _ = reply.send(result);
        if failed {
            return;
        }
    }
}

/// Waits until the keeper has hung up, or says something that nobody asked for.
async fn hung_up(stream: &UnixStream) {
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut [0]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}

async fn forward(mut stream: UnixStream, to: &mpsc::Sender<KeeperEvent>) {
    while let Ok(reply) = read_reply(&mut stream).await {
        let event = match reply {
            Reply::Record(record) => KeeperEvent::Record(record),
            Reply::Journal(Some(reason)) => KeeperEvent::Blocked(reason),
            Reply::Journal(None) => KeeperEvent::Unblocked,
            _ => continue,
        };
        if to.send(event).await.is_err() {
            return;
        }
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

async fn connect(dir: &Path) -> io::Result<UnixStream> {
    let dir = dir.to_owned();
    let stream = blocking(move || {
        let (_handle, path) = socket_path(&dir)?;
        let stream = std::os::unix::net::UnixStream::connect(path)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    })
    .await?;
    UnixStream::from_std(stream)
}
