//! What git says of a project's directory. Always a fixed argv, never a lock, a network or a program that the
//! repository names: hooks, monitors, external diffs and pagers are off, in an untrusted one its filters too.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs,
    io::Read,
    path::{Component, Path, PathBuf},
    time::Duration,
};

use app::{
    error::{AppError, ErrorCode},
    projects::model::{ChangeGroup, ChangedFile, Changes, GitSummary},
    sessions::event::Hunk,
};

use super::{
    blocking, problem,
    status::{Lines, Status, parse_numstat, parse_status},
};
use crate::{
    keeper::{Exec, ExecError, Output, exec},
    render,
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
/// The most bytes of a diff, and of an untracked file that is shown as one.
const MAX_DIFF: u64 = 4 << 20;
/// How many bytes of untracked files are read to count their lines.
const COUNTED: u64 = 8 << 20;

/// A directory, and whether a person has trusted it.
#[derive(Clone, Debug)]
pub(super) struct Git {
    pub(super) dir: PathBuf,
    pub(super) trusted: bool,
}

/// What a look at a directory found, and how long that may be shown.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) problem: Option<String>,
    pub(super) git: Option<GitSummary>,
    pub(super) fresh_for: Duration,
}

/// Looks at the directory; when git takes too long, what was known `before` still stands.
pub(super) async fn see(git: &Git, before: Option<GitSummary>) -> Seen {
    let dir = git.dir.clone();
    let look = blocking(move || (problem(&dir), in_work_tree(&dir))).await;
    let (problem, work_tree) = look.unwrap_or_else(|error| (Some(error.message), false));
    if problem.is_some() || !work_tree {
        return Seen {
            problem,
            git: None,
            fresh_for: FRESH,
        };
    }
    match git.status("normal", QUICK).await {
        Ok(status) => Seen {
            problem,
            git: status.map(|status| status.summary()),
            fresh_for: FRESH,
        },
        Err(error) => {
            tracing::debug!(%error, dir = %git.dir.display(), "git did not answer");
            Seen {
                problem,
                git: before,
                fresh_for: SPARED,
            }
        }
    }
}

/// Whether the directory or one above has a `.git`; spares git where there is nothing for it.
fn in_work_tree(dir: &Path) -> bool {
    dir.ancestors()
        .any(|above| above.join(".git").symlink_metadata().is_ok())
}

/// The changed files of the directory, with line counts.
pub(super) async fn changes(git: &Git) -> Result<Changes, AppError> {
    let dir = git.dir.clone();
    if !blocking(move || in_work_tree(&dir)).await? {
        return Ok(Changes::default());
    }
    let numstat = |cached: &'static [&'static str]| {
        const ARGS: [&str; 6] = [
            "diff",
            "--numstat",
            "-z",
            "--relative",
            "--no-ext-diff",
            "--no-textconv",
        ];
        git.run(
            ARGS.iter()
                .chain(cached)
                .chain(git.submodules())
                .copied()
                .chain(["--", "."]),
            PATIENT,
        )
    };
    let (status, prefix, staged, changed) = tokio::join!(
        git.status("all", PATIENT),
        git.run(["rev-parse", "--show-prefix"], QUICK),
        numstat(&["--cached"]),
        numstat(&[]),
    );
    let Some(status) = status.map_err(unavailable)? else {
        return Ok(Changes::default());
    };
    let prefix = prefix.map_err(unavailable)?.stdout;
    let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
    let (staged, changed) = (
        staged.map_err(unavailable)?.stdout,
        changed.map_err(unavailable)?.stdout,
    );
    let dir = git.dir.clone();
    blocking(move || {
        listed(
            &dir,
            &status,
            &prefix,
            &parse_numstat(&staged),
            &parse_numstat(&changed),
        )
    })
    .await
}

fn listed(
    dir: &Path,
    status: &Status,
    prefix: &str,
    staged: &HashMap<String, Lines>,
    changed: &HashMap<String, Lines>,
) -> Changes {
    const ORDER: [ChangeGroup; 4] = [
        ChangeGroup::Staged,
        ChangeGroup::Conflicted,
        ChangeGroup::Changed,
        ChangeGroup::Untracked,
    ];
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
    Changes {
        git: Some(status.summary()),
        files,
        total,
    }
}

/// The lines of a small text file; nothing for a link, a binary or a large file, or when the budget is spent.
fn count_lines(path: &Path, budget: &mut u64) -> Option<u32> {
    let size = fs::symlink_metadata(path)
        .ok()
        .filter(fs::Metadata::is_file)?
        .len();
    *budget = budget.checked_sub(size)?;
    let bytes = fs::read(path).ok().filter(|bytes| !bytes.contains(&0))?;
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    let open_end = bytes.last().is_some_and(|byte| *byte != b'\n');
    u32::try_from(ends + usize::from(open_end)).ok()
}

/// One file's change as rows of highlighted HTML.
pub(super) async fn diff(git: &Git, path: &str, group: ChangeGroup) -> Result<String, AppError> {
    let components = || Path::new(path).components();
    if path.contains('\0')
        || components().next().is_none()
        || !components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(AppError::invalid(
            "path",
            "The path must lead to a file inside the project.",
        ));
    }
    if group == ChangeGroup::Untracked {
        return untracked(git, path).await;
    }
    let kind: &[&str] = match group {
        ChangeGroup::Staged => &["--cached"],
        // Of a conflict, what the work tree has beside our own side; a diff of three would need other eyes.
        ChangeGroup::Conflicted => &["--ours"],
        _ => &[],
    };
    let args = [
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--relative",
        "--submodule=short",
        "-U3",
    ];
    let args = args
        .iter()
        .chain(kind)
        .chain(git.submodules())
        .copied()
        .chain(["--", path]);
    let output = git.run(args, PATIENT).await.map_err(unavailable)?;
    if output.stdout.is_empty() {
        return Err(AppError::not_found("change"));
    }
    let path = path.to_owned();
    blocking(move || render::diff_text(&path, &String::from_utf8_lossy(&output.stdout))).await
}

