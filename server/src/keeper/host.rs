//! The keeper process: takes the directory's lock, starts the child, serves the socket, and ends when the child
//! is gone and a client has acked its exit. Plain threads, no async runtime; it never reads the database.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::process::{Pid, Signal, getpid, kill_process_group, set_child_subreaper, setsid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::hub::{Hub, spawn_thread};
use super::model::{Exit, KillMode, Spec, State};
use super::{log, process, reap, serve};

/// How often a keeper looks whether its directory is still there.
const LOOK: Duration = Duration::from_secs(10);

/// How long the viewers of a terminal have to be told that it is over.
const FAREWELL: Duration = Duration::from_secs(2);

/// Runs `roost keeper --dir DIR` until the child's exit is acked. To be called before any other thread or
/// runtime is started; what goes wrong is written to standard error.
pub fn run(dir: &Path) -> ExitCode {
    match keep(dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn keep(dir: &Path) -> io::Result<()> {
    // Fails only for a group leader, who already is out of the server's reach for group signals.
    let _ = setsid();
    let lock = take_lock(dir)?;
    let spec_path = dir.join("spec.json");
    let spec: Spec = serde_json::from_slice(&fs::read(&spec_path)?)?;
    set_child_subreaper(Some(getpid()))?;
    let hub = Arc::new(Hub::new(dir, &spec)?);
    let signals = Signals::new([SIGHUP, SIGTERM, SIGINT])?;
    let listener = listen(dir)?;
    // Written before there is a child, so that a full disk is an error while nothing is lost yet.
    hub.write_info(State::Starting, None)?;
    let begun = begin(&hub, &spec);
    drop(spec);
    let _ = fs::remove_file(&spec_path);
    begun?;
    let obedient = Arc::clone(&hub);
    spawn_thread("signals", move || obey(&obedient, signals))?;
    let host = Arc::clone(&hub);
    spawn_thread("accept", move || accept(&host, &listener))?;
    if wait_for_the_end(&hub, &lock)? { fs::remove_file(dir.join("sock")) } else { Ok(()) }
}

/// Waits until the exit is acked. `false` if the directory was deleted meanwhile: nobody can ever reach this
/// keeper again, so the child is killed.
fn wait_for_the_end(hub: &Arc<Hub>, lock: &File) -> io::Result<bool> {
    loop {
        let mut over = false;
        hub.wait_until(Some(LOOK), |head| {
            over = head.exit.as_ref().is_some_and(|(seq, _)| head.ending || head.acked >= *seq);
            over
        });
        if over {
            if let Ok(terminal) = hub.terminal() {
                terminal.part(FAREWELL);
            }
            return Ok(true);
        }
        // A directory that was merely moved still has its lock.
        if lock.metadata()?.nlink() == 0 {
            log("the directory was deleted");
            hub.kill(KillMode::Kill);
            hub.wait_until(Some(hub.grace), |head| head.alive.is_none());
            return Ok(false);
        }
    }
}

/// Starts the child and its threads, or writes down why it could not be started.
fn begin(hub: &Arc<Hub>, spec: &Spec) -> io::Result<()> {
    let oom_before = reap::oom_kills();
    let started = match process::start(hub, spec) {
        Ok(started) => started,
        Err(failure) => {
            hub.finish(Exit { failed_to_start: Some(failure), ..Exit::default() });
            return Ok(());
        }
    };
    let pid = started.pid;
    hub.started(pid);
    hub.note_info(State::Running, None);
    let reaper = Arc::clone(hub);
    let threads = process::connect(hub, started)
        .and_then(|()| spawn_thread("reaper", move || reap::run(&reaper, pid, oom_before)));
    if threads.is_err() {
        give_up(pid);
    }
    threads
}

/// A child that cannot be served must not run on.
fn give_up(pid: Pid) {
    let _ = kill_process_group(pid, Signal::KILL);
}

/// The lock is held as long as this process lives, which is what others take for its life. A scanner may hold
/// it for an instant, so it is tried for a while.
fn take_lock(dir: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(dir.join("lock"))?;
    for _ in 0..100 {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::Error::new(ErrorKind::AddrInUse, "another keeper owns this directory"))
}

/// The socket of a directory by a name that always fits into the 108 bytes of a socket address; it is good
/// while the returned handle is open.
pub(super) fn socket_path(dir: &Path) -> io::Result<(rustix::fd::OwnedFd, PathBuf)> {
    let handle = rustix::fs::open(dir, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let path = PathBuf::from(format!("/proc/self/fd/{}/sock", handle.as_raw_fd()));
    Ok((handle, path))
}

fn listen(dir: &Path) -> io::Result<UnixListener> {
    let (_handle, path) = socket_path(dir)?;
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn accept(hub: &Arc<Hub>, listener: &UnixListener) {
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                let hub = Arc::clone(hub);
                // Without a thread the stream is dropped, and the client sees that it was not served.
                if let Err(error) = spawn_thread("client", move || serve::run(&hub, stream)) {
                    log(&format!("a client was turned away: {error}"));
                }
            }
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// SIGHUP is ignored (by a handler, which unlike "ignore" the child does not inherit). SIGTERM and SIGINT end
/// the child first; its journal stays for the server to read.
fn obey(hub: &Arc<Hub>, mut signals: Signals) {
    for signal in signals.forever() {
        if signal != SIGHUP {
            log("told to end");
            hub.change(|head| head.ending = true);
            if hub.head().state == State::Running {
                hub.kill(KillMode::Ladder);
            }
        }
    }
}
