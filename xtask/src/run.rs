//! `cargo xtask run`: from a fresh checkout to a server that printed its sign-in link. Never asks anything.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{
    site,
    steps::{exec, step},
    tools,
};

/// Builds the site and the server, finds or installs `claude`, and becomes `roost serve` with `args`.
pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let claude = prepare(&["roost"])?;
    println!("           starting roost; Ctrl-C ends it, the agents it started run on");
    let mut roost = Command::new(binary("roost"));
    roost.arg("serve").args(args).env("ROOST_CLAUDE_BINARY", claude);
    // Becoming the server leaves nothing between it and the terminal's signals.
    Err(roost.exec()).context("cannot start roost")
}

/// What `run` and `demo` share: the site, the CLI and these binaries; returns the CLI's path.
pub(crate) fn prepare(binaries: &[&str]) -> Result<PathBuf> {
    site::build(site::Profile::Dev)?;
    let claude = step("claude", tools::any_claude)?;
    println!("           claude is {}", shown(&claude));
    step(&format!("{} compiled", binaries.join(" and ")), || build_binaries(binaries))?;
    Ok(claude)
}

/// Where a binary of the workspace lies after [`prepare`].
pub(crate) fn binary(name: &str) -> PathBuf {
    tools::target_dir().join("debug").join(name)
}

fn build_binaries(binaries: &[&str]) -> Result<()> {
    let mut cargo = tools::cargo();
    // The selection of packages that `test` makes too, so that dependencies are built with one set of features.
    cargo.args(["build", "--workspace", "--exclude", "frontend"]);
    for binary in binaries {
        cargo.args(["--bin", binary]);
    }
    exec(&mut cargo)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(tools::root()).unwrap_or(path).display().to_string()
}
