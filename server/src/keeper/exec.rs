//! Runs a short command such as git to its end. By argv only, with a fixed environment, a time limit and a limit
//! on its output; it never reads input and never outlives the call.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// What a command inherits of the server's environment; everything else is kept from it.
const INHERITED: [&str; 4] = ["PATH", "HOME", "LANG", "TERM"];
/// How much of standard error is kept.
const STDERR: u64 = 64 << 10;

/// A command and its limits.
#[derive(Clone, Debug)]
pub struct Exec {
    program: OsString,
    args: Vec<OsString>,
    cwd: PathBuf,
    env: Vec<(OsString, OsString)>,
    timeout: Duration,
    max_output: u64,
}

/// What a command that ended had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its exit code; nothing if a signal ended it. Means nothing when the output was cut.
    pub code: Option<i32>,
    /// Its standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// The first 64 KiB of its standard error, not necessarily UTF-8.
    pub stderr: Vec<u8>,
    /// The output went over the limit, and the command was ended.
    pub truncated: bool,
}

impl Output {
    /// It ended with code 0 and its output is complete.
    pub fn success(&self) -> bool {
        self.code == Some(0) && !self.truncated
    }
}

/// Why a command has no output.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// It could not be started.
    #[error("{program} could not be started: {source}")]
    Start {
        /// Its name.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// It was ended because it took too long.
    #[error("{program} took longer than {limit:?}")]
    TimedOut {
        /// Its name.
        program: String,
        /// Its limit.
        limit: Duration,
    },
    /// Its output could not be read.
    #[error("{program}: {source}")]
    Read {
        /// Its name.
        program: String,
        /// Why.
        source: io::Error,
    },
}

impl Exec {
    /// `program` in `cwd`, with 30 s and 16 MiB of output.
    pub fn new(program: impl AsRef<OsStr>, cwd: &Path) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            cwd: cwd.to_owned(),
            env: Vec::new(),
            timeout: Duration::from_secs(30),
            max_output: 16 << 20,
        }
    }

    /// Adds one argument, which no shell will see.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable beside the few that are inherited.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Lets it have one more of the server's own variables, such as where the agent of SSH is.
    #[must_use]
    pub fn inherit(self, key: &str) -> Self {
        match std::env::var_os(key) {
            Some(value) => self.env(key, value),
            None => self,
        }
    }

    /// Ends the command after this time.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Ends the command after this many bytes of standard output.
    #[must_use]
    pub const fn max_output(mut self, bytes: u64) -> Self {
        self.max_output = bytes;
        self
    }

    pub(super) fn program(&self) -> &OsStr {
        &self.program
    }

    pub(super) const fn limit(&self) -> Duration {
        self.timeout
    }
}

/// Runs a command to its end. An exit code other than 0 is an answer, not an error. The command and its
/// process group are killed when time or output run out, and when the call is dropped.
pub async fn exec(exec: Exec) -> Result<Output, ExecError> {
    let program = exec.program.to_string_lossy().into_owned();
    let (limit, max_output) = (exec.timeout, exec.max_output);
    let mut group = started(exec)?;
    match tokio::time::timeout(limit, collect(&mut group, max_output)).await {
        Ok(collected) => collected.map_err(|source| ExecError::Read { program, source }),
        Err(_) => Err(ExecError::TimedOut { program, limit }),
    }
}

/// The command in a process group of its own.
#[expect(clippy::disallowed_methods, reason = "this is where short commands are started")]
pub(super) fn started(exec: Exec) -> Result<Group, ExecError> {
    let child = Command::new(&exec.program)
        .args(&exec.args)
        .current_dir(&exec.cwd)
        .env_clear()
        .envs(INHERITED.iter().filter_map(|key| Some((key, std::env::var_os(key)?))))
        .envs([("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0")])
        .envs(exec.env)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn();
    let program = || exec.program.to_string_lossy().into_owned();
    child.map(Group).map_err(|source| ExecError::Start { program: program(), source })
}

/// A command whose whole process group ends with this value, unless it has ended by itself.
pub(super) struct Group(pub(super) Child);

impl Group {
    pub(super) fn signal(&self, signal: Signal) {
        // The id is there only while the child is not reaped, so no other group is hit.
        if let Some(group) = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

async fn collect(group: &mut Group, max_output: u64) -> io::Result<Output> {
    let (stdout, stderr) = (group.0.stdout.take(), group.0.stderr.take());
    let (out, err) = tokio::join!(
        async {
            let read = read_up_to(stdout, max_output).await;
            if !matches!(read, Ok((_, false))) {
                group.signal(Signal::KILL);
            }
            read
        },
        async {
            let mut stderr = stderr;
            let read = read_up_to(stderr.as_mut(), STDERR).await;
            // The rest is read too, or the command would wait for a reader.
            if let Some(stderr) = &mut stderr {
                tokio::io::copy(stderr, &mut tokio::io::sink()).await?;
            }
            read
        }
    );
    let status = group.0.wait().await?;
    let ((stdout, truncated), (stderr, _)) = (out?, err?);
    Ok(Output { code: status.code(), stdout, stderr, truncated })
}

/// Reads to the end or to the limit, and says whether there was more.
async fn read_up_to(from: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let Some(mut from) = from else {
        return Ok((bytes, false));
    };
    (&mut from).take(limit).read_to_end(&mut bytes).await?;
    let more = bytes.len() as u64 == limit && from.read(&mut [0]).await? > 0;
    Ok((bytes, more))
}
