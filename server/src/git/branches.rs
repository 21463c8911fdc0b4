//! The branches of a repository: the local ones with their last commit, and those that only a remote has. Asks no remote.

use std::collections::BTreeSet;

use app::{
    error::AppError,
    git::model::{BRANCHES_MAX, Branch, Branches},
    time::Millis,
};

use super::{
    command::{GitError, PATIENT, QUICK, Repository},
    unpushed::Commits,
};
use crate::offload::blocking;

/// The most characters that are shown of a commit's subject.
const SUBJECT_MAX: usize = 200;

/// Which branches there are, by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refs {
    /// The branch that is checked out, or a short commit id.
    pub(super) head: Option<String>,
    pub(super) local: BTreeSet<String>,
    /// The name of a branch and of the remote that has it, in order.
    pub(super) remote: BTreeSet<(String, String)>,
    /// Whether there is any remote, known by what was fetched of it or not.
    has_remote: bool,
    /// The one that others start from.
    pub(super) default: Option<String>,
}

impl Refs {
    /// Reads them, or 409 where there is no work tree.
    pub(super) async fn read(git: &Repository) -> Result<Self, AppError> {
        let head = git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], QUICK).await;
        let head = match head {
            // Detached, or no repository: which of them, the next answer says.
            Err(GitError::Refused(_)) => git.run(["rev-parse", "--short", "--verify", "HEAD"], QUICK).await,
            head => head,
        };
        let format = "--format=%(refname)%00%(symref)";
        let (remotes, names) = tokio::join!(
            git.run(["remote"], QUICK),
            git.run(["for-each-ref", format, "refs/heads", "refs/remotes"], PATIENT),
        );
        let names = names.map_err(no_repository)?.stdout;
        let mut refs = Self::parse(&text(&names), &text(&remotes?.stdout));
        refs.head = head.ok().map(|head| text(&head.stdout).trim().to_owned());
        Ok(refs)
    }

    fn parse(names: &str, remotes: &str) -> Self {
        let mut refs = Self { has_remote: !remotes.is_empty(), ..Self::default() };
        let mut remotes: Vec<&str> = remotes.lines().collect();
        // A name of a remote may begin with that of another.
        remotes.sort_by_key(|remote| std::cmp::Reverse(remote.len()));
        let of_remote = |name: &str| {
            let rest = name.strip_prefix("refs/remotes/")?;
            remotes.iter().find_map(|remote| {
                Some((rest.strip_prefix(remote)?.strip_prefix('/')?.to_owned(), (*remote).to_owned()))
            })
        };
        for (name, target) in names.lines().filter_map(|line| line.split_once('\0')) {
            if let Some(local) = name.strip_prefix("refs/heads/") {
                refs.local.insert(local.to_owned());
            } else if target.is_empty() {
                refs.remote.extend(of_remote(name));
            } else if name == "refs/remotes/origin/HEAD" {
                refs.default = of_remote(target).map(|(branch, _)| branch);
            }
        }
        if refs.default.is_none() {
            refs.default =
                ["main", "master"].into_iter().find(|name| refs.local.contains(*name)).map(str::to_owned);
        }
        refs
    }

    fn remote_only(&self) -> BTreeSet<&str> {
        let names = self.remote.iter().map(|(name, _)| name.as_str());
        names.filter(|name| !self.local.contains(*name)).collect()
    }
}

/// The branches of the repository around the directory.
pub(super) async fn branches(git: &Repository) -> Result<Branches, AppError> {
    let refs = Refs::read(git).await?;
    let commits = if refs.has_remote { Commits::read(git).await } else { None };
    let mut tips = tips(git, &["refs/heads"]).await?;
    let pinned = [&refs.default, &refs.head].into_iter().flatten().filter(|name| refs.local.contains(*name));
    let left_out = pinned.filter(|name| tips.iter().all(|tip| tip.name != **name));
    let left_out: Vec<String> = left_out.map(|name| format!("refs/heads/{name}")).collect();
    if !left_out.is_empty() {
        tips.extend(self::tips(git, &left_out.iter().map(String::as_str).collect::<Vec<_>>()).await?);
    }
    blocking(move || listed(refs, tips, commits.as_ref())).await
}

