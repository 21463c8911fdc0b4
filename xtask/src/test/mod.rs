//! `cargo xtask test`: every check there is, in an order that shows cheap failures first. Goes on after a failure, and leaves out
//! only what rests on the failed part. Never touches a real account: the tests give the CLI an environment of its own.

mod bench;
mod counts;
mod stage;

use std::{
    fs,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;
use clap::Args;

use self::{
    bench::Bench,
    counts::Counts,
    stage::{Stage, selected},
};
use crate::{site, steps::seconds};

/// What to check, and with which CLI.
#[derive(Args)]
pub(crate) struct Options {
    /// Run with this version of the CLI instead of the pinned one.
    #[arg(long, value_name = "VERSION")]
    cli: Option<String>,
    /// Only these stages, and what they need.
    #[arg(long, value_name = "STAGE,…", value_delimiter = ',')]
    only: Vec<Stage>,
    /// For the test runner, after `--`: a filter for `test`, or Playwright's own arguments for `e2e`.
    #[arg(last = true)]
    args: Vec<String>,
}

enum Outcome {
    Done(Counts),
    NotRun(Stage),
}

struct Line {
    stage: Stage,
    outcome: Outcome,
    took: Duration,
}

/// Runs the stages, prints where the time went and the closing line; the exit code says whether all is well.
pub(crate) fn test(options: &Options) -> Result<ExitCode> {
    // The server's embedding wants the folder to exist before anything else of it is compiled.
    fs::create_dir_all(site::folder())?;
    let mut bench = Bench::new(options);
    let mut lines: Vec<Line> = Vec::new();
    for stage in selected(&options.only) {
        println!("\n== {}", stage.name());
        let begun = Instant::now();
        let outcome = match stage
            .needs()
            .iter()
            .find(|need| lines.iter().any(|line| line.stage == **need && line.failed()))
        {
            Some(need) => Outcome::NotRun(*need),
            None => Outcome::Done(bench.run(stage).unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                Counts::one(false)
            })),
        };
        lines.push(Line { stage, outcome, took: begun.elapsed() });
    }
    let sum = lines.iter().fold(Counts::default(), |mut sum, line| {
        sum += line.counts();
        sum
    });
    println!("\n{}\n\n{} passed, {} failed", table(&lines), sum.passed, sum.failed);
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Line {
    fn counts(&self) -> Counts {
        match self.outcome {
            Outcome::Done(counts) => counts,
            Outcome::NotRun(_) => Counts::one(false),
        }
    }

    fn failed(&self) -> bool {
        self.counts().failed > 0
    }

    fn words(&self) -> String {
        match self.outcome {
            Outcome::NotRun(need) => format!("not run: {} failed", need.name()),
            Outcome::Done(Counts { passed: 1, failed: 0 }) => "ok".to_owned(),
            Outcome::Done(Counts { passed: 0, failed: 1 }) => "FAILED".to_owned(),
            Outcome::Done(Counts { passed, failed: 0 }) => format!("{passed} ok"),
            Outcome::Done(Counts { passed, failed }) => format!("{passed} ok, {failed} FAILED"),
        }
    }
}

fn table(lines: &[Line]) -> String {
    let whole: Duration = lines.iter().map(|line| line.took).sum();
    let mut out = String::new();
    for line in lines {
        out += &format!("{:<13}{:>11}   {}\n", line.stage.name(), seconds(line.took), line.words());
    }
    out + &format!("{:<13}{:>11}", "together", seconds(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_was_not_run() {
        let lines = [
            Line {
                stage: Stage::Fmt,
                outcome: Outcome::Done(Counts::one(true)),
                took: Duration::from_millis(800),
            },
            Line {
                stage: Stage::Build,
                outcome: Outcome::Done(Counts::one(false)),
                took: Duration::from_secs(130),
            },
            Line { stage: Stage::Test, outcome: Outcome::NotRun(Stage::Build), took: Duration::ZERO },
        ];
        let expected = "fmt                0.8 s   ok\nbuild           2 m 10 s   FAILED\n\
                        test               0.0 s   not run: build failed\ntogether        2 m 10 s";
        assert_eq!(table(&lines), expected);
    }
}