async fn untracked(git: &Git, path: &str) -> Result<String, AppError> {
    let args = ["ls-files", "--others", "--exclude-standard", "-z", "--", path];
    let known = git.run(args, PATIENT).await.map_err(unavailable)?.stdout;
    if known.strip_suffix(b"\0") != Some(path.as_bytes()) {
        return Err(AppError::not_found("change"));
    }
    let (dir, path) = (git.dir.clone(), path.to_owned());
    blocking(move || new_file(&dir, &path)).await?
}

/// A file that git does not know, as if all of it were added. A link shows where it leads and is not followed.
fn new_file(dir: &Path, path: &str) -> Result<String, AppError> {
    let gone = |_| AppError::not_found("change");
    let file = dir.join(path);
    let parent = file.parent().unwrap_or(dir).canonicalize().map_err(gone)?;
    if !parent.starts_with(dir) {
        return Err(AppError::invalid("path", "The path leads outside the project."));
    }
    let metadata = fs::symlink_metadata(&file).map_err(gone)?;
    if metadata.is_symlink() {
        let target = fs::read_link(&file).map_err(gone)?;
        return Ok(all_added(
            path,
            &format!("{} (a symbolic link)", target.display()),
        ));
    }
    if !metadata.is_file() {
        return Ok(render::diff_text(
            path,
            "Binary files cannot be shown: it is not a regular file",
        ));
    }
    let mut bytes = Vec::new();
    let opened = fs::File::open(&file).map_err(gone)?;
    opened.take(MAX_DIFF).read_to_end(&mut bytes).map_err(gone)?;
    if bytes.contains(&0) {
        return Ok(render::diff_text(
            path,
            &format!("Binary files cannot be shown: {} bytes", metadata.len()),
        ));
    }
    Ok(all_added(path, &String::from_utf8_lossy(&bytes)))
}

fn all_added(path: &str, text: &str) -> String {
    let lines = text.lines().map(|line| format!("+{line}")).collect();
    render::patch(
        path,
        &[Hunk {
            old_start: 0,
            new_start: 1,
            lines,
        }],
    )
}

fn unavailable(error: GitError) -> AppError {
    AppError::new(ErrorCode::Unavailable, format!("Git could not tell: {error}."))
}

/// Why git has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    #[error(transparent)]
    Exec(#[from] ExecError),
    #[error("{0}")]
    Refused(String),
}

impl Git {
    /// The state of the work tree; nothing if there is none after all.
    async fn status(&self, untracked: &str, limit: Duration) -> Result<Option<Status>, GitError> {
        let untracked = format!("--untracked-files={untracked}");
        let args = ["status", "--porcelain=v2", "--branch", "-z", &untracked];
        let answer = self
            .run(
                args.into_iter()
                    .chain(self.submodules().iter().copied())
                    .chain(["--", "."]),
                limit,
            )
            .await;
        match answer {
            Ok(output) => Ok(Some(parse_status(&output.stdout))),
            Err(GitError::Refused(reason)) if reason.contains("not a git repository") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// In an untrusted repository submodules are left out: each has a configuration of its own.
    fn submodules(&self) -> &'static [&'static str] {
        if self.trusted {
            &[]
        } else {
            &["--ignore-submodules=all"]
        }
    }

    /// What git prints; output that was cut for its size is an answer too.
    async fn run<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<Output, GitError> {
        let mut command = self.command(limit).args(args).max_output(MAX_DIFF);
        if !self.trusted {
            for (key, value) in self.without_filters(limit).await? {
                command = command.env(key, value);
            }
        }
        let output = exec(command).await?;
        if output.success() || output.truncated {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(GitError::Refused(
            said.lines().next().unwrap_or("it was ended").to_owned(),
        ))
    }

    fn command(&self, limit: Duration) -> Exec {
        Exec::new("git", &self.dir)
            .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
            .args([
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.quotePath=false",
            ])
            .args(["-c", "color.ui=false", "-c", "diff.noprefix=false"])
            // A partial clone would fetch what it lacks, by any program that its configuration names.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("LC_ALL", "C")
            .timeout(limit)
    }

    /// Variables that switch off every filter driver which the configuration names: `status` and `diff` would run
    /// them on changed files.
    async fn without_filters(&self, limit: Duration) -> Result<Vec<(OsString, OsString)>, GitError> {
        let list = [
            "config",
            "--includes",
            "--name-only",
            "-z",
            "--get-regexp",
            r"^filter\.",
        ];
        let output = exec(self.command(limit).args(list).max_output(1 << 20)).await?;
        // Code 1 says that there is none.
        if output.truncated || !matches!(output.code, Some(0 | 1)) {
            return Err(GitError::Refused("its configuration cannot be read".to_owned()));
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        let keys: Vec<&str> = stdout.split('\0').filter(|key| !key.is_empty()).collect();
        let mut env = vec![(
            OsString::from("GIT_CONFIG_COUNT"),
            OsString::from(keys.len().to_string()),
        )];
        for (nth, key) in keys.iter().enumerate() {
            let value = if key.ends_with(".required") { "false" } else { "" };
            env.push((format!("GIT_CONFIG_KEY_{nth}").into(), key.into()));
            env.push((format!("GIT_CONFIG_VALUE_{nth}").into(), value.into()));
        }
        Ok(env)
    }
}
