//! Finds and ends processes by `/proc`: a keeper's descendants, who may have left its process group, and what
//! a dead keeper left behind. It never signals a process that is not proven to be one of those.

use std::collections::HashSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal, wait};

use super::log;

/// The environment variable by which a keeper's descendants are known; its value is the order's id.
pub(super) const MARKER: &str = "ROOST_KEEPER";
/// How often processes that shall end are looked at.
const TICK: Duration = Duration::from_millis(20);
/// How long SIGKILL is tried on what does not go, such as a process in uninterruptible sleep.
const STUBBORN: Duration = Duration::from_secs(10);

/// A process at one moment; the start time tells it from a later one with the same id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Process {
    pub(super) pid: u32,
    parent: u32,
    start: u64,
    zombie: bool,
}

fn inspect(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is in parentheses and may itself hold spaces and parentheses.
    let mut fields = stat.get(stat.rfind(')')? + 2..)?.split(' ');
    let zombie = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let start = fields.nth(17)?.parse().ok()?;
    Some(Process { pid, parent, start, zombie })
}

/// When a process started, in clock ticks since boot; nothing if there is none.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    inspect(pid).map(|process| process.start)
}

pub(super) fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| inspect(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// Everything whose chain of parents leads to one of `roots`, without the roots.
pub(super) fn descendants(processes: &[Process], roots: &HashSet<u32>) -> Vec<Process> {
    let mut family = roots.clone();
    let mut found = Vec::new();
    loop {
        let before = found.len();
        for process in processes {
            if family.contains(&process.parent) && family.insert(process.pid) {
                found.push(*process);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Signals exactly this process: the handle is taken first and the start time compared after.
fn signal(process: Process, signal: Signal) {
    let Some(pid) = Pid::from_raw(process.pid.cast_signed()) else {
        return;
    };
    if let Ok(handle) = pidfd_open(pid, PidfdFlags::empty())
        && start_time(process.pid) == Some(process.start)
    {
        let _ = pidfd_send_signal(&handle, signal);
    }
}

/// Terminates what `find` finds and after `grace` kills it, until nothing is found. Returns how many there were.
fn end(grace: Duration, mut find: impl FnMut() -> Vec<Process>) -> usize {
    let started = Instant::now();
    let mut told = HashSet::new();
    loop {
        let found = find();
        if found.is_empty() {
            return told.len();
        }
        for process in found {
            let fresh = told.insert((process.pid, process.start));
            if started.elapsed() >= grace {
                signal(process, Signal::KILL);
            } else if fresh {
                signal(process, Signal::TERM);
            }
        }
        if started.elapsed() > grace + STUBBORN {
            log("some descendants could not be killed");
            return told.len();
        }
        thread::sleep(TICK);
    }
}

/// Reaps every child that is dead. Only for when the main child is reaped already.
fn reap() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

/// Ends every descendant of this process, which is a subreaper: orphans come to it, none can slip away.
pub(super) fn end_descendants(grace: Duration) {
    let me = HashSet::from([std::process::id()]);
    end(grace, || {
        reap();
        descendants(&all(), &me).into_iter().filter(|process| !process.zombie).collect()
    });
    reap();
}

/// Ends what a dead keeper left: its child, if that is still the same process, everything that carries the
/// marker, and their descendants. Returns how many there were.
pub(super) fn end_marked(id: &str, child: Option<(u32, u64)>, grace: Duration) -> usize {
    let marker = format!("{MARKER}={id}").into_bytes();
    let me = std::process::id();
    let marked = |pid: u32| {
        fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|environ| environ.split(|&byte| byte == 0).any(|entry| entry == marker))
    };
    end(grace, || {
        let processes = all();
        let is_root = |p: &&Process| p.pid != me && (child == Some((p.pid, p.start)) || marked(p.pid));
        let roots: Vec<_> = processes.iter().filter(is_root).copied().collect();
        let mut found = descendants(&processes, &roots.iter().map(|root| root.pid).collect());
        found.extend(roots);
        found.retain(|process| !process.zombie && process.pid != me);
        found
    })
}
