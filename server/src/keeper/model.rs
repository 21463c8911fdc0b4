//! What server and keeper tell each other about one child: the order to start it, its state, its end.
//! Plain data with serde; unknown fields are ignored so that an older keeper and a newer server agree.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::wire::{MIN_VERSION, PROTOCOL_VERSION};

/// The default pause between two steps of the kill ladder, in milliseconds.
const GRACE_MS: u64 = 2_000;
/// The default size after which a journal segment is closed; bounds how long acked bytes stay on disk.
const SEGMENT_BYTES: u64 = 8 << 20;

/// How the child's input and output are connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hosting {
    /// Three pipes.
    #[default]
    Pipe,
    /// A terminal.
    Terminal {
        /// Its size in the beginning.
        size: Size,
        /// The most rows that are kept once they have scrolled away.
        history_rows: u32,
        /// The most bytes of them.
        history_bytes: u32,
    },
}

/// The size of a terminal in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// The nearest size that a terminal can have: a wide character needs two columns, and cells take memory.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self { cols: self.cols.clamp(2, 500), rows: self.rows.clamp(1, 300) }
    }
}

/// What a viewer of a terminal is told.
#[derive(Debug, PartialEq)]
pub enum Shown {
    /// Everything up to this place, as text for a terminal of this size that was reset.
    Picture {
        /// How many bytes were shown before.
        place: u64,
        /// The size.
        size: Size,
        /// The text.
        bytes: Vec<u8>,
    },
    /// What follows this place.
    Output {
        /// How many bytes were shown before.
        place: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The program put this on the clipboard; base64.
    Copy(String),
    /// The child is gone; nothing follows.
    Ended(Exit),
}

/// How a terminal is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalStatus {
    /// Its size.
    pub size: Size,
    /// The name of the program that has it, if that is not the child itself.
    pub busy: Option<String>,
}

/// The order to start one child, written to `spec.json` and deleted by the keeper once the child runs,
/// because the environment may hold secrets.
#[derive(Clone, Serialize, Deserialize)]
pub struct Spec {
    /// The protocol version of the server that wrote it.
    pub version: u32,
    /// Names this keeper; unique per keeper, also given to the child as `ROOST_KEEPER`.
    pub id: String,
    /// How the child is connected.
    #[serde(default)]
    pub kind: Hosting,
    /// The program and its arguments; the program is looked up in the `PATH` of `env`.
    pub argv: Vec<String>,
    /// The directory it starts in.
    pub cwd: PathBuf,
    /// The complete environment of the child; nothing is inherited.
    pub env: Vec<(String, String)>,
    /// Milliseconds between two steps of the kill ladder and of the final sweep.
    #[serde(default = "grace_ms")]
    pub kill_grace_ms: u64,
    /// A journal segment is closed once it holds this many bytes.
    #[serde(default = "segment_bytes")]
    pub segment_bytes: u64,
}

const fn grace_ms() -> u64 {
    GRACE_MS
}

const fn segment_bytes() -> u64 {
    SEGMENT_BYTES
}

impl Spec {
    /// An order to start a child with three pipes, with the default grace and segment size.
    pub fn new(id: &str, argv: Vec<String>, cwd: &Path, env: Vec<(String, String)>) -> Self {
        Self {
            version: PROTOCOL_VERSION,
            id: id.to_owned(),
            kind: Hosting::Pipe,
            argv,
            cwd: cwd.to_owned(),
            env,
            kill_grace_ms: GRACE_MS,
            segment_bytes: SEGMENT_BYTES,
        }
    }
}

/// Arguments and environment may hold secrets, so neither is ever printed.
impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec").field("id", &self.id).field("cwd", &self.cwd).finish_non_exhaustive()
    }
}

/// Where the child is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The keeper is up, the child not yet.
    Starting,
    /// The child runs, or its last output is still being collected.
    Running,
    /// The child is gone and its exit is in the journal.
    Exited,
    /// There never was a child; the exit in the journal says why.
    FailedToStart,
}

