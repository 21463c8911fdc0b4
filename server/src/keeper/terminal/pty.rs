//! The pseudo-terminal: opened, given to the child, resized. Reading and writing it blocks, so each has a thread elsewhere.

use std::io::{Read, Write};
use std::path::Path;

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Pid;

use crate::keeper::model::{Failure, FailureReason, Size, Spec};
use crate::keeper::sweep;

/// A child on a terminal of its own, and both directions of it.
pub(super) struct Opened {
    pub(super) pid: Pid,
    pub(super) master: Box<dyn MasterPty + Send>,
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) writer: Box<dyn Write + Send>,
}

/// Starts the child as the leader of a session with a new terminal, with exactly the environment of the order and the
/// marker by which its descendants can be found.
pub(super) fn open(spec: &Spec, size: Size) -> Result<Opened, Failure> {
    let fail = |reason, text: String| Failure { reason, text };
    let other = |error: anyhow::Error| fail(FailureReason::Other, format!("{error:#}"));
    let Some((program, args)) = spec.argv.split_first() else {
        return Err(fail(FailureReason::Other, "no program was named".to_owned()));
    };
    if !exists(program, spec) {
        return Err(fail(FailureReason::BinaryMissing, format!("{program} was not found")));
    }
    let pair = native_pty_system().openpty(pty_size(size)).map_err(other)?;
    let mut command = CommandBuilder::new(program);
    command.args(args);
    command.cwd(&spec.cwd);
    command.env_clear();
    for (key, value) in &spec.env {
        command.env(key, value);
    }
    command.env(sweep::MARKER, &spec.id);
    let child = pair.slave.spawn_command(command).map_err(other)?;
    // Where no other process has it, reading ends with the last of the child's family.
    drop(pair.slave);
    let pid = child.process_id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
    Ok(Opened {
        pid: pid.ok_or_else(|| fail(FailureReason::Other, "the child has no id".to_owned()))?,
        reader: pair.master.try_clone_reader().map_err(other)?,
        writer: pair.master.take_writer().map_err(other)?,
        master: pair.master,
    })
}

/// Looked for here, because the library tells a missing program only in prose.
fn exists(program: &str, spec: &Spec) -> bool {
    if program.contains('/') {
        return spec.cwd.join(program).is_file();
    }
    let path = spec.env.iter().find(|(key, _)| key == "PATH").map_or("", |(_, path)| path);
    std::env::split_paths(path).any(|dir| Path::new(&dir).join(program).is_file())
}

pub(super) fn pty_size(size: Size) -> PtySize {
    PtySize { rows: size.rows, cols: size.cols, pixel_width: 0, pixel_height: 0 }
}
