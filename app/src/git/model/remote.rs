//! The remotes of a repository, and how a branch stands beside the one it follows. Pure: never runs git.

use serde::{Deserialize, Serialize};

use super::run::Push;

/// The remotes of a repository as the branch that is checked out sees them. Nothing of it is asked of a remote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Remotes {
    /// All of them, by name.
    pub remotes: Vec<Remote>,
    /// The branch that is checked out; none when detached.
    pub branch: Option<String>,
    /// The branch it follows.
    pub upstream: Option<Upstream>,
    /// The remote that is meant where none is named.
    pub default: Option<String>,
    /// What a pull request of the branch would be; none for the branch that others start from, and where there is no remote.
    pub pull_request: Option<PullRequest>,
}

/// A pull request that can be opened, on the pages of the forge that has the remote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PullRequest {
    /// The remote that the branch is on, or is to be pushed to.
    pub remote: String,
    /// The branch that it is to be merged into.
    pub base: String,
    /// The page that opens it once the branch is there; none where the host is of no known kind.
    pub page: Option<String>,
}

/// A remote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Its address, with a mask over a name and password in it.
    pub url: String,
}

/// The branch that another one follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Upstream {
    /// The remote that has it.
    pub remote: String,
    /// Its name there.
    pub branch: String,
    /// The full id of its last commit as far as it was fetched; none if it is gone or was never fetched.
    pub commit: Option<String>,
    /// Commits that the remote lacks.
    pub ahead: u32,
    /// Commits that only the remote has.
    pub behind: u32,
}

impl Remotes {
    /// The branch that is followed, if it is on a remote.
    #[must_use]
    pub fn followed(&self) -> Option<&Upstream> {
        let there = |one: &&Upstream| one.commit.is_some() && self.default.as_ref() == Some(&one.remote);
        self.upstream.as_ref().filter(there)
    }

    /// How the branch is sent: to the one that it follows, else to that of its name, which it follows from then on.
    #[must_use]
    pub fn push(&self) -> Push {
        let followed = self.followed().is_some();
        Push { set_upstream: self.default.clone().filter(|_| !followed), lease: None }
    }
}

/// An address without what may be a secret in it: `https://***@host/path`.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end =
            after.find(|c: char| c == '/' || c.is_whitespace() || "'\"<>".contains(c)).unwrap_or(after.len());
        let (host, behind) = after.split_at(end);
        match host.rsplit_once('@') {
            Some((_, host)) => shown.push_str(&format!("***@{host}")),
            None => shown.push_str(host),
        }
        rest = behind;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_sent_to_where_it_follows_or_follows_from_then_on() {
        let upstream = |remote: &str, commit: Option<&str>| {
            Some(Upstream {
                remote: remote.to_owned(),
                commit: commit.map(str::to_owned),
                ..Upstream::default()
            })
        };
        for (upstream, sets) in [
            (None, Some("origin")),
            (upstream("origin", Some("c")), None),
            (upstream("origin", None), Some("origin")),
            (upstream(".", Some("c")), Some("origin")),
        ] {
            let known = Remotes { upstream, default: Some("origin".to_owned()), ..Remotes::default() };
            assert_eq!(known.push().set_upstream.as_deref(), sets, "{known:?}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_masked() {
        for (text, shown) in [
            ("https://ada:s3cret@host:8443/x.git", "https://***@host:8443/x.git"),
            ("https://ghp_token@host/x", "https://***@host/x"),
            ("https://a:p@ss@host/x", "https://***@host/x"),
            (
                "fatal: unable to access 'https://a:b@h/x/': no",
                "fatal: unable to access 'https://***@h/x/': no",
            ),
            ("https://host/a@b https://u@h", "https://host/a@b https://***@h"),
            ("git@host:x.git", "git@host:x.git"),
            ("/srv/x.git", "/srv/x.git"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
