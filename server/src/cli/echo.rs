//! `roost echo-agent`: the agent without a model that tests and benchmarks name as their `claude`. Never started otherwise.

use std::process::ExitCode;

use crate::sessions::echo;

/// Runs until its input ends. `arguments` are those a `claude` would get.
pub(super) fn run(arguments: &[String]) -> ExitCode {
    echo::run(arguments)
}
