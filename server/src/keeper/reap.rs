//! The end of the child: waits for it, collects what its pipes still hold, ends its descendants, and writes the
//! exit record. Decided by `wait`, never by the end of a pipe, which a grandchild may hold open.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, WaitStatus, wait, waitid};

use super::hub::Hub;
use super::model::{Asked, Exit};
use super::{log, sweep};

/// A pipe that a descendant holds is taken for empty after this silence.
const QUIET: Duration = Duration::from_millis(500);
/// The same once every descendant is gone: only a stranger can hold the pipe then.
const LAST_QUIET: Duration = Duration::from_secs(2);
/// A pipe that never falls silent is read no longer than this.
const DRAIN: Duration = Duration::from_secs(2);

/// Sees the child through to its exit record. `oom_before` is the counter from before it started.
pub(super) fn run(hub: &Hub, child: Pid, oom_before: Option<u64>) {
    let status = wait_for(hub, child);
    hub.input.end();
    drain(hub, QUIET);
    sweep::end_descendants(hub.grace);
    drain(hub, LAST_QUIET);
    hub.change(|head| head.stop_pumps = true);
    hub.wait_until(None, |head| head.pumps.iter().all(|pump| pump.done || !pump.busy));
    let asked = hub.head().asked;
    let signal = status.and_then(WaitStatus::terminating_signal);
    let grown = matches!((oom_before, oom_kills()), (Some(before), Some(now)) if now > before);
    hub.finish(Exit {
        code: status.and_then(WaitStatus::exit_status),
        signal,
        asked,
        oom: signal == Some(9) && asked != Asked::Kill && grown,
        failed_to_start: None,
    });
}

/// Reaps every child that dies, adopted ones too, until it is `child`; nothing if its status is lost.
fn wait_for(hub: &Hub, child: Pid) -> Option<WaitStatus> {
    loop {
        // Sleeps without reaping, so that the reaping itself can be done under the lock that guards signals.
        match waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                log(&format!("the child cannot be waited for: {error}"));
                hub.change(|head| head.alive = None);
                return None;
            }
        }
        let mut head = hub.head();
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if pid == child {
                head.alive = None;
                drop(head);
                hub.changed.notify_all();
                return Some(status);
            }
        }
    }
}

/// Waits until the pumps are through, or hold nothing and have been silent for `quiet`. A pump that waits for
/// room on the disk is waited for as long as that takes.
fn drain(hub: &Hub, quiet: Duration) {
    let started = Instant::now();
    loop {
        let mut drained = false;
        hub.wait_until(Some(Duration::from_millis(50)), |head| {
            drained = head.pumps.iter().all(|pump| pump.done);
            drained
        });
        let silent = hub.head().pumps.iter().all(|pump| {
            pump.done || (!pump.busy && (pump.last.elapsed() >= quiet || started.elapsed() >= DRAIN))
        });
        if drained || silent {
            return;
        }
    }
}

/// How often the kernel has killed for want of memory: in this cgroup, or where that is not counted, at all.
pub(super) fn oom_kills() -> Option<u64> {
    let own = fs::read_to_string("/proc/self/cgroup").ok().and_then(|groups| {
        let path = groups.lines().find_map(|line| line.strip_prefix("0::"))?.to_owned();
        fs::read_to_string(format!("/sys/fs/cgroup{path}/memory.events")).ok()
    });
    let counters = own.or_else(|| fs::read_to_string("/proc/vmstat").ok())?;
    counters.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}
