//! The command line: a file a subcommand. Never prints a secret but the one that was asked for.

mod doctor;
mod echo;
mod home;
mod hook;
mod hub;
mod keeper;
mod link;
mod serve;
mod token;

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::config::Config;

/// Mission control for Claude Code: starts, watches and steers agent sessions from a browser.
#[derive(Parser)]
#[command(name = "roost", version, arg_required_else_help = false)]
struct Cli {
    /// Where Roost keeps its database, its keepers and roost.toml [default: $ROOST_HOME, or ~/.roost].
    #[arg(long, global = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:7676].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server; the same as no command.
    Serve {
        /// Leaves the terminal that started it. For the hub, never by hand.
        #[arg(long, hide = true)]
        detached: bool,
    },
    /// Sessions, terminals and approvals in this terminal, over SSH and on a phone too.
    Hub,
    /// Owns one agent. Started by the server, never by hand.
    #[command(hide = true)]
    Keeper {
        /// The keeper's directory.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Notes what an agent in a terminal tells of itself. Started by that, never by hand.
    #[command(hide = true)]
    Hook {
        /// Where.
        file: PathBuf,
    },
    /// Stands in for the agent in tests and benchmarks.
    #[command(hide = true)]
    EchoAgent {
        /// What a `claude` would get.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Bearer tokens for programs.
    #[command(subcommand)]
    Token(token::Token),
    /// Prints a link that signs one browser in, once, within ten minutes.
    Link,
    /// Explains what is missing; fails if anything is.
    Doctor,
}

/// Runs what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match &cli.command {
        // A keeper uses threads and forks: no runtime may have been started before it.
        Some(Command::Keeper { dir }) => return keeper::run(dir),
        Some(Command::Hook { file }) => return hook::run(file),
        Some(Command::EchoAgent { arguments }) => return echo::run(arguments),
        _ => {}
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("roost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(cli.home).context("the configuration cannot be used")?;
    if let Some(listen) = cli.listen {
        config.listen = listen;
    }
    let command = cli.command.unwrap_or(Command::Serve { detached: false });
    log(match command {
        Command::Serve { .. } => LevelFilter::INFO,
        // Its screen is the terminal that a log would be written to.
        Command::Hub => LevelFilter::OFF,
        _ => LevelFilter::ERROR,
    });
    if matches!(command, Command::Serve { detached: true }) {
        // It fails only for one that leads a group, and that one has left already.
        let _ = rustix::process::setsid();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve { .. }
            | Command::Keeper { .. }
            | Command::Hook { .. }
            | Command::EchoAgent { .. } => serve::run(config).await.map(|()| ExitCode::SUCCESS),
            Command::Hub => hub::run(config).await.map(|()| ExitCode::SUCCESS),
            Command::Token(command) => token::run(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Link => link::run(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Doctor => Ok(doctor::run(&config).await),
        }
    })
}

/// To standard error; `ROOST_LOG` says what, in the words of `tracing`.
fn log(default: LevelFilter) {
    let filter = EnvFilter::builder()
        .with_default_directive(default.into())
        .with_env_var("ROOST_LOG")
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_hides_the_keeper() {
        Cli::command().debug_assert();
        let help = Cli::command().render_long_help().to_string();
        assert!(!help.contains("keeper ") && !help.contains("echo-agent"));
    }
}
