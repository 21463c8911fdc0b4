//! What the threads of one keeper share: the head (numbers and states), the journal and the input queue.
//! Locks are taken in the order input, journal, head; none is held while waiting for a disk to empty.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::input::InputQueue;
use super::journal::Writer;
use super::model::{Asked, Exit, Info, KillMode, Refusal, Spec, State, Status, Taken};
use super::record::Kind;
use super::terminal::Terminal;
use super::{PROTOCOL_VERSION, lock, log, sweep, wire};

/// How long a write that failed waits before it is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// A thread that reads one of the child's outputs.
pub(super) struct Pump {
    /// It holds bytes that are not yet in the journal.
    pub(super) busy: bool,
    pub(super) done: bool,
    pub(super) last: Instant,
}

/// Everything small that changes; waiters are woken by [`Hub::changed`].
pub(super) struct Head {
    pub(super) last_seq: u64,
    pub(super) acked: u64,
    pub(super) blocked: Option<String>,
    pub(super) state: State,
    /// Set while the child is alive. It is reaped under this lock, so that no signal hits a reused id.
    pub(super) alive: Option<Pid>,
    pub(super) asked: Asked,
    /// The number of the exit record and what it says.
    pub(super) exit: Option<(u64, Exit)>,
    /// The keeper itself was told to end: it does not wait for an ack of the exit.
    pub(super) ending: bool,
    pub(super) pumps: Vec<Pump>,
    /// The pumps shall take no more.
    pub(super) stop_pumps: bool,
    child_pid: Option<u32>,
    on_ladder: bool,
}

pub(super) struct Hub {
    pub(super) dir: PathBuf,
    pub(super) grace: Duration,
    pub(super) input: InputQueue,
    pub(super) changed: Condvar,
    id: String,
    started_at_ms: u64,
    head: Mutex<Head>,
    /// Set before the child runs, if it is on one.
    terminal: OnceLock<Arc<Terminal>>,
    /// Nothing once the exit is written: no record may follow it.
    journal: Mutex<Option<Writer>>,
}

impl Hub {
    pub(super) fn new(dir: &Path, spec: &Spec) -> io::Result<Self> {
        let journal = Writer::create(&dir.join("journal"), spec.segment_bytes)?;
        Ok(Self {
            dir: dir.to_owned(),
            grace: Duration::from_millis(spec.kill_grace_ms),
            input: InputQueue::default(),
            changed: Condvar::new(),
            id: spec.id.clone(),
            started_at_ms: super::now_ms(),
            head: Mutex::new(Head {
                last_seq: 0,
                acked: 0,
                blocked: None,
                state: State::Starting,
                alive: None,
                asked: Asked::None,
                exit: None,
                ending: false,
                pumps: Vec::new(),
                stop_pumps: false,
                child_pid: None,
                on_ladder: false,
            }),
            terminal: OnceLock::new(),
            journal: Mutex::new(Some(journal)),
        })
    }

