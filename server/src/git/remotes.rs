//! The remotes of a repository, and what its branch follows. Asks no remote: what is known of one is what was fetched.

use app::{
    error::AppError,
    git::model::remote::{PullRequest, Remote, Remotes, Upstream, masked},
    ids::ProjectId,
};

use super::{
    GitEngine,
    branches::{Refs, no_repository, text},
    command::{GitError, QUICK, Repository},
    forge,
};

/// The remotes as the branch that is checked out sees them.
pub(super) async fn remotes(git: &Repository) -> Result<Remotes, AppError> {
    let names = git.run(["remote"], QUICK).await.map_err(no_repository)?.stdout;
    let names: Vec<String> = text(&names).lines().map(str::to_owned).collect();
    let addresses = ["config", "-z", "--get-regexp", r"^remote\..*\.url$"];
    let addresses = git.output(addresses, QUICK).await?.stdout;
    let addresses = text(&addresses);
    let url = |name: &str| {
        let key = format!("remote.{name}.url");
        let mut all = addresses.split('\0').filter_map(|entry| entry.split_once('\n'));
        all.find(|(one, _)| *one == key).map(|(_, url)| masked(url)).unwrap_or_default()
    };
    let branch = git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], QUICK).await;
    let branch = branch.ok().map(|output| text(&output.stdout).trim().to_owned());
    let upstream = match &branch {
        Some(branch) => upstream(git, branch).await?,
        None => None,
    };
    let default =
        upstream.as_ref().map(|upstream| upstream.remote.clone()).filter(|name| names.contains(name));
    let default = default.or_else(|| match names.as_slice() {
        [only] => Some(only.clone()),
        several => several.iter().find(|name| *name == "origin").cloned(),
    });
    let remotes = names.into_iter().map(|name| Remote { url: url(&name), name }).collect();
    Ok(Remotes { remotes, branch, upstream, default, pull_request: None })
}

/// The whole address of a remote, whatever is in it: not to be shown.
pub(super) async fn address(git: &Repository, remote: &str) -> Result<String, AppError> {
    let output = git.run(["remote", "get-url", "--", remote], QUICK).await?;
    Ok(text(&output.stdout).trim_end_matches('\n').to_owned())
}

impl GitEngine {
    /// What a pull request of the branch would be: into the branch that its worktree was made from, if the remote has that, else
    /// into the one that others start from.
    pub(super) async fn pull_request(
        &self,
        id: ProjectId,
        git: &Repository,
        known: &Remotes,
    ) -> Result<Option<PullRequest>, AppError> {
        let (Some(branch), Some(remote)) = (&known.branch, &known.default) else { return Ok(None) };
        let followed = known.upstream.as_ref().filter(|upstream| upstream.remote == *remote);
        let branch = followed.map_or(branch, |upstream| &upstream.branch);
        let refs = Refs::read(git).await?;
        let made_from = self.projects.base(id).await?;
        let made_from = made_from.filter(|base| refs.remote.contains(&(base.clone(), remote.clone())));
        let Some(base) = made_from.or(refs.default).filter(|base| base != branch) else { return Ok(None) };
        let page = forge::page(&address(git, remote).await?, &base, branch);
        Ok(Some(PullRequest { remote: remote.clone(), base, page }))
    }
}

/// What the branch follows, by its configuration; it may not be there.
async fn upstream(git: &Repository, branch: &str) -> Result<Option<Upstream>, AppError> {
    let value = async |key: &str| -> Result<Option<String>, AppError> {
        let output = git.output(["config", "--get", &format!("branch.{branch}.{key}")], QUICK).await?;
        let value = text(&output.stdout).trim_end_matches('\n').to_owned();
        Ok(Some(value).filter(|value| output.success() && !value.is_empty()))
    };
    let (Some(remote), Some(merge)) = (value("remote").await?, value("merge").await?) else {
        return Ok(None);
    };
    let Some(name) = merge.strip_prefix("refs/heads/") else { return Ok(None) };
    let tip = async |rev: &str| {
        let output = git.output(["rev-parse", "--quiet", "--verify", rev], QUICK).await?;
        Ok::<_, GitError>(Some(text(&output.stdout).trim().to_owned()).filter(|_| output.success()))
    };
    let commit = tip("@{upstream}").await?;
    let (mut ahead, mut behind) = (0, 0);
    if let (Some(commit), Some(_)) = (&commit, tip("HEAD").await?) {
        let range = format!("HEAD...{commit}");
        let counts = git.run(["rev-list", "--left-right", "--count", &range, "--"], QUICK).await?.stdout;
        let counts = text(&counts);
        let mut counts = counts.split_whitespace().map(|count| count.parse().unwrap_or_default());
        (ahead, behind) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
    }
    Ok(Some(Upstream { remote, branch: name.to_owned(), commit, ahead, behind }))
}
