//! The one binary. Never does more than hand over to `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