    pub(super) fn head(&self) -> MutexGuard<'_, Head> {
        lock(&self.head)
    }

    /// Changes the head and wakes whoever waits for it.
    pub(super) fn change(&self, change: impl FnOnce(&mut Head)) {
        change(&mut self.head());
        self.changed.notify_all();
    }

    /// Waits until `done`, or until `limit` has passed.
    pub(super) fn wait_until(&self, limit: Option<Duration>, mut done: impl FnMut(&mut Head) -> bool) {
        let head = self.head();
        match limit {
            None => drop(self.changed.wait_while(head, |head| !done(head))),
            Some(limit) => drop(self.changed.wait_timeout_while(head, limit, |head| !done(head))),
        }
    }

    pub(super) fn journal_dir(&self) -> PathBuf {
        self.dir.join("journal")
    }

    /// The child is on this terminal.
    pub(super) fn show(&self, terminal: Arc<Terminal>) {
        // Said once, before the child runs.
        let _ = self.terminal.set(terminal);
    }

    pub(super) fn terminal(&self) -> Result<&Arc<Terminal>, Refusal> {
        self.terminal.get().ok_or(Refusal::NoTerminal)
    }

    pub(super) fn started(&self, pid: Pid) {
        self.change(|head| {
            head.alive = Some(pid);
            head.child_pid = Some(pid.as_raw_nonzero().get().cast_unsigned());
            head.state = State::Running;
        });
    }

    /// Appends to the journal, and while that fails waits and tries again: the caller reads nothing more
    /// meanwhile, which holds the child back. Nothing is added after the exit.
    pub(super) fn append(&self, kind: Kind, line_end: bool, bytes: &[u8]) {
        while let Err(error) = self.try_append(kind, line_end, bytes) {
            let text = error.to_string();
            if self.head().blocked.as_ref() != Some(&text) {
                log(&format!("the journal is blocked: {text}"));
                self.change(|head| head.blocked = Some(text));
            }
            thread::sleep(RETRY);
        }
    }

    /// One attempt; `false` when the journal is closed.
    fn try_append(&self, kind: Kind, line_end: bool, bytes: &[u8]) -> io::Result<bool> {
        let mut journal = lock(&self.journal);
        let Some(writer) = journal.as_mut() else {
            return Ok(false);
        };
        let seq = writer.append(kind, line_end, bytes)?;
        self.change(|head| {
            head.last_seq = seq;
            head.blocked = None;
        });
        Ok(true)
    }

    /// Writes the last record and closes the journal for whoever still holds a pipe.
    pub(super) fn finish(&self, exit: Exit) {
        let state = if exit.failed_to_start.is_some() { State::FailedToStart } else { State::Exited };
        // Before the record: whoever has seen that may look at the file, or let this process end.
        self.note_info(state, Some(&exit));
        // An `Exit` holds no map, so it always has a JSON form.
        self.append(Kind::Exit, false, &serde_json::to_vec(&exit).unwrap_or_default());
        *lock(&self.journal) = None;
        self.input.end();
        if let Ok(terminal) = self.terminal() {
            terminal.end(exit.clone());
        }
        self.change(|head| {
            head.state = state;
            head.exit = Some((head.last_seq, exit));
        });
    }

    /// Takes an input once, whoever offers it how often.
    pub(super) fn offer(&self, id: &str, bytes: Vec<u8>) -> Result<Taken, Refusal> {
        self.input.offer(id, bytes, |bytes| self.note(Kind::Input, &wire::join_input(id, bytes)))
    }

    pub(super) fn close_input(&self) -> Result<(), Refusal> {
        self.input.close_after(|| self.note(Kind::InputClosed, &[]))
    }

    /// Journals what a client asked for, or says at once why that is not possible.
    fn note(&self, kind: Kind, bytes: &[u8]) -> Result<(), Refusal> {
        match self.try_append(kind, false, bytes) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::Exited),
            Err(error) => Err(Refusal::JournalBlocked(error.to_string())),
        }
    }

    pub(super) fn ack(&self, through: u64) {
        let through = through.min(self.head().last_seq);
        if let Some(writer) = lock(&self.journal).as_mut() {
            writer.ack(through);
        }
        self.change(|head| head.acked = head.acked.max(through));
    }

    pub(super) fn kill(self: &Arc<Self>, mode: KillMode) {
        match mode {
            KillMode::Interrupt => self.signal(Signal::INT, Asked::Interrupt),
            KillMode::Terminate => self.signal(Signal::TERM, Asked::Terminate),
            KillMode::Kill => self.signal(Signal::KILL, Asked::Kill),
            KillMode::Ladder => {
                if std::mem::replace(&mut self.head().on_ladder, true) {
                    return;
                }
                let hub = Arc::clone(self);
                if spawn_thread("ladder", move || hub.ladder()).is_err() {
                    self.head().on_ladder = false;
                    self.signal(Signal::KILL, Asked::Kill);
                }
            }
        }
    }

    fn ladder(&self) {
        // A shell takes no notice of an interrupt or of being terminated; that its terminal is gone is another matter.
        let first = match self.terminal() {
            Ok(_) => (Signal::HUP, Asked::Terminate),
            Err(_) => (Signal::INT, Asked::Interrupt),
        };
        for (signal, asked) in [first, (Signal::TERM, Asked::Terminate), (Signal::KILL, Asked::Kill)] {
            self.signal(signal, asked);
            self.wait_until(Some(self.grace), |head| head.alive.is_none());
        }
        self.head().on_ladder = false;
    }

    fn signal(&self, signal: Signal, asked: Asked) {
        let mut head = self.head();
        let Some(pid) = head.alive else { return };
        head.asked = head.asked.max(asked);
        // A child that has left its group is still ours to signal.
        if kill_process_group(pid, signal).is_err() || signal == Signal::KILL {
            let _ = kill_process(pid, signal);
        }
    }

    pub(super) fn status(&self) -> Status {
        let child = self.head().child_pid;
        let terminal = self.terminal().ok().map(|terminal| terminal.status(child));
        let head = self.head();
        Status {
            terminal,
            version: PROTOCOL_VERSION,
            min_version: wire::MIN_VERSION,
            id: self.id.clone(),
            keeper_pid: std::process::id(),
            child_pid: head.child_pid,
            started_at_ms: self.started_at_ms,
            last_seq: head.last_seq,
            acked: head.acked,
            state: head.state,
            journal_blocked: head.blocked.clone(),
            exit: head.exit.as_ref().map(|(_, exit)| exit.clone()),
        }
    }

    /// Brings `keeper.json` up to date. It only helps those who come later, so a failure is merely logged.
    pub(super) fn note_info(&self, state: State, exit: Option<&Exit>) {
        if let Err(error) = self.write_info(state, exit) {
            log(&format!("keeper.json was not updated: {error}"));
        }
    }

    /// Replaces `keeper.json` in one step.
    pub(super) fn write_info(&self, state: State, exit: Option<&Exit>) -> io::Result<()> {
        let child_pid = self.head().child_pid;
        let keeper_pid = std::process::id();
        let info = Info {
            version: PROTOCOL_VERSION,
            id: self.id.clone(),
            keeper_pid,
            keeper_start_time: sweep::start_time(keeper_pid).unwrap_or(0),
            child_pid,
            // Once the child is reaped its id may be anyone's.
            child_start_time: child_pid.filter(|_| exit.is_none()).and_then(sweep::start_time),
            started_at_ms: self.started_at_ms,
            state,
            exit: exit.cloned(),
        };
        let (path, fresh) = (self.dir.join("keeper.json"), self.dir.join("keeper.json.new"));
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(&serde_json::to_vec(&info)?)?;
        std::fs::rename(fresh, path)
    }
}

/// Starts a named thread with a small stack; each keeper has several and their sum counts.
pub(super) fn spawn_thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).stack_size(256 << 10).spawn(work).map(drop)
}
