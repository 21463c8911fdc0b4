//! `roost keeper`: owns one agent for the server. Never starts a runtime and reads no configuration.

use std::{path::Path, process::ExitCode};

use crate::keeper;

/// Runs until the agent has ended and the server has taken everything.
pub(super) fn run(dir: &Path) -> ExitCode {
    keeper::run(dir)
}
