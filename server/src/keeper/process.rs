//! Starts the child and moves what it writes on: from pipes into the journal, from a terminal to its screen. It never
//! interprets what the child writes.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use rustix::process::Pid;

use super::hub::{Hub, Pump, spawn_thread};
use super::model::{Failure, FailureReason, Hosting, Spec};
use super::record::Kind;
use super::terminal::{self, Terminal};

/// The most bytes of one output record.
const CHUNK: usize = 64 << 10;

/// A child that runs, and the ends of its connections.
pub(super) struct Started {
    pub(super) pid: Pid,
    pub(super) input: Box<dyn Write + Send>,
    outputs: Vec<(Output, Box<dyn Read + Send>)>,
}

/// Where an output goes.
enum Output {
    Journal(Kind),
    Terminal(Arc<Terminal>),
}

/// Starts the child in a process group of its own, with exactly the environment of the order and the marker
/// by which its descendants can be found.
pub(super) fn start(hub: &Hub, spec: &Spec) -> Result<Started, Failure> {
    let fail = |reason, text: String| Err(Failure { reason, text });
    let cwd = spec.cwd.display();
    match fs::metadata(&spec.cwd) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return fail(FailureReason::CwdMissing, format!("{cwd} is not a directory")),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return fail(FailureReason::NotPermitted, format!("{cwd}: {error}"));
        }
        Err(error) => return fail(FailureReason::CwdMissing, format!("{cwd}: {error}")),
    }
    match spec.kind {
        Hosting::Pipe => on_pipes(spec),
        Hosting::Terminal { size, history_rows, history_bytes } => {
            let order = terminal::Order { size, rows: history_rows as usize, bytes: history_bytes as usize };
            let started = terminal::start(spec, order)?;
            let terminal = Arc::new(started.terminal);
            hub.show(Arc::clone(&terminal));
            let outputs = vec![(Output::Terminal(terminal), started.output)];
            Ok(Started { pid: started.pid, input: started.input, outputs })
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where children are started")]
fn on_pipes(spec: &Spec) -> Result<Started, Failure> {
    let fail = |reason, text: String| Err(Failure { reason, text });
    let Some((program, args)) = spec.argv.split_first() else {
        return fail(FailureReason::Other, "no program was named".to_owned());
    };
    let spawned = Command::new(program)
        .args(args)
        .env_clear()
        .envs(spec.env.iter().map(|(key, value)| (key, value)))
        .env(super::sweep::MARKER, &spec.id)
        .current_dir(&spec.cwd)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            let reason = match error.kind() {
                ErrorKind::NotFound => FailureReason::BinaryMissing,
                ErrorKind::PermissionDenied => FailureReason::NotPermitted,
                _ => FailureReason::Other,
            };
            return fail(reason, format!("{program}: {error}"));
        }
    };
    let (Some(input), Some(out), Some(err), Some(pid)) = (
        child.stdin.take(),
        child.stdout.take(),
        child.stderr.take(),
        Pid::from_raw(child.id().cast_signed()),
    ) else {
        return fail(FailureReason::Other, "the pipes are missing".to_owned());
    };
    Ok(Started {
        pid,
        input: Box::new(input),
        outputs: vec![
            (Output::Journal(Kind::Stdout), Box::new(out)),
            (Output::Journal(Kind::Stderr), Box::new(err)),
        ],
    })
}

/// Starts the threads that serve the child's input and output.
pub(super) fn connect(hub: &Arc<Hub>, started: Started) -> io::Result<()> {
    for (index, (to, from)) in started.outputs.into_iter().enumerate() {
        hub.head().pumps.push(Pump { busy: false, done: false, last: Instant::now() });
        let hub = Arc::clone(hub);
        spawn_thread("output", move || {
            let busy = |busy| tell(&hub, index, busy);
            match to {
                Output::Journal(kind) => pump(&hub, kind, from, busy),
                Output::Terminal(terminal) => terminal::pump(&hub, &terminal, from, busy),
            }
            hub.change(|head| {
                if let Some(pump) = head.pumps.get_mut(index) {
                    pump.done = true;
                }
            });
        })?;
    }
    let feeder = Arc::clone(hub);
    spawn_thread("input", move || feeder.input.run(started.input))
}

/// Says whether a pump holds something. True if it shall take no more.
fn tell(hub: &Hub, index: usize, busy: bool) -> bool {
    let mut head = hub.head();
    if let Some(pump) = head.pumps.get_mut(index) {
        pump.busy = busy;
        pump.last = Instant::now();
    }
    head.stop_pumps
}

/// Appends what the pipe gives until it ends. A chunk is cut after its last newline, so that every record
/// says by its flag whether a line ends with it.
fn pump(hub: &Hub, kind: Kind, mut pipe: impl Read, busy: impl Fn(bool) -> bool) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let chunk = match pipe.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) => &buffer[..n],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        busy(true);
        let cut = chunk.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        for (part, line_end) in [(&chunk[..cut], true), (&chunk[cut..], false)] {
            if !part.is_empty() {
                hub.append(kind, line_end, part);
            }
        }
        if busy(false) {
            return;
        }
    }
}
