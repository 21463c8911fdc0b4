//! What is started in a terminal: the person's own login shell, by itself or with a command, with an environment that has nothing of Roost's, or another
//! program. It starts nothing itself.

use std::path::Path;

use crate::{
    config::Config,
    keeper::{Hosting, Size, Spec},
};

/// The size until a viewer says otherwise.
const SIZE: Size = Size { cols: 80, rows: 24 };
/// Rows that are kept once they have scrolled away.
const HISTORY_ROWS: u32 = 10_000;
/// Bytes of them: rows of four hundred characters in colour.
const HISTORY_BYTES: u32 = 8 << 20;
/// Where there is no `SHELL`.
const PLAIN: &str = "/bin/sh";

/// The order to start a shell in this directory.
pub(super) fn order(config: &Config, id: &str, cwd: &Path) -> Spec {
    let env = config.shell_env();
    program(id, cwd, vec![shell(&env), "-l".to_owned()], env)
}

/// The order to have a command run by that shell, which ends with it.
pub(super) fn command(config: &Config, id: &str, cwd: &Path, command: &str) -> Spec {
    let env = config.shell_env();
    program(id, cwd, vec![shell(&env), "-l".to_owned(), "-c".to_owned(), command.to_owned()], env)
}

fn shell(env: &[(String, String)]) -> String {
    env.iter().find(|(name, _)| name == "SHELL").map_or(PLAIN, |(_, shell)| shell).to_owned()
}

/// The order to start a program in this directory, with these variables and those that say what terminal it has.
pub(super) fn program(id: &str, cwd: &Path, argv: Vec<String>, mut env: Vec<(String, String)>) -> Spec {
    for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("TERM_PROGRAM", "roost")] {
        env.retain(|(known, _)| known != name);
        env.push((name.to_owned(), value.to_owned()));
    }
    let mut spec = Spec::new(id, argv, cwd, env);
    spec.kind = Hosting::Terminal { size: SIZE, history_rows: HISTORY_ROWS, history_bytes: HISTORY_BYTES };
    spec
}
