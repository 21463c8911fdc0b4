//! A child on a terminal. One thread reads what it writes into a model of the screen, one writes what is typed, and each
//! viewer has one that sends it a picture and then every byte that follows. Nothing of it is journalled but the end:
//! what is typed is nobody's business, and what is shown is kept here, bounded, for as long as the keeper lives.
//!
//! `display`: `tokens` → `recent` → `view`; and of that, when it is asked for, `screen` (with `flow` and `scrollback`), of
//! which `snapshot` draws the picture with `encode`.

mod display;
mod encode;
mod flow;
mod palette;
mod pty;
mod recent;
mod screen;
mod scrollback;
mod snapshot;
#[cfg(test)]
mod tests;
mod tokens;
mod view;

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use portable_pty::MasterPty;
use rustix::process::Pid;

use self::display::Display;
use super::hub::Hub;
use super::lock;
use super::model::{Exit, Failure, Size, Spec, TerminalStatus};
pub(super) use view::run as view;

/// The most that is read in one go.
const CHUNK: usize = 64 << 10;
/// Answers to a program that asks and never reads are dropped beyond this many bytes.
const UNREAD: usize = 64 << 10;
/// Texts for the clipboard that are remembered for viewers who have not been told.
const COPIES: usize = 4;

/// What viewers see.
struct Seen {
    display: Display,
    /// How often the size has changed: what was sent before is of no use after.
    sizes: u64,
    /// The last texts for the clipboard, numbered from 1.
    copies: VecDeque<(u64, String)>,
    over: Option<Exit>,
    /// How many are being told.
    viewers: usize,
}

/// A terminal in its keeper.
pub(super) struct Terminal {
    shown: Mutex<Seen>,
    changed: Condvar,
    master: Mutex<Box<dyn MasterPty + Send>>,
}

/// A child that runs on a terminal.
pub(super) struct Started {
    pub(super) pid: Pid,
    pub(super) terminal: Terminal,
    pub(super) input: Box<dyn Write + Send>,
    pub(super) output: Box<dyn Read + Send>,
}

/// How a terminal begins.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) size: Size,
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// Starts the child.
pub(super) fn start(spec: &Spec, order: Order) -> Result<Started, Failure> {
    let size = order.size.clamped();
    let opened = pty::open(spec, size)?;
    let shown = Seen {
        display: Display::new(size, order.rows, order.bytes),
        sizes: 0,
        copies: VecDeque::new(),
        over: None,
        viewers: 0,
    };
    let terminal =
        Terminal { shown: Mutex::new(shown), changed: Condvar::new(), master: Mutex::new(opened.master) };
    Ok(Started { pid: opened.pid, terminal, input: opened.writer, output: opened.reader })
}

/// Reads until the terminal ends. `busy` is told before and after each chunk; it says when to stop.
pub(super) fn pump(hub: &Hub, terminal: &Terminal, mut output: impl Read, busy: impl Fn(bool) -> bool) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let chunk = match output.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) => &buffer[..n],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // How Linux says that nobody has the other side any more.
            Err(_) => return,
        };
        busy(true);
        let replies = terminal.read(chunk);
        if !replies.is_empty() {
            // A program that asks and does not read has itself to blame.
            let _ = hub.input.push(replies, UNREAD);
        }
        if busy(false) {
            return;
        }
    }
}

impl Terminal {
    /// Takes what the child wrote; returns what its questions are answered with.
    fn read(&self, chunk: &[u8]) -> Vec<u8> {
        let mut shown = lock(&self.shown);
        let news = shown.display.read(chunk);
        for copy in news.copies {
            let number = shown.copies.back().map_or(1, |(last, _)| last + 1);
            shown.copies.push_back((number, copy));
            if shown.copies.len() > COPIES {
                shown.copies.pop_front();
            }
        }
        drop(shown);
        self.changed.notify_all();
        news.replies
    }

    /// Takes another size, clamped to what a terminal can be.
    pub(super) fn resize(&self, size: Size) {
        let size = size.clamped();
        let mut shown = lock(&self.shown);
        if shown.display.size() == size {
            return;
        }
        shown.display.resize(size);
        shown.sizes += 1;
        // A child that is gone does not mind.
        let _ = lock(&self.master).resize(pty::pty_size(size));
        drop(shown);
        self.changed.notify_all();
    }

    /// The child is gone, and all it wrote was read.
    pub(super) fn end(&self, exit: Exit) {
        lock(&self.shown).over = Some(exit);
        self.changed.notify_all();
    }

    /// Waits until every viewer was told of the end, or for so long.
    pub(super) fn part(&self, limit: Duration) {
        drop(self.changed.wait_timeout_while(lock(&self.shown), limit, |shown| shown.viewers > 0));
    }

    /// Has every viewer look whether it is still wanted.
    pub(super) fn wake(&self) {
        // Whoever is about to wait has the lock until it does.
        drop(lock(&self.shown));
        self.changed.notify_all();
    }

    /// How it is now. `child` is the shell or agent itself.
    pub(super) fn status(&self, child: Option<u32>) -> TerminalStatus {
        let leader = lock(&self.master).process_group_leader().map(i32::cast_unsigned);
        let busy = leader.filter(|leader| Some(*leader) != child).map(|leader| {
            std::fs::read_to_string(format!("/proc/{leader}/comm")).unwrap_or_default().trim_end().to_owned()
        });
        TerminalStatus { size: lock(&self.shown).display.size(), busy }
    }
}
