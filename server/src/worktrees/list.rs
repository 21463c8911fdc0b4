//! Every worktree of a repository, with what a person must know before it is changed or removed: those that git knows, and what
//! a crash has left, which is a directory without an entry, an entry without a directory or a row that was never made. Reads.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use app::{
    error::AppError,
    ids::ProjectId,
    worktrees::model::{SessionThere, SetUp, Standing, Worktree, WorktreeState},
};
use futures::{StreamExt, stream};

use super::{
    WorktreesEngine, directory,
    queries::{self, Row},
};
use crate::{
    git::{PATIENT, QUICK, Repository, start},
    offload::blocking,
};

/// How many worktrees are looked at at once; git reads the files of each.
const AT_ONCE: usize = 4;

/// What git says of a worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) branch: Option<String>,
    /// The commit that it is at.
    head: Option<String>,
    locked: Option<String>,
}

/// A worktree with what is needed to change it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) shown: Worktree,
    pub(super) root: PathBuf,
    pub(super) row: Option<Row>,
    head: Option<String>,
}

/// What is the same for every worktree of a repository.
struct Around {
    rows: Vec<Row>,
    sessions: Vec<(ProjectId, SessionThere)>,
    /// The directories where something is at work, with its name.
    busy: Vec<(PathBuf, String)>,
    default: Option<String>,
    has_remote: bool,
    /// The commits that the branches are at.
    tips: HashMap<String, String>,
}

impl WorktreesEngine {
    /// Every worktree but the main one, the latest first, still without their sizes.
    pub(super) async fn found(&self, git: &Repository, project: ProjectId) -> Result<Vec<Found>, AppError> {
        let entries = entries(git).await?;
        let around = self.around(git).await?;
        let ((top, _), own) = (self.top(git).await?, self.own(project));
        let there = blocking(move || directory::those_there(&top, &own)).await?;
        let mut known: HashSet<PathBuf> = entries.iter().map(|entry| entry.path.clone()).collect();
        let mut found = Vec::new();
        for entry in entries.into_iter().skip(1) {
            let row = around.rows.iter().find(|row| row.root == entry.path).cloned();
            found.push(around.found(entry, row, true));
        }
        let of_project = around.rows.iter().filter(|row| row.project == project);
        for row in of_project.filter(|row| !known.contains(&row.root)) {
            let entry =
                Entry { path: row.root.clone(), branch: Some(row.branch.clone()), ..Entry::default() };
            found.push(around.found(entry, Some(row.clone()), false));
        }
        known.extend(around.rows.iter().map(|row| row.root.clone()));
        for path in there.into_iter().filter(|path| !known.contains(path)) {
            found.push(around.found(Entry { path, ..Entry::default() }, None, false));
        }
        let found = blocking(move || {
            found.iter_mut().for_each(mark_lost);
            found
        })
        .await?;
        let look = |mut one: Found| {
            let around = &around;
            async move {
                one.shown.standing = around.standing(&one, git.trusted).await;
                one
            }
        };
        let mut found: Vec<Found> = stream::iter(found).map(look).buffered(AT_ONCE).collect().await;
        found.sort_by_key(|one| std::cmp::Reverse(one.shown.created_at));
        Ok(found)
    }

    /// The worktree in this directory, exactly as the list has it.
    pub(super) async fn find(
        &self,
        git: &Repository,
        project: ProjectId,
        path: &str,
    ) -> Result<Found, AppError> {
        let found = self.found(git, project).await?;
        let one = found.into_iter().find(|one| one.shown.path == path);
        one.ok_or_else(|| AppError::not_found("worktree"))
    }

    async fn around(&self, git: &Repository) -> Result<Around, AppError> {
        let db = self.db.read();
        let mut busy = self.projects.at_work().await?;
        busy.extend(queries::terminals(db).await?);
        let default = start(git, None).await.ok().map(|start| start.name);
        let has_remote = !git.run(["remote"], QUICK).await?.stdout.is_empty();
        let (rows, sessions) = (queries::all(db).await?, queries::sessions(db).await?);
        Ok(Around { rows, sessions, busy, default, has_remote, tips: tips(git).await? })
    }
}

impl Around {
    fn found(&self, entry: Entry, row: Option<Row>, known: bool) -> Found {
        let id = row.as_ref().map(|row| row.id);
        let of_it = self.sessions.iter().filter(|(of, _)| Some(*of) == id);
        let state = match &row {
            Some(row) if !row.ready => WorktreeState::Unfinished,
            _ if !known => WorktreeState::Stray,
            _ => WorktreeState::Ready,
        };
        let base = row.as_ref().map(|row| row.base.clone()).or_else(|| self.default.clone());
        let busy = self.busy.iter().filter(|(dir, _)| dir.starts_with(&entry.path));
        let shown = Worktree {
            id: row.as_ref().filter(|row| row.ready).map(|row| row.id),
            path: entry.path.to_string_lossy().into_owned(),
            branch: entry.branch,
            base,
            state,
            setup: row.as_ref().map_or(SetUp::Done, |row| row.setup),
            standing: None,
            locked: entry.locked,
            size: None,
            sessions: of_it.map(|(_, session)| session.clone()).collect(),
            busy: busy.map(|(_, name)| name.clone()).collect(),
            copied: row.as_ref().map(|row| row.copied.clone()).unwrap_or_default(),
            created_at: row.as_ref().map(|row| row.created_at),
        };
        Found { shown, root: entry.path, row, head: entry.head }
    }

