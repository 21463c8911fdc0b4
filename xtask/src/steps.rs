//! Timed steps in plain lines, and child processes that are waited for. Never hides what a failed step printed.

use std::{
    io::{BufRead, BufReader, IsTerminal, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Does `work` and says in one line what it was and how long it took; an error names the step.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    say(begun.elapsed(), what);
    Ok(done)
}

/// One line: a length of time and what took it.
pub(crate) fn say(took: Duration, what: &str) {
    println!("{:>9}  {what}", seconds(took));
}

/// A length of time to compare with others: `12.3 s`, `4 m 02 s`.
pub(crate) fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(100) {
        return format!("{:.1} s", took.as_secs_f64());
    }
    format!("{} m {:02} s", took.as_secs() / 60, took.as_secs() % 60)
}

/// Runs a command to its end with nothing on its stdin; anything but success is an error that names it.
pub(crate) fn exec(command: &mut Command) -> Result<()> {
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {}", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs a command and returns what it wrote to stdout; anything but success is an error with its stderr.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let out =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", name(command)))?;
    if !out.status.success() {
        bail!("{} ended with {}: {}", name(command), out.status, String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Which of a child's two streams [`tee`] reads; the other one is shown directly.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Runs a command, shows everything it prints and hands back the lines of one stream, with whether it succeeded.
pub(crate) fn tee(command: &mut Command, stream: Stream) -> Result<(bool, Vec<String>)> {
    command.stdin(Stdio::null());
    match stream {
        Stream::Out => command.stdout(Stdio::piped()),
        Stream::Err => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().with_context(|| format!("cannot start {}", name(command)))?;
    let mut lines = Vec::new();
    match stream {
        Stream::Out => pump(child.stdout.take(), &mut std::io::stdout(), &mut lines)?,
        Stream::Err => pump(child.stderr.take(), &mut std::io::stderr(), &mut lines)?,
    }
    Ok((child.wait()?.success(), lines))
}

/// Whether a person watches stderr, so that colour is welcome.
pub(crate) fn watched() -> bool {
    std::io::stderr().is_terminal()
}

fn pump(from: Option<impl std::io::Read>, to: &mut impl Write, lines: &mut Vec<String>) -> Result<()> {
    let Some(from) = from else { return Ok(()) };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        // A closed terminal must not end the run: the count at the end still decides the exit code.
        let _ = to.write_all(&line);
        lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
    Ok(())
}

fn name(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_read_in_minutes() {
        assert_eq!(seconds(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(seconds(Duration::from_secs(242)), "4 m 02 s");
    }

    #[test]
    fn a_failed_command_is_named() {
        let error = exec(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().contains("`sh -c exit 3` ended with"), "{error}");
    }

    #[test]
    fn tee_keeps_lines_and_outcome() {
        let (ok, lines) =
            tee(Command::new("sh").args(["-c", "echo one; echo two; exit 1"]), Stream::Out).unwrap();
        assert!(!ok);
        assert_eq!(lines, ["one", "two"]);
    }
}
