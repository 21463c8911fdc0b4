//! The keeper: a small process that owns one agent, its journal and one Unix socket, and outlives the server.
//! Map: `host` runs in the keeper process (plain threads), `start`, `client`, `disk` and `reach` in the server (tokio), `exec`
//! starts short commands, `told` long ones, `ports` looks where programs listen, `foreground` what a person asked for at a terminal. It knows nothing of SQLite, HTTP or Claude; no other module starts a process.

mod client;
mod disk;
mod error;
mod exec;
mod foreground;
mod host;
mod hub;
mod input;
mod journal;
mod lines;
mod model;
mod ports;
mod process;
mod reach;
mod reap;
mod record;
mod serve;
mod start;
mod sweep;
mod terminal;
#[cfg(test)]
mod tests;
mod told;
mod wire;

pub use client::{Client, Events, KeeperEvent, Viewing, attach};
pub use disk::{Found, child, end_leftovers, forget, lives, put_down, read_dead, scan, withdraw};
pub use error::KeeperError;
pub use exec::{Exec, ExecError, Output, exec};
pub use foreground::{at_terminal, detached};
pub use host::run;
pub use lines::{Item, Lines};
pub use model::{
    Asked, Exit, Failure, FailureReason, Hosting, Info, KillMode, Refusal, Shown, Size, Spec, State, Status,
    Taken, TerminalStatus,
};
pub use ports::{Listening, listening, reachable};
pub use reach::{Way, clear, let_go, parted};
pub use record::{Kind, Record};
pub use start::spawn;
pub use told::{Stopped, Told, told};
pub use wire::{MIN_VERSION, PROTOCOL_VERSION, View};

/// A lock that a panicking thread left behind is still taken: every value here is valid between statements.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Writes to `keeper.log`; unlike `eprintln` it does not panic when the disk is full.
fn log(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{} {text}", now_ms());
}

fn now_ms() -> u64 {
    crate::clock::now().0.unsigned_abs()
}
