//! What a person types to build, run, test and ship Roost: `cargo xtask …`. Never part of what is shipped.

#![allow(clippy::disallowed_methods, reason = "a developer's tool starts programs and reads the environment")]

mod assets;
mod bench;
mod demo;
mod dist;
mod fonts;
mod modules;
mod process;
mod rest;
mod run;
mod seed;
mod site;
mod steps;
mod style;
mod test;
mod tools;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Build, run, test and ship Roost.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, find or install `claude`, and start the server; what follows goes to `roost serve`.
    Run {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// The same offline: a scripted model, a sample project and sessions in every state, away from your own.
    Demo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Check everything, and close with the line `N passed, N failed`.
    Test(test::Options),
    /// One stripped release binary with the site inside, and what it weighs.
    Dist,
    /// Measure the release build: `core`, `open`, `start`, `memory`, `download`, `cold`, or all of these; and beside a
    /// rival `terminals`.
    Bench {
        /// Which parts.
        parts: Vec<String>,
    },
    /// Only the page: wasm, script, style and fonts under `target/site`.
    Site {
        /// Optimised, as `dist` does it.
        #[arg(long)]
        release: bool,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run { args } => run::run(&args),
        Command::Demo { args } => demo::demo(&args),
        Command::Test(options) => test::test(&options),
        Command::Dist => dist::dist().map(|()| ExitCode::SUCCESS),
        Command::Bench { parts } => bench::bench(&parts).map(|()| ExitCode::SUCCESS),
        Command::Site { release } => {
            site::build(if release { site::Profile::Release } else { site::Profile::Dev })
                .map(|_| ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
