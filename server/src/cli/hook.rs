//! `roost hook`: what an agent in a terminal runs to tell of its turns; see `sessions/tui`. Never started by hand.

use std::{io, path::Path, process::ExitCode};

use crate::sessions;

/// Notes what is on standard input in this file.
pub(super) fn run(file: &Path) -> ExitCode {
    match sessions::note(io::stdin().lock(), file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roost: {}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}
