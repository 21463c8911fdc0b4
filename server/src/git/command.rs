//! The one way git is called here: always a fixed argv, never a network or a program that the repository names. Hooks,
//! monitors, external diffs and pagers are off, in an untrusted repository its filters too: it can be slow, but not run
//! anything.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::PathBuf,
    time::Duration,
};

use app::error::{AppError, ErrorCode};

use super::status::{Status, parse_status};
use crate::keeper::{Exec, ExecError, Output, exec};

/// How long a list waits for one directory.
pub(crate) const QUICK: Duration = Duration::from_secs(2);
/// How long a person waits for what they asked for.
pub(crate) const PATIENT: Duration = Duration::from_secs(15);

/// The most bytes of an answer.
const MAX_OUTPUT: u64 = 4 << 20;
/// The most bytes of a status: some 100,000 changed files with long paths.
const MAX_STATUS: u64 = 64 << 20;

/// A directory, and whether a person has trusted it.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    pub(crate) dir: PathBuf,
    pub(crate) trusted: bool,
}

/// Why git has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error(transparent)]
    Exec(#[from] ExecError),
    #[error("{0}")]
    Refused(String),
}

impl From<GitError> for AppError {
    fn from(error: GitError) -> Self {
        Self::new(ErrorCode::Unavailable, format!("Git could not tell: {error}."))
    }
}

/// What git printed, or why it refused.
pub(super) fn answer(output: Output) -> Result<Output, GitError> {
    if output.success() || output.truncated {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(GitError::Refused(said.lines().next().unwrap_or("it was ended").to_owned()))
}

impl Repository {
    /// The state of the work tree; nothing if there is none after all.
    pub(super) async fn status(&self, untracked: &str, limit: Duration) -> Result<Option<Status>, GitError> {
        let untracked = format!("--untracked-files={untracked}");
        let args = ["status", "--porcelain=v2", "--branch", "-z", &untracked];
        let args = args.into_iter().chain(self.submodules().iter().copied()).chain(["--", "."]);
        match self.look(MAX_STATUS, args, limit).await.and_then(answer) {
            Ok(output) => Ok(Some(Status { cut: output.truncated, ..parse_status(&output.stdout) })),
            Err(GitError::Refused(reason)) if reason.contains("not a git repository") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where the directory is below the top of its repository: empty, or with a slash at its end.
    pub(super) async fn prefix(&self) -> Result<String, GitError> {
        let prefix = self.run(["rev-parse", "--show-prefix"], QUICK).await?.stdout;
        Ok(String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned())
    }

    /// In an untrusted repository submodules are left out: each has a configuration of its own.
    pub(super) fn submodules(&self) -> &'static [&'static str] {
        if self.trusted { &[] } else { &["--ignore-submodules=all"] }
    }

    /// What git prints; output that was cut for its size is an answer too.
    pub(crate) async fn run<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        self.run_up_to(MAX_OUTPUT, args, limit).await
    }

    /// The same with another limit.
    pub(crate) async fn run_up_to<'a>(
        &self,
        bytes: u64,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        answer(self.output_up_to(bytes, args, limit).await?)
    }

    /// What git makes of the work tree. Where it cannot tell, it is asked once more without filters: one of a program that is
    /// not installed fails, and then nothing at all is told.
    pub(super) async fn look<'a>(
        &self,
        bytes: u64,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        let args: Vec<&str> = args.into_iter().collect();
        let output = self.output_up_to(bytes, args.iter().copied(), limit).await?;
        // With this code git gives up.
        if !self.trusted || output.code != Some(128) {
            return Ok(output);
        }
        let without = Self { dir: self.dir.clone(), trusted: false };
        let second = without.output_up_to(bytes, args, limit).await?;
        Ok(if second.code == Some(128) { output } else { second })
    }

    /// The same, with what git says when it refuses.
    pub(crate) async fn output<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        self.output_up_to(MAX_OUTPUT, args, limit).await
    }

    /// The same with another limit.
    pub(super) async fn output_up_to<'a>(
        &self,
        bytes: u64,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        let mut command = self.command(limit).args(args).max_output(bytes);
        if !self.trusted {
            for (key, value) in self.without_filters(limit).await? {
                command = command.env(key, value);
            }
        }
        Ok(exec(command).await?)
    }

    fn command(&self, limit: Duration) -> Exec {
        Exec::new("git", &self.dir)
            .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
            .args([
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.quotePath=false",
            ])
            .args(["-c", "color.ui=false", "-c", "safe.bareRepository=explicit"])
            // A partial clone would fetch what it lacks, by any program that its configuration names.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("LC_ALL", "C")
            .timeout(limit)
    }

    /// Variables that switch off every filter driver which the configuration names: `status` and `diff` would run
    /// them on changed files.
    async fn without_filters(&self, limit: Duration) -> Result<Vec<(OsString, OsString)>, GitError> {
        let list = ["config", "--includes", "--name-only", "-z", "--get-regexp", r"^filter\."];
        let output = exec(self.command(limit).args(list).max_output(1 << 20)).await?;
        // Code 1 says that there is none.
        if output.truncated || !matches!(output.code, Some(0 | 1)) {
            return Err(GitError::Refused("its configuration cannot be read".to_owned()));
        }
        // Names as bytes: one that is not UTF-8 is switched off too.
        let keys: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).filter(|key| !key.is_empty()).collect();
        let mut env = vec![(OsString::from("GIT_CONFIG_COUNT"), OsString::from(keys.len().to_string()))];
        for (nth, key) in keys.into_iter().enumerate() {
            let value = if key.ends_with(b".required") { "false" } else { "" };
            env.push((format!("GIT_CONFIG_KEY_{nth}").into(), OsStr::from_bytes(key).to_owned()));
            env.push((format!("GIT_CONFIG_VALUE_{nth}").into(), value.into()));
        }
        Ok(env)
    }
}
