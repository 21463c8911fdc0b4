//! How the CLI's own interface is started: its command line, its environment and its private files. By argv only, never
//! through a shell, without a secret on it, and with nothing written into the project.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use app::sessions::model::{PermissionMode, Session};
use uuid::Uuid;

use super::hooks;
use crate::config::Config;

/// Variables that make the CLI, or what it runs, think that nobody is there.
const NOBODY_THERE: [&str; 5] = ["CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "GITHUB_ACTIONS", "RUN_ID"];

/// Which conversation it is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Launch<'a> {
    /// A new one with this id, perhaps with a first prompt.
    Fresh(Uuid, Option<&'a str>),
    /// This one, to go on with.
    Resume(Uuid),
}

/// The whole command line; `--flag=value` for every value, so that none can be taken for a flag.
#[must_use]
pub(crate) fn arguments(binary: &str, launch: Launch<'_>, card: &Session, settings: &Path) -> Vec<String> {
    let mut argv = vec![binary.to_owned()];
    argv.push(match launch {
        Launch::Fresh(id, _) => format!("--session-id={id}"),
        Launch::Resume(id) => format!("--resume={id}"),
    });
    argv.push(format!("--name={}", card.name));
    argv.push(format!("--settings={}", settings.display()));
    argv.push(format!("--permission-mode={}", card.permission_mode.as_str()));
    argv.extend(card.model.as_ref().map(|model| format!("--model={model}")));
    argv.extend(card.effort.map(|effort| format!("--effort={}", effort.as_str())));
    if card.permission_mode == PermissionMode::BypassPermissions {
        argv.push("--allow-dangerously-skip-permissions".to_owned());
    }
    if let Launch::Fresh(_, Some(prompt)) = launch {
        // Whoever may list this machine's processes can read it, as with every prompt that the CLI is started with. Typed
        // instead, it could fall into a dialog and be lost, or be typed twice after a crash.
        // The line break keeps a prompt of one word from being taken for a command of the CLI.
        argv.extend(["--".to_owned(), format!("{prompt}\n")]);
    }
    argv
}

/// The environment of an agent, for one that a person looks at.
#[must_use]
pub(crate) fn environment(config: &Config) -> Vec<(String, String)> {
    let mut env = config.agent_env();
    env.retain(|(name, _)| !NOBODY_THERE.contains(&name.as_str()));
    env
}

/// The private files of one start.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// The settings that it is given.
    pub settings: PathBuf,
    /// What it tells of itself.
    pub hooks: PathBuf,
}

impl Files {
    /// Those of this start, below the session's own directory.
    #[must_use]
    pub(crate) fn new(dir: &Path, run: i64) -> Self {
        Self { settings: dir.join("settings.json"), hooks: dir.join(format!("hooks-{run}.jsonl")) }
    }
}

/// Makes the private files of a start, and removes those of the start before.
///
/// # Errors
/// When that cannot be written.
pub(crate) async fn prepare(exe: &Path, dir: &Path, run: i64) -> io::Result<Files> {
    let files = Files::new(dir, run);
    let (exe, dir, made) = (exe.to_owned(), dir.to_owned(), files.clone());
    let work = move || {
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        DirBuilder::new().mode(0o700).recursive(true).create(&dir)?;
        hooks::begin(&made.hooks)?;
        let settings = serde_json::to_vec(&hooks::settings(&exe, &made.hooks))?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&made.settings)?;
        file.write_all(&settings)
    };
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??;
    Ok(files)
}
