//! How many commits are on no remote. Never asks a remote: what is known of it is what was last fetched or pushed.

use std::collections::{HashMap, HashSet};

use app::git::model::UNPUSHED_MAX;

use super::command::{GitError, PATIENT, QUICK, Repository};

/// The most commits that are read to count those of every branch.
const COMMITS_MAX: usize = 10_000;

/// Those of what is checked out; none without a remote or without a commit.
pub(super) async fn unpushed(git: &Repository) -> Result<Option<u32>, GitError> {
    if git.run(["remote"], QUICK).await?.stdout.is_empty() {
        return Ok(None);
    }
    let max = format!("--max-count={UNPUSHED_MAX}");
    let counted = git.run(["rev-list", "--count", &max, "HEAD", "--not", "--remotes", "--"], QUICK).await;
    match counted {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok()),
        Err(GitError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The commits of any local branch that are on no remote, with their parents.
#[derive(Debug, Default)]
pub(super) struct Commits(HashMap<String, Vec<String>>);

impl Commits {
    /// Reads them; nothing if there are too many, or if git cannot tell.
    pub(super) async fn read(git: &Repository) -> Option<Self> {
        let max = format!("--max-count={}", COMMITS_MAX + 1);
        let list = ["rev-list", "--parents", &max, "--branches", "--not", "--remotes", "--"];
        let output = git.run(list, PATIENT).await.ok().filter(|output| !output.truncated)?;
        Self::parse(&String::from_utf8_lossy(&output.stdout))
    }

    fn parse(printed: &str) -> Option<Self> {
        let mut commits = HashMap::new();
        for line in printed.lines() {
            let mut ids = line.split(' ').map(str::to_owned);
            commits.insert(ids.next()?, ids.collect());
        }
        (commits.len() <= COMMITS_MAX).then_some(Self(commits))
    }

    /// How many of them lead to this one.
    pub(super) fn count(&self, tip: &str) -> u32 {
        let mut seen = HashSet::new();
        let mut ahead: Vec<&str> = vec![tip];
        while let Some(id) = ahead.pop() {
            let Some((id, parents)) = self.0.get_key_value(id) else {
                continue;
            };
            if seen.insert(id) {
                ahead.extend(parents.iter().map(String::as_str));
            }
            if seen.len() >= UNPUSHED_MAX as usize {
                return UNPUSHED_MAX;
            }
        }
        u32::try_from(seen.len()).unwrap_or(UNPUSHED_MAX)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_commit_that_two_ways_lead_to_counts_once() {
        // d merges b and c, which both come from a; a comes from what is on the remote.
        let commits = Commits::parse("d b c\nb a\nc a\na pushed\n").unwrap();
        let counts = ["d", "b", "a", "pushed"].map(|tip| commits.count(tip));
        assert_eq!(counts, [4, 2, 1, 0]);
    }

    #[test]
    fn what_is_too_long_is_not_counted_to_its_end() {
        let line = |n: usize| format!("{n} {}\n", n + 1);
        let commits = Commits::parse(&(0..5_000).map(line).collect::<String>()).unwrap();
        assert_eq!((commits.count("0"), commits.count("4999")), (UNPUSHED_MAX, 1));
        assert!(Commits::parse(&(0..=COMMITS_MAX).map(line).collect::<String>()).is_none());
    }
}
