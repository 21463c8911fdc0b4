//! Programs that run beside the demo and end with it. Never leaves one behind, and never ends one it did not start.

use std::{
    net::{SocketAddr, TcpListener},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A signal can be told nothing but a static.
static ENDED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, a hang-up and a request to terminate are only noted, for [`ended`].
pub(crate) fn note_signals() -> Result<()> {
    Ok(ctrlc::set_handler(|| ENDED.store(true, Ordering::SeqCst))?)
}

/// Whether somebody asked this program to end.
pub(crate) fn ended() -> bool {
    ENDED.load(Ordering::SeqCst)
}

/// A child in a process group of its own, so that Ctrl-C reaches only the demo; it is ended when this is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Starts it with nothing on its stdin.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        Ok(Self(
            child.with_context(|| format!("cannot start {}", Path::new(command.get_program()).display()))?,
        ))
    }

    /// Returns once `ready`; an error when it ended before or took longer than half a minute.
    pub(crate) fn wait_for(&mut self, what: &str, ready: impl Fn() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            if let Some(status) = self.0.try_wait()? {
                bail!("{what} ended with {status}");
            }
            if ended() {
                bail!("interrupted");
            }
            if begun.elapsed() > START_LIMIT {
                bail!("{what} was not ready after {} s", START_LIMIT.as_secs());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw)
            && matches!(self.0.try_wait(), Ok(None))
        {
            let _ = kill_process(pid, Signal::TERM);
        }
        let begun = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) {
            if begun.elapsed() > STOP_LIMIT {
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// This port of loopback if nobody has it, or any other.
pub(crate) fn free_port(wanted: u16) -> Result<SocketAddr> {
    let bound = TcpListener::bind(("127.0.0.1", wanted)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)))?;
    Ok(bound.local_addr()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_gives_way() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let held = TcpListener::bind(taken).unwrap();
        assert_ne!(free_port(taken.port()).unwrap().port(), held.local_addr().unwrap().port());
    }

    #[test]
    fn what_was_started_ends_with_its_owner() {
        let running = Running::start(Command::new("sleep").arg("60")).unwrap();
        let pid = Pid::from_raw(running.0.id().try_into().unwrap()).unwrap();
        drop(running);
        assert!(rustix::process::test_kill_process(pid).is_err());
    }
}
