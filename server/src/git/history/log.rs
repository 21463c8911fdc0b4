//! Commits in a list, and two branches beside each other. By plumbing only: what a repository's configuration says of logs,
//! such as to have signatures checked by a program, is not for it.

use app::{
    error::AppError,
    git::model::log::{Comparison, LOG_PAGE, LogEntry, LogPage, LogQuery},
    time::Millis,
};

use super::{files::files, start::head};
use crate::git::{
    Repository,
    branches::text,
    command::{PATIENT, QUICK},
};

/// The most characters that are shown of a subject.
const SUBJECT_MAX: usize = 200;
/// The fields of a commit. What stands last may hold anything but an end of a line.
pub(super) const FIELDS: &str = "--format=%H%x00%P%x00%an%x00%at%x00%D%x00%s";

/// A page of the log.
pub(super) async fn log(git: &Repository, query: &LogQuery) -> Result<LogPage, AppError> {
    let tip = match &query.branch {
        Some(name) => Some(branch(git, name).await?),
        None => head(git).await?,
    };
    let shallow = git.run(["rev-parse", "--is-shallow-repository"], QUICK).await?;
    let shallow = text(&shallow.stdout).trim() == "true";
    let tips: Vec<&str> = match (&tip, query.all) {
        (Some(tip), true) => vec![tip, "--branches", "--remotes", "--tags"],
        (None, true) => vec!["--branches", "--remotes", "--tags"],
        (Some(tip), false) => vec![tip],
        (None, false) => return Ok(LogPage { shallow, ..LogPage::default() }),
    };
    let mut commits = list(git, &tips, query.skip, LOG_PAGE + 1).await?;
    let more = commits.len() > LOG_PAGE as usize;
    commits.truncate(LOG_PAGE as usize);
    Ok(LogPage { commits, more, shallow })
}

/// The second branch as the first one sees it.
pub(super) async fn compare(git: &Repository, base: &str, other: &str) -> Result<Comparison, AppError> {
    let (base, other) = (branch(git, base).await?, branch(git, other).await?);
    let both = format!("{base}...{other}");
    let counts = git.run(["rev-list", "--left-right", "--count", &both, "--"], PATIENT).await?.stdout;
    let counts = text(&counts);
    let mut counts = counts.split_whitespace().map(|count| count.parse().unwrap_or_default());
    let (behind, ahead) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
    let commits = list(git, &[&format!("{base}..{other}")], 0, LOG_PAGE).await?;
    // Where both were one; two that never were are compared as they are.
    let merged = git.output(["merge-base", &base, &other], PATIENT).await?;
    let from = if merged.success() { text(&merged.stdout).trim().to_owned() } else { base };
    let (files, total) = files(git, Some(&from), &other).await?;
    Ok(Comparison { from, to: other, ahead, behind, commits, files, total })
}

/// The commits of these tips, in an order in which none comes before one that is built on it.
async fn list(git: &Repository, tips: &[&str], skip: u32, count: u32) -> Result<Vec<LogEntry>, AppError> {
    let (skip, count) = (format!("--skip={skip}"), format!("--max-count={count}"));
    let args = ["rev-list", "--no-commit-header", "--topo-order", FIELDS, &skip, &count];
    let output = git.run(args.into_iter().chain(tips.iter().copied()).chain(["--"]), PATIENT).await?;
    Ok(text(&output.stdout).lines().filter_map(entry).collect())
}

pub(super) fn entry(line: &str) -> Option<LogEntry> {
    let mut fields = line.splitn(6, '\0');
    let (id, parents, author) = (fields.next()?, fields.next()?, fields.next()?);
    let at = Millis(fields.next()?.parse::<i64>().unwrap_or_default().saturating_mul(1000));
    let (refs, subject) = (fields.next()?, fields.next()?);
    Some(LogEntry {
        id: id.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author: author.to_owned(),
        at,
        subject: subject.chars().take(SUBJECT_MAX).collect(),
        refs: refs.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    })
}

/// The commit that a branch is at, by its name or with that of a remote before it; 404 for any other word.
async fn branch(git: &Repository, name: &str) -> Result<String, AppError> {
    head(git).await?;
    let spaces = if name.contains('\0') { [].as_slice() } else { &["refs/heads/", "refs/remotes/"] };
    for space in spaces {
        let full = format!("{space}{name}");
        let known = git.output(["show-ref", "--verify", "--hash", &full], QUICK).await?;
        if known.success() {
            return Ok(text(&known.stdout).trim().to_owned());
        }
    }
    Err(AppError::not_found("branch"))
}
