//! Runs a command that takes its time, such as a push, and tells what it prints as it is printed. By argv only, as every
//! command here; it is asked to end before it is made to, so that it can put its locks away.

use std::{io, time::Duration};

use futures::{StreamExt, stream};
use rustix::process::Signal;
use tokio::time::{Instant, sleep_until};
use tokio_util::{io::ReaderStream, sync::CancellationToken};

use super::{Exec, ExecError, exec::started};

/// How long a command may take to end once it was asked to.
const PARTING: Duration = Duration::from_secs(5);
/// How long what is still in its pipes is waited for: a process that it left behind may hold them for ever.
const DRAINED: Duration = Duration::from_millis(300);

/// Why a command ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody wanted it.
    Cancelled,
    /// It took longer than it may.
    TimedOut,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its exit code; nothing if a signal ended it.
    pub code: Option<i32>,
    /// Why it was ended, if it was.
    pub stopped: Option<Stopped>,
}

/// Runs it to its end, to its time limit or until `stop`, and gives `hear` all that it prints, both streams as they come.
pub async fn told(
    exec: Exec,
    stop: &CancellationToken,
    mut hear: impl FnMut(&[u8]),
) -> Result<Told, ExecError> {
    let program = exec.program().to_string_lossy().into_owned();
    let far = Instant::now() + exec.limit();
    let mut group = started(exec)?;
    let streams = (group.0.stdout.take(), group.0.stderr.take());
    let (Some(out), Some(err)) = streams else {
        let source = io::Error::other("it has no output");
        return Err(ExecError::Read { program, source });
    };
    let mut printed = stream::select(ReaderStream::new(out), ReaderStream::new(err));
    let (mut open, mut status, mut stopped) = (true, None, None);
    let mut until = far;
    while open || status.is_none() {
        tokio::select! {
            biased;
            ended = group.0.wait(), if status.is_none() => {
                status = Some(ended.map_err(|source| ExecError::Read { program: program.clone(), source })?);
                until = Instant::now() + DRAINED;
            }
            () = stop.cancelled(), if stopped.is_none() && status.is_none() => {
                stopped = Some(Stopped::Cancelled);
                group.signal(Signal::TERM);
                until = Instant::now() + PARTING;
            }
            () = sleep_until(until) => match (status, stopped) {
                (Some(_), _) => open = false,
                (None, None) => {
                    stopped = Some(Stopped::TimedOut);
                    group.signal(Signal::TERM);
                    until = Instant::now() + PARTING;
                }
                (None, Some(_)) => {
                    group.signal(Signal::KILL);
                    until = Instant::now() + PARTING;
                }
            },
            chunk = printed.next(), if open => match chunk {
                Some(Ok(chunk)) => hear(&chunk),
                _ => open = false,
            },
        }
    }
    Ok(Told { code: status.and_then(|status| status.code()), stopped })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn script(script: &str) -> Exec {
        Exec::new("sh", &std::env::temp_dir()).args(["-c", script])
    }

    #[tokio::test]
    async fn both_streams_are_heard_and_the_code_is_told() {
        let (mut heard, stop) = (Vec::new(), CancellationToken::new());
        let run = told(script("echo out; echo err >&2; exit 3"), &stop, |some| heard.extend(some));
        assert_eq!(run.await.unwrap(), Told { code: Some(3), stopped: None });
        let mut lines: Vec<_> = String::from_utf8(heard).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
    }

    #[tokio::test]
    async fn what_is_cancelled_may_put_its_things_away() {
        let stop = CancellationToken::new();
        let mut heard = String::new();
        let patient = script("trap 'echo away; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        let run = told(patient, &stop, |some| {
            heard.push_str(&String::from_utf8_lossy(some));
            if heard.contains("ready") {
                stop.cancel();
            }
        });
        assert_eq!(run.await.unwrap(), Told { code: Some(0), stopped: Some(Stopped::Cancelled) });
        assert!(heard.contains("away"), "{heard}");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_and_what_is_left_behind_is_not_waited_for() {
        let slow = script("sleep 600").timeout(Duration::from_millis(50));
        let slow = told(slow, &CancellationToken::new(), |_| {}).await.unwrap();
        assert_eq!(slow.stopped, Some(Stopped::TimedOut));
        let leaves = told(script("sleep 5 & exit 0"), &CancellationToken::new(), |_| {}).await.unwrap();
        assert_eq!(leaves, Told { code: Some(0), stopped: None });
    }
}