fn listed(refs: Refs, tips: Vec<Branch>, commits: Option<&Commits>) -> Branches {
    let mut branches: Vec<Branch> = tips
        .into_iter()
        .map(|branch| Branch {
            current: refs.head.as_ref() == Some(&branch.name),
            default: refs.default.as_ref() == Some(&branch.name),
            unpushed: commits.map(|commits| commits.count(&branch.commit)),
            ..branch
        })
        .collect();
    // The others stay in the order of their commits.
    branches.sort_by_key(|branch| (!branch.default, !branch.current));
    branches.truncate(BRANCHES_MAX);
    let all = refs.remote_only();
    let remote_only: Vec<String> = all.iter().take(BRANCHES_MAX).map(|name| (*name).to_owned()).collect();
    let more = refs.local.len().saturating_sub(branches.len()) + (all.len() - remote_only.len());
    Branches { more: u32::try_from(more).unwrap_or(u32::MAX), branches, remote_only, head: refs.head }
}

/// The branches under these names, the latest commits first.
async fn tips(git: &Repository, names: &[&str]) -> Result<Vec<Branch>, AppError> {
    let count = format!("--count={BRANCHES_MAX}");
    let format = "--format=%(refname:lstrip=2)%00%(objectname)%00%(upstream:short)%00%(committerdate:unix)%00%(contents:subject)";
    let list = ["for-each-ref", "--sort=-committerdate", &count, format];
    let output = git.run(list.iter().chain(names).copied(), PATIENT).await?;
    Ok(text(&output.stdout).lines().filter_map(tip).collect())
}

fn tip(line: &str) -> Option<Branch> {
    let mut fields = line.splitn(5, '\0').map(str::to_owned);
    let (name, commit, upstream) = (fields.next()?, fields.next()?, fields.next()?);
    let at = Millis(fields.next()?.parse::<i64>().unwrap_or_default().saturating_mul(1000));
    let subject = fields.next()?.chars().take(SUBJECT_MAX).collect();
    let upstream = Some(upstream).filter(|name| !name.is_empty());
    Some(Branch { name, upstream, commit, at, subject, ..Branch::default() })
}

pub(super) fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Why there are no branches, where that is no fault.
pub(super) fn no_repository(error: GitError) -> AppError {
    match error {
        GitError::Refused(said) if said.contains("not a git repository") => AppError::conflict(
            "no_repository",
            "The directory is in no git repository, so it has no branches.",
        ),
        GitError::Refused(said) if said.contains("cannot use bare repository") => {
            AppError::conflict("bare", "It is a bare repository: it has no files to work on.")
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(names: &[(&str, &str)], remotes: &str) -> Refs {
        let lines: Vec<_> = names.iter().map(|(name, target)| format!("{name}\0{target}")).collect();
        Refs::parse(&lines.join("\n"), remotes)
    }

    #[test]
    fn a_remote_may_have_a_slash_in_its_name() {
        let names = [
            ("refs/heads/a/b", ""),
            ("refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"),
            ("refs/remotes/origin/trunk", ""),
            ("refs/remotes/origin/a/b", ""),
            ("refs/remotes/team/one/x/y", ""),
            ("refs/remotes/gone/z", ""),
        ];
        let refs = parse(&names, "origin\nteam\nteam/one\n");
        assert_eq!(refs.default.as_deref(), Some("trunk"));
        assert_eq!(refs.remote_only().into_iter().collect::<Vec<_>>(), ["trunk", "x/y"]);
        assert!(refs.remote.contains(&("x/y".to_owned(), "team/one".to_owned())));
    }

    #[test]
    fn without_a_word_of_the_remote_main_is_the_default_and_else_master() {
        let of = |names: &[(&str, &str)]| parse(names, "").default;
        assert_eq!(of(&[("refs/heads/master", ""), ("refs/heads/main", "")]).as_deref(), Some("main"));
        assert_eq!(of(&[("refs/heads/master", ""), ("refs/heads/x", "")]).as_deref(), Some("master"));
        assert_eq!(of(&[("refs/heads/x", "")]), None);
    }
}
