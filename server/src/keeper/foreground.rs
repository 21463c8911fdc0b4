//! Starts what a person asked for at a terminal: a program that has the terminal until it ends, and a server that outlives who
//! started it. By argv only, with this program's own environment: it is the person's.

use std::{ffi::OsStr, fs::File, io, process::ExitStatus, process::Stdio};

use tokio::process::{Child, Command};

/// Runs a program on this terminal to its end. It is not ended with the call: it has a person's unsaved text. Who calls has to
/// outlive the keys that make signals, which are this program's too.
///
/// # Errors
/// If it could not be started.
#[expect(clippy::disallowed_methods, reason = "this is where a person's own programs are started")]
pub async fn at_terminal<S: AsRef<OsStr>>(program: &str, args: &[S]) -> io::Result<ExitStatus> {
    Command::new(program).args(args).status().await
}

/// Starts a program that outlives this one, with no input and no output but `log`. It has to leave this terminal's session by
/// itself; what comes back tells whether it has ended.
///
/// # Errors
/// If it could not be started.
#[expect(clippy::disallowed_methods, reason = "this is where a server is started beside the hub")]
pub fn detached<S: AsRef<OsStr>>(program: &OsStr, args: &[S], log: File) -> io::Result<Child> {
    Command::new(program).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()
}
