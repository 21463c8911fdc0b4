//! `cargo xtask bench`: the release build with its site, measured by `server/benches`. Prints numbers; never fails for a slow one.

use anyhow::Result;

use crate::{
    site::{self, Profile},
    steps::exec,
    tools,
};

/// Builds what would be shipped and measures these parts of it, all of them if none is named.
pub(crate) fn bench(parts: &[String]) -> Result<()> {
    site::build(Profile::Release)?;
    // Cargo builds the binary along with the program that measures it.
    let mut cargo = tools::cargo();
    cargo.args(["bench", "--package", "server", "--bench", "roost", "--"]);
    exec(cargo.args(parts))
}
