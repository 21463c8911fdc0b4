//! What git says of a project's directory. Always a fixed argv, never a network or a program that the repository names:
//! hooks, monitors, external diffs and pagers are off, in an untrusted one its filters too. Only a switch takes a lock.

mod branches;
mod command;
mod diff;
mod switch;
mod unpushed;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use app::{
    error::AppError,
    projects::model::{ChangeGroup, ChangedFile, Changes, GitSummary},
};

use self::unpushed::unpushed;
pub(super) use self::{branches::branches, command::Git, diff::diff, switch::switch};
use super::{
    checks::{blocking, problem},
    status::{Lines, Status, parse_numstat},
};

/// How long a list waits for one directory.
const QUICK: Duration = Duration::from_secs(2);
/// How long a person waits for changes they asked for.
const PATIENT: Duration = Duration::from_secs(15);
/// How long a look is good for.
const FRESH: Duration = Duration::from_secs(2);
/// How long a list spares a directory that took too long.
const SPARED: Duration = Duration::from_secs(30);
/// The most files of a list of changes.
const MAX_FILES: usize = 500;
/// How many bytes of untracked files are read to count their lines.
const COUNTED: u64 = 8 << 20;

/// What a look at a directory found, and how long that may be shown.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) problem: Option<String>,
    pub(super) git: Option<GitSummary>,
    pub(super) fresh_for: Duration,
}

/// Looks at the directory; what git takes too long for still stands as it was `before`.
pub(super) async fn see(git: &Git, before: Option<GitSummary>) -> Seen {
    let dir = git.dir.clone();
    let look = blocking(move || (problem(&dir), top(&dir).is_some())).await;
    let (problem, work_tree) = look.unwrap_or_else(|error| (Some(error.message), false));
    if problem.is_some() || !work_tree {
        return Seen { problem, git: None, fresh_for: FRESH };
    }
    let (status, unpushed) = tokio::join!(git.status("normal", QUICK), unpushed(git));
    let unpushed = unpushed.unwrap_or_else(|_| before.as_ref().and_then(|before| before.unpushed));
    match status {
        Ok(status) => Seen { problem, git: status.map(|status| status.summary(unpushed)), fresh_for: FRESH },
        Err(error) => {
            tracing::debug!(%error, dir = %git.dir.display(), "git did not answer");
            Seen { problem, git: before, fresh_for: SPARED }
        }
    }
}

/// The first directory from this one upwards that has a `.git`; spares git where there is nothing for it.
pub(super) fn top(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}

/// The changed files of the directory, with line counts.
pub(super) async fn changes(git: &Git) -> Result<Changes, AppError> {
    let dir = git.dir.clone();
    if blocking(move || top(&dir)).await?.is_none() {
        return Ok(Changes::default());
    }
    let numstat = |cached: &'static [&'static str]| {
        const ARGS: [&str; 6] = ["diff", "--numstat", "-z", "--relative", "--no-ext-diff", "--no-textconv"];
        git.run(ARGS.iter().chain(cached).chain(git.submodules()).copied().chain(["--", "."]), PATIENT)
    };
    let (status, prefix, staged, changed, unpushed) = tokio::join!(
        git.status("all", PATIENT),
        git.run(["rev-parse", "--show-prefix"], QUICK),
        numstat(&["--cached"]),
        numstat(&[]),
        unpushed(git),
    );
    let Some(status) = status? else {
        return Ok(Changes::default());
    };
    let prefix = prefix?.stdout;
    let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
    let (staged, changed) = (staged?.stdout, changed?.stdout);
    let summary = status.summary(unpushed.unwrap_or_default());
    let dir = git.dir.clone();
    let files = move || listed(&dir, &status, &prefix, &parse_numstat(&staged), &parse_numstat(&changed));
    Ok(Changes { git: Some(summary), ..blocking(files).await? })
}

fn listed(
    dir: &Path,
    status: &Status,
    prefix: &str,
    staged: &HashMap<String, Lines>,
    changed: &HashMap<String, Lines>,
) -> Changes {
    const ORDER: [ChangeGroup; 4] =
        [ChangeGroup::Staged, ChangeGroup::Conflicted, ChangeGroup::Changed, ChangeGroup::Untracked];
    let mut budget = COUNTED;
    let mut files = Vec::new();
    let mut total: u32 = 0;
    for group in ORDER {
        for entry in status.entries.iter().filter(|entry| entry.group == group) {
            let Some(path) = entry.path.strip_prefix(prefix) else {
                continue;
            };
            total = total.saturating_add(1);
            if files.len() >= MAX_FILES {
                continue;
            }
            let (added, removed) = match group {
                ChangeGroup::Staged => staged.get(path).copied().unwrap_or_default(),
                ChangeGroup::Changed => changed.get(path).copied().unwrap_or_default(),
                ChangeGroup::Conflicted => (None, None),
                ChangeGroup::Untracked => (count_lines(&dir.join(path), &mut budget), Some(0)),
            };
            let removed = removed.filter(|_| added.is_some());
            files.push(ChangedFile {
                path: path.to_owned(),
                group,
                letter: entry.letter.to_string(),
                added,
                removed,
            });
        }
    }
    Changes { git: None, files, total }
}

/// The lines of a small text file; nothing for a link, a binary or a large file, or when the budget is spent.
fn count_lines(path: &Path, budget: &mut u64) -> Option<u32> {
    let size = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    *budget = budget.checked_sub(size)?;
    let bytes = fs::read(path).ok().filter(|bytes| !bytes.contains(&0))?;
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    let open_end = bytes.last().is_some_and(|byte| *byte != b'\n');
    u32::try_from(ends + usize::from(open_end)).ok()
}
