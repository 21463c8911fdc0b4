//! The changed files of a directory by group, with line counts. Reads; never changes anything.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use app::{
    error::AppError,
    git::model::{ChangeGroup, ChangePage, ChangedFile, Changes, Chosen, GroupVersions, Operation, UnderWay},
};
use sha2::{Digest, Sha256};

use super::{
    command::{PATIENT, QUICK, Repository, answer},
    diff::{is_odd, odd_name},
    look::top,
    status::{Entry, Lines, Status, parse_numstat},
    unpushed::unpushed,
};
use crate::offload::blocking;

/// The most files of a group in one answer.
const MAX_FILES: usize = 500;
/// From so many files on it takes git longer to find each of them than to look at all there are.
const FEW: usize = 50;
/// The most bytes of what git tells of their lines.
const MAX_NUMSTAT: u64 = 4 << 20;
/// How many bytes of untracked files are read to count their lines.
const COUNTED: u64 = 8 << 20;

/// The files that are meant, as git tells of them: all of a group or one file, if they are still as they were shown.
pub(super) async fn meant(git: &Repository, what: &Chosen) -> Result<Vec<Entry>, AppError> {
    let status = git.status("all", PATIENT).await?.ok_or_else(|| AppError::not_found("change"))?;
    let prefix = git.prefix().await?;
    let of_group = status.entries.into_iter().filter(|entry| entry.group == what.group);
    let mut entries: Vec<Entry> = of_group.filter(|entry| entry.path.starts_with(&prefix)).collect();
    if let Some(path) = &what.path {
        entries.retain(|entry| entry.path[prefix.len()..] == *path);
    }
    if entries.is_empty() {
        return Err(AppError::not_found("change"));
    }
    let (dir, alone) = (git.dir.clone(), what.path.is_some());
    let look = move || {
        let versions =
            |entry: &Entry| version(&dir, &entry.path[prefix.len()..], entry.group, &entry.state());
        let now = if alone {
            entries.first().map(versions).unwrap_or_default()
        } else {
            versions_of(&dir, &prefix, &entries)
        };
        (entries, now)
    };
    let (entries, now) = blocking(look).await?;
    if now != what.version {
        return Err(changed_since(what));
    }
    // Of a group those are left that git can be told of.
    let odd = |entry: &Entry| {
        [Some(&entry.path), entry.was.as_ref()].into_iter().flatten().any(|path| is_odd(path))
    };
    let (odd, entries): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(odd);
    match odd.first().filter(|_| entries.is_empty()) {
        Some(odd) => Err(odd_name(&odd.path)),
        None => Ok(entries),
    }
}

/// 409 for what is no more as it was shown.
pub(super) fn changed_since(what: &Chosen) -> AppError {
    let message = match &what.path {
        Some(path) => format!("{path} was changed since it was shown."),
        None => "Some of these files were changed since they were shown. Look again.".to_owned(),
    };
    AppError::conflict("changed", message)
}

/// The state of the directory with its changed files, or with a further page of them.
pub(super) async fn changes(git: &Repository, page: Option<ChangePage>) -> Result<Changes, AppError> {
    let dir = git.dir.clone();
    if blocking(move || top(&dir)).await?.is_none() {
        return Ok(Changes::default());
    }
    let (status, place, unpushed) = tokio::join!(
        git.status("all", PATIENT),
        git.run(["rev-parse", "--show-prefix", "--absolute-git-dir"], QUICK),
        unpushed(git),
    );
    let Some(status) = status? else {
        return Ok(Changes::default());
    };
    let place = place?.stdout;
    let place = String::from_utf8_lossy(&place);
    let (prefix, git_dir) = place.trim_end_matches('\n').split_once('\n').unwrap_or_default();
    let (prefix, git_dir) = (prefix.to_owned(), PathBuf::from(git_dir));
    let counts = status.counts(&prefix);
    let shown = chosen(&status, &prefix, page.as_ref());
    let (staged, changed) =
        tokio::join!(numstat(git, &shown, ChangeGroup::Staged), numstat(git, &shown, ChangeGroup::Changed));
    let (staged, changed) = (staged?, changed?);
    let dir = git.dir.clone();
    let look = move || {
        let files = counted(&dir, shown, &staged, &changed);
        let versions = group_versions(&dir, &prefix, &status);
        (under_way(&git_dir), files, versions, status)
    };
    let (under_way, files, versions, status) = blocking(look).await?;
    let total = counts.staged + counts.changed + counts.untracked + counts.conflicted;
    let git = Some(status.summary(unpushed.unwrap_or_default()));
    Ok(Changes { git, head: status.head, under_way, counts, files, total, versions, cut: status.cut })
}

/// The files to show, still without their lines: the first ones of each group, or those of one group behind a path.
fn chosen(status: &Status, prefix: &str, page: Option<&ChangePage>) -> Vec<ChangedFile> {
    const ORDER: [ChangeGroup; 4] =
        [ChangeGroup::Staged, ChangeGroup::Conflicted, ChangeGroup::Changed, ChangeGroup::Untracked];
    let groups = ORDER.into_iter().filter(|group| page.is_none_or(|page| page.group == *group));
    let of_group = |group| {
        let entries = status.entries.iter().filter(move |entry| entry.group == group);
        let mut entries: Vec<_> = entries
            .filter_map(|entry| Some((entry.path.strip_prefix(prefix)?, entry)))
            .filter(|(path, _)| page.is_none_or(|page| *path > page.after.as_str()))
            .collect();
        entries.sort_unstable_by_key(|(path, _)| *path);
        entries.into_iter().take(MAX_FILES).map(|(path, entry)| file_of(path, entry))
    };
    groups.flat_map(of_group).collect()
}

