//! `cargo xtask bench`: the release build with its site, measured by `server/benches`. Prints numbers; never fails for a slow one.

use std::process::Command;

use anyhow::Result;

use crate::{
    site::{self, Profile},
    steps::{exec, step},
    tools,
};

/// The part that is measured beside another program, and needs no page.
const TERMINALS: &str = "terminals";

/// Builds what would be shipped and measures these parts of it; if none is named, all but the terminals.
pub(crate) fn bench(parts: &[String]) -> Result<()> {
    if parts.iter().any(|part| part == TERMINALS) {
        step("the rival of terminals", install_rival)?;
    }
    if parts.is_empty() || parts.iter().any(|part| part != TERMINALS) {
        site::build(Profile::Release)?;
    }
    // Cargo builds the binary along with the program that measures it.
    let mut cargo = tools::cargo();
    cargo.args(["bench", "--package", "server", "--bench", "roost", "--"]);
    exec(cargo.args(parts))
}

/// What terminals are compared with. A part of it is native, so unlike elsewhere one package's script is run.
fn install_rival() -> Result<()> {
    let folder = tools::root().join("server/benches/rival");
    tools::npm_ci(&folder)?;
    if folder.join("node_modules/node-pty/build/Release/pty.node").is_file() {
        return Ok(());
    }
    exec(Command::new("npm").args(["rebuild", "node-pty", "--loglevel=error"]).current_dir(folder))
}