/// `keeper.json`: what a server that starts up later reads about a keeper, alive or dead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Info {
    /// The keeper's protocol version.
    pub version: u32,
    /// The id of its [`Spec`].
    pub id: String,
    /// The keeper's process id.
    pub keeper_pid: u32,
    /// The keeper's start in clock ticks since boot (field 22 of `/proc/PID/stat`).
    pub keeper_start_time: u64,
    /// The child's process id, which is its process group too.
    pub child_pid: Option<u32>,
    /// The child's start in clock ticks since boot.
    pub child_start_time: Option<u64>,
    /// When the keeper started, in milliseconds since 1970.
    pub started_at_ms: u64,
    /// Where the child was when this was written.
    pub state: State,
    /// How it ended.
    pub exit: Option<Exit>,
}

/// The strongest signal a client asked for; it tells a wanted end from an accident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Nobody asked.
    #[default]
    None,
    /// SIGINT was sent.
    Interrupt,
    /// SIGTERM was sent.
    Terminate,
    /// SIGKILL was sent.
    Kill,
}

/// What to do to the child's process group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KillMode {
    /// Interrupt, terminate, kill, each after the grace time and only if it still runs.
    Ladder,
    /// SIGINT once.
    Interrupt,
    /// SIGTERM once.
    Terminate,
    /// SIGKILL once.
    Kill,
}

/// How the child ended. Exactly one of `code`, `signal` and `failed_to_start` is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The exit code, if it ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The number of the signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// What a client had asked for before.
    #[serde(default)]
    pub asked: Asked,
    /// The kernel killed it for want of memory (by the counters of its cgroup, or else of the machine).
    #[serde(default)]
    pub oom: bool,
    /// Why it never started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_to_start: Option<Failure>,
}

/// Why a child could not be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The reason, for a program.
    pub reason: FailureReason,
    /// The reason, for a person.
    pub text: String,
}

/// The reason of a [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The program, or the interpreter its first line names, does not exist.
    BinaryMissing,
    /// The working directory does not exist or is no directory.
    CwdMissing,
    /// The program or the directory may not be used by this user.
    NotPermitted,
    /// Anything else; the text says what.
    #[serde(other)]
    Other,
}

/// An answer to `Hello` and `Status`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// The newest protocol the keeper speaks.
    pub version: u32,
    /// The oldest protocol the keeper speaks.
    #[serde(default = "min_version")]
    pub min_version: u32,
    /// The id of its [`Spec`].
    pub id: String,
    /// The keeper's process id.
    pub keeper_pid: u32,
    /// The child's process id, also after its end.
    pub child_pid: Option<u32>,
    /// When the keeper started, in milliseconds since 1970.
    pub started_at_ms: u64,
    /// The number of the newest record.
    pub last_seq: u64,
    /// The highest number that a client acked.
    pub acked: u64,
    /// Where the child is.
    pub state: State,
    /// Why the journal cannot be written just now; the child waits meanwhile.
    pub journal_blocked: Option<String>,
    /// How it ended.
    pub exit: Option<Exit>,
    /// How its terminal is, if it has one.
    #[serde(default)]
    pub terminal: Option<TerminalStatus>,
}

const fn min_version() -> u32 {
    MIN_VERSION
}

/// The keeper's word that an input is, or was before, written down and will reach the child once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// Taken now.
    Fresh,
    /// The same id was taken before; nothing was written.
    Repeat,
}

/// Why an input was not taken. The id is not remembered: the same input may be offered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "reason", content = "text")]
pub enum Refusal {
    /// The child is gone.
    #[error("the process has ended")]
    Exited,
    /// Its input was closed, by a client or by itself.
    #[error("the input is closed")]
    InputClosed,
    /// Too much is waiting for a child that does not read.
    #[error("the process does not read its input and the queue is full")]
    QueueFull,
    /// The journal cannot be written; the text says why.
    #[error("the journal cannot be written: {0}")]
    JournalBlocked(String),
    /// The child has pipes.
    #[error("the process is not on a terminal")]
    NoTerminal,
}