/// A file as git told of it, still without its lines.
fn file_of(path: &str, entry: &Entry) -> ChangedFile {
    ChangedFile {
        path: path.to_owned(),
        was: entry.was.clone(),
        group: entry.group,
        letter: entry.letter.to_string(),
        added: None,
        removed: None,
        submodule: entry.is_submodule(),
        version: entry.state(),
    }
}

/// The lines of the files of this group. Only of these: to compare all files of a large change takes minutes.
async fn numstat(
    git: &Repository,
    shown: &[ChangedFile],
    group: ChangeGroup,
) -> Result<HashMap<String, Lines>, AppError> {
    const ARGS: [&str; 6] = ["diff", "--numstat", "-z", "--relative", "--no-ext-diff", "--no-textconv"];
    let paths: Vec<&str> =
        shown.iter().filter(|file| file.group == group).map(|file| file.path.as_str()).collect();
    if paths.is_empty() {
        return Ok(HashMap::new());
    }
    let cached: &[&str] = if group == ChangeGroup::Staged { &["--cached"] } else { &[] };
    // With all files in view git finds what was renamed among them. In the work tree nothing is renamed, and git looks only at the
    // files that it is told of.
    let all = match group {
        ChangeGroup::Staged => paths.len() < MAX_FILES,
        _ => (FEW..MAX_FILES).contains(&paths.len()),
    };
    let paths = if all { vec!["."] } else { paths };
    let args = ARGS.iter().chain(cached).chain(git.submodules()).copied().chain(["--"]).chain(paths);
    Ok(parse_numstat(&git.look(MAX_NUMSTAT, args, PATIENT).await.and_then(answer)?.stdout))
}

/// The files with their lines.
fn counted(
    dir: &Path,
    mut files: Vec<ChangedFile>,
    staged: &HashMap<String, Lines>,
    changed: &HashMap<String, Lines>,
) -> Vec<ChangedFile> {
    let mut budget = COUNTED;
    for file in &mut files {
        let (added, removed) = match file.group {
            ChangeGroup::Staged => staged.get(&file.path).copied().unwrap_or_default(),
            ChangeGroup::Changed => changed.get(&file.path).copied().unwrap_or_default(),
            ChangeGroup::Conflicted => (None, None),
            ChangeGroup::Untracked => (count_lines(&dir.join(&file.path), &mut budget), Some(0)),
        };
        file.version = version(dir, &file.path, file.group, &file.version);
        file.added = added;
        file.removed = removed.filter(|_| added.is_some());
    }
    files
}

/// The version of a file, with what git said of it.
fn version(dir: &Path, path: &str, group: ChangeGroup, state: &str) -> String {
    let mut hash = Sha256::new_with_prefix(state);
    // What git says of a file in the work tree is no more than that it differs.
    if group != ChangeGroup::Staged
        && let Ok(metadata) = fs::symlink_metadata(dir.join(path))
    {
        hash.update(format!(" {} {} {}", metadata.len(), metadata.mtime(), metadata.mtime_nsec()));
    }
    short(hash)
}

/// The version of these files together.
fn versions_of<'a>(dir: &Path, prefix: &str, entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut hash = Sha256::new();
    for entry in entries {
        let path = &entry.path[prefix.len()..];
        hash.update(format!("{path}\0{}\0", version(dir, path, entry.group, &entry.state())));
    }
    short(hash)
}

fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn group_versions(dir: &Path, prefix: &str, status: &Status) -> GroupVersions {
    let of = |group| {
        let entries = status.entries.iter().filter(|entry| entry.group == group);
        versions_of(dir, prefix, entries.filter(|entry| entry.path.starts_with(prefix)))
    };
    GroupVersions {
        staged: of(ChangeGroup::Staged),
        changed: of(ChangeGroup::Changed),
        untracked: of(ChangeGroup::Untracked),
        conflicted: of(ChangeGroup::Conflicted),
    }
}

/// What git is in the middle of, by the files that it keeps for it.
pub(super) fn under_way(git_dir: &Path) -> Option<UnderWay> {
    let number = |path: &str| fs::read_to_string(git_dir.join(path)).ok()?.trim().parse().ok();
    let has = |path: &str| git_dir.join(path).exists();
    let steps = |what, step: &str, steps: &str| UnderWay { what, step: number(step), steps: number(steps) };
    let plain = |what| UnderWay { what, step: None, steps: None };
    if has("rebase-merge") {
        Some(steps(Operation::Rebase, "rebase-merge/msgnum", "rebase-merge/end"))
    } else if has("rebase-apply/applying") {
        Some(steps(Operation::Apply, "rebase-apply/next", "rebase-apply/last"))
    } else if has("rebase-apply") {
        Some(steps(Operation::Rebase, "rebase-apply/next", "rebase-apply/last"))
    } else if has("MERGE_HEAD") {
        Some(plain(Operation::Merge))
    } else if has("CHERRY_PICK_HEAD") {
        Some(plain(Operation::CherryPick))
    } else if has("REVERT_HEAD") {
        Some(plain(Operation::Revert))
    } else {
        has("BISECT_LOG").then(|| plain(Operation::Bisect))
    }
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