    /// How it stands; nothing where git cannot tell.
    async fn standing(&self, one: &Found, trusted: bool) -> Option<Standing> {
        if one.shown.state != WorktreeState::Ready {
            return None;
        }
        let git = Repository { dir: one.root.clone(), trusted };
        let uncommitted = uncommitted(&git).await?;
        let tip = one.shown.base.as_ref().and_then(|base| self.tips.get(base));
        let base = one.shown.base.as_ref().map(|base| format!("refs/heads/{base}"));
        let beside = match &base {
            // Most of many: git need not be asked.
            Some(_) if tip.is_some() && tip == one.head.as_ref() => Some((0, 0)),
            Some(base) => beside(&git, base).await,
            None => None,
        };
        let merged = one.row.as_ref().and_then(|row| row.merged.as_deref());
        let (ahead, behind) = beside.unzip();
        let unsaved = match ahead {
            // The base has all of them.
            Some(0) => 0,
            _ => unsaved(&git, base.filter(|_| ahead.is_some()).as_deref(), merged, self.has_remote).await?,
        };
        Some(Standing { uncommitted, ahead, behind, unsaved })
    }
}

/// The worktrees that git knows, the main one first.
pub(super) async fn entries(git: &Repository) -> Result<Vec<Entry>, AppError> {
    let output = git.run(["worktree", "list", "--porcelain", "-z"], PATIENT).await.map_err(|error| {
        if error.to_string().contains("not a git repository") {
            let message = "The directory is in no git repository, so it has no worktrees.";
            return AppError::conflict("no_repository", message);
        }
        error.into()
    })?;
    Ok(parse(&output.stdout))
}

/// The commit of every branch.
async fn tips(git: &Repository) -> Result<HashMap<String, String>, AppError> {
    let list = ["for-each-ref", "--format=%(refname:lstrip=2)%00%(objectname)", "refs/heads"];
    let printed = git.run(list, PATIENT).await?.stdout;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let tip = |line: &str| line.split_once('\0').map(|(name, commit)| (name.to_owned(), commit.to_owned()));
    Ok(printed.lines().filter_map(tip).collect())
}

fn parse(printed: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in printed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let line = String::from_utf8_lossy(line);
        let (key, value) = line.split_once(' ').unwrap_or((&line, ""));
        if key == "worktree" {
            entries.push(Entry { path: PathBuf::from(value), ..Entry::default() });
            continue;
        }
        let Some(entry) = entries.last_mut() else { continue };
        match key {
            "branch" => entry.branch = Some(value.strip_prefix("refs/heads/").unwrap_or(value).to_owned()),
            "HEAD" => entry.head = Some(value.to_owned()),
            "locked" => entry.locked = Some(value.to_owned()),
            _ => {}
        }
    }
    entries
}

/// Marks what has lost its directory, or in it what makes it a worktree: a removal that was killed leaves either.
fn mark_lost(one: &mut Found) {
    match one.shown.state {
        WorktreeState::Unfinished => {}
        _ if !directory::is_dir(&one.root) => one.shown.state = WorktreeState::Missing,
        WorktreeState::Ready if !directory::is_linked(&one.root) => one.shown.state = WorktreeState::Stray,
        _ => {}
    }
}

/// How many files are changed, staged or untracked; nothing if git cannot tell.
pub(super) async fn uncommitted(git: &Repository) -> Option<u32> {
    let status = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal"];
    let printed = git.run(status, PATIENT).await.ok()?.stdout;
    let files = printed.split(|byte| *byte == 0).filter(|line| !line.is_empty()).count();
    Some(u32::try_from(files).unwrap_or(u32::MAX))
}

/// How many commits are only here, and how many only in the base.
async fn beside(git: &Repository, base: &str) -> Option<(u32, u32)> {
    let range = format!("HEAD...{base}");
    let counted = git.run(["rev-list", "--left-right", "--count", &range, "--"], PATIENT).await.ok()?.stdout;
    let counted = String::from_utf8_lossy(&counted);
    let mut counts = counted.split_whitespace().map(str::parse);
    Some((counts.next()?.ok()?, counts.next()?.ok()?))
}

/// How many commits would be lost with the branch.
async fn unsaved(
    git: &Repository,
    base: Option<&str>,
    merged: Option<&str>,
    has_remote: bool,
) -> Option<u32> {
    let mut args = vec!["rev-list", "--count", "HEAD", "--not"];
    args.extend(base.into_iter().chain(merged));
    if has_remote {
        args.push("--remotes");
    }
    args.push("--");
    let counted = git.run(args, PATIENT).await.ok()?.stdout;
    String::from_utf8_lossy(&counted).trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_prints_is_read_whatever_is_in_a_path() {
        let printed = b"worktree /p\0HEAD 1\0branch refs/heads/main\0\0worktree /p.worktrees/a b\n\0HEAD 2\0detached\0\
            locked it is\non a stick\0\0worktree /gone\0HEAD 3\0branch refs/heads/x/y\0locked\0prunable gone\0\0";
        let entries = parse(printed);
        let of =
            |n: usize| (entries[n].path.to_str(), entries[n].branch.as_deref(), entries[n].locked.as_deref());
        assert_eq!(of(0), (Some("/p"), Some("main"), None));
        assert_eq!(of(1), (Some("/p.worktrees/a b\n"), None, Some("it is\non a stick")));
        assert_eq!(of(2), (Some("/gone"), Some("x/y"), Some("")));
        assert_eq!(parse(b""), []);
    }
}
