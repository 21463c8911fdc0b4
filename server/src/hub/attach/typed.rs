//! Reads the keyboard byte for byte, on a thread of its own, for as long as a terminal has the screen. It takes no byte more
//! once it is told to end, so that the next key is the hub's.

use std::{
    io::stdin,
    os::fd::OwnedFd,
    thread::{self, JoinHandle},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::{Errno, read},
    pipe::pipe,
};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// The most bytes taken at once; a frame to the server holds no more than twice that.
pub(super) const CHUNK: usize = 32 << 10;
/// Chunks that may wait; the terminal holds the rest of a paste.
const QUEUE: usize = 4;

/// What is typed, until this is dropped.
pub(super) struct Typed {
    chunks: Receiver<Vec<u8>>,
    wake: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Typed {
    /// Begins to read.
    pub(super) fn start() -> std::io::Result<Self> {
        let (woken, wake) = pipe()?;
        let (send, chunks) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name("keys".to_owned()).spawn(move || listen(&woken, &send))?;
        Ok(Self { chunks, wake: Some(wake), thread: Some(thread) })
    }

    /// What these say instead of a keyboard.
    #[cfg(test)]
    pub(super) fn of(chunks: Receiver<Vec<u8>>) -> Self {
        Self { chunks, wake: None, thread: None }
    }

    /// What is typed next; none once the terminal is gone.
    pub(super) async fn next(&mut self) -> Option<Vec<u8>> {
        self.chunks.recv().await
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        // Who waits for room in the queue goes, and so does who waits for a key.
        self.chunks.close();
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(woken: &OwnedFd, send: &Sender<Vec<u8>>) {
    let stdin = stdin();
    let mut buffer = vec![0; CHUNK];
    loop {
        let mut both = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(woken, PollFlags::IN)];
        match poll(&mut both, None) {
            Err(Errno::INTR) => continue,
            Err(_) => return,
            Ok(_) if !both[1].revents().is_empty() => return,
            Ok(_) => {}
        }
        match read(&stdin, &mut buffer) {
            Err(Errno::INTR | Errno::AGAIN) => {}
            Ok(0) | Err(_) => return,
            Ok(count) => {
                if send.blocking_send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        }
    }
}
