//! The changed files of a directory by group, with line counts. Reads; never changes anything.

use std::{collections::HashMap, fs, path::Path};

use app::{
    error::AppError,
    git::model::{ChangeGroup, ChangedFile, Changes},
};

use super::{
    command::{PATIENT, QUICK, Repository},
    look::top,
    status::{Lines, Status, parse_numstat},
    unpushed::unpushed,
};
use crate::projects::blocking;

/// The most files of a list of changes.
const MAX_FILES: usize = 500;
/// How many bytes of untracked files are read to count their lines.
const COUNTED: u64 = 8 << 20;

/// The changed files of the directory, with line counts.
pub(super) async fn changes(git: &Repository) -> Result<Changes, AppError> {
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
