//! Where a pull request of a branch is opened: the page of the forge, made from the address of the remote or found in what the
//! remote printed. Pure: asks nobody, and a name or password in an address is never passed on.

use url::Url;

/// What kinds of forges have an address for a new pull request.
#[derive(Clone, Copy)]
enum Forge {
    GitHub,
    GitLab,
    /// Forgejo and Codeberg too.
    Gitea,
    Bitbucket,
    Azure,
}

/// Hosts that take SSH under another name than that of their pages.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
    ("ssh.dev.azure.com", "dev.azure.com"),
    ("vs-ssh.visualstudio.com", "dev.azure.com"),
];

/// What stands in the path of a page for pull requests, whatever the forge.
const MARKS: [&str; 3] = ["/compare/", "/pull", "/merge_requests"];

/// The page that opens a pull request of `branch` into `base`; none where the host is of no known kind.
pub(super) fn page(remote: &str, base: &str, branch: &str) -> Option<String> {
    let mut url = repository(remote)?;
    let forge = forge(url.host_str()?)?;
    if matches!(forge, Forge::Azure) {
        url.set_path(&azure(url.path())?);
    }
    if url.path_segments()?.count() < 2 {
        return None;
    }
    let compared = format!("{base}...{branch}");
    let (path, query) = match forge {
        Forge::GitHub => (compare(&compared), vec![("expand", "1")]),
        Forge::Gitea => (compare(&compared), Vec::new()),
        Forge::GitLab => (
            vec!["-", "merge_requests", "new"],
            vec![("merge_request[source_branch]", branch), ("merge_request[target_branch]", base)],
        ),
        Forge::Bitbucket => (vec!["pull-requests", "new"], vec![("source", branch), ("dest", base)]),
        Forge::Azure => (vec!["pullrequestcreate"], vec![("sourceRef", branch), ("targetRef", base)]),
    };
    url.path_segments_mut().ok()?.extend(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Some(url.into())
}

fn compare(compared: &str) -> Vec<&str> {
    std::iter::once("compare").chain(compared.split('/')).collect()
}

/// The page that the remote itself named when it took the branch, if it is on its own host.
pub(super) fn said(remote: &str, printed: &str) -> Option<String> {
    let own = repository(remote)?;
    let words =
        printed.lines().filter_map(|line| line.strip_prefix("remote:")).flat_map(str::split_whitespace);
    let fits = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str() == own.host_str()
            && url.username().is_empty()
            && MARKS.iter().any(|mark| url.path().contains(mark))
    };
    words.filter_map(|word| Url::parse(word).ok()).find(fits).map(Url::into)
}

/// The page of the repository itself, by the address of a remote.
fn repository(remote: &str) -> Option<Url> {
    let at = if remote.contains("://") { Url::parse(remote).ok()? } else { of_ssh(remote)? };
    let (scheme, port) = match at.scheme() {
        "http" => ("http", at.port()),
        "https" => ("https", at.port()),
        "ssh" | "git" => ("https", None),
        _ => return None,
    };
    let path = at.path().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut page = Url::parse(&format!("{scheme}://{}/", at.host_str()?)).ok()?;
    let other = OTHER_NAMES.into_iter().find(|(name, _)| page.host_str() == Some(*name));
    if let Some((_, host)) = other {
        page.set_host(Some(host)).ok()?;
    }
    page.set_port(port).ok()?;
    page.set_path(path);
    Some(page).filter(|_| !path.is_empty())
}

/// What git takes for SSH without saying so: `user@host:path`.
fn of_ssh(remote: &str) -> Option<Url> {
    let (host, path) = remote.split_once(':').filter(|(host, _)| !host.contains('/'))?;
    Url::parse(&format!("ssh://{host}/{}", path.trim_start_matches('/'))).ok()
}

/// The kind of a host: one that everybody knows, or one that is called by what runs there.
fn forge(host: &str) -> Option<Forge> {
    let first = host.split('.').next()?;
    match host {
        "bitbucket.org" => Some(Forge::Bitbucket),
        "dev.azure.com" => Some(Forge::Azure),
        _ if host.ends_with(".visualstudio.com") => Some(Forge::Azure),
        _ if first == "github" || host.ends_with(".ghe.com") => Some(Forge::GitHub),
        _ if first == "gitlab" => Some(Forge::GitLab),
        _ if ["gitea", "forgejo", "codeberg"].contains(&first) => Some(Forge::Gitea),
        _ => None,
    }
}

/// The path of a repository's page, which over SSH begins with a version and lacks a part.
fn azure(path: &str) -> Option<String> {
    match path.trim_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["v3", organisation, project, name] => Some(format!("{organisation}/{project}/_git/{name}")),
        parts if parts.contains(&"_git") => Some(parts.join("/")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_has_its_page_by_every_form_of_an_address() {
        let github = Some("https://github.com/o/r/compare/main...fix/it?expand=1");
        let gitlab = "https://gitlab.com/g/sub/r/-/merge_requests/new?\
            merge_request%5Bsource_branch%5D=fix%2Fit&merge_request%5Btarget_branch%5D=main";
        let bitbucket = Some("https://bitbucket.org/o/r/pull-requests/new?source=fix%2Fit&dest=main");
        let azure =
            Some("https://dev.azure.com/o/My%20P/_git/r/pullrequestcreate?sourceRef=fix%2Fit&targetRef=main");
        for (remote, expected) in [
            ("https://github.com/o/r.git", github),
            ("https://github.com/o/r/", github),
            ("https://ada:s3cret@github.com/o/r.git", github),
            ("git@github.com:o/r.git", github),
            ("github.com:/o/r", github),
            ("ssh://git@github.com/o/r.git", github),
            ("ssh://git@ssh.github.com:443/o/r.git", github),
            ("git://GitHub.com/o/r.git", github),
            (
                "git@github.example.com:o/r",
                Some("https://github.example.com/o/r/compare/main...fix/it?expand=1"),
            ),
            ("git@gitlab.com:g/sub/r.git", Some(gitlab)),
            ("https://oauth2:token@gitlab.com/g/sub/r.git", Some(gitlab)),
            ("git@codeberg.org:o/r.git", Some("https://codeberg.org/o/r/compare/main...fix/it")),
            ("http://gitea.lan:3000/o/r", Some("http://gitea.lan:3000/o/r/compare/main...fix/it")),
            ("ssh://git@forgejo.lan:2222/o/r", Some("https://forgejo.lan/o/r/compare/main...fix/it")),
            ("git@bitbucket.org:o/r.git", bitbucket),
            ("https://ada@bitbucket.org/o/r.git", bitbucket),
            ("https://o@dev.azure.com/o/My%20P/_git/r", azure),
            ("git@ssh.dev.azure.com:v3/o/My%20P/r", azure),
            ("https://dev.azure.com/o/r", None),
            ("https://git.example.com/o/r.git", None),
            ("https://github.com/r", None),
            ("git@work:o/r.git", None),
            ("/srv/github.com/o/r.git", None),
            ("../r.git", None),
            ("file:///srv/o/r.git", None),
            ("ext::sh -c touch% x", None),
            ("javascript://github.com/o/r", None),
            ("", None),
        ] {
            assert_eq!(page(remote, "main", "fix/it").as_deref(), expected, "{remote}");
        }
    }

    #[test]
    fn whatever_a_branch_is_called_it_stays_a_name() {
        let of = |remote: &str| page(remote, "main", "a%2F#b&dest=x\"<").unwrap_or_default();
        let compared = "https://github.com/o/r/compare/main...a%252F%23b&dest=x%22%3C?expand=1";
        assert_eq!(of("git@github.com:o/r"), compared);
        let asked =
            "https://bitbucket.org/o/r/pull-requests/new?source=a%252F%23b%26dest%3Dx%22%3C&dest=main";
        assert_eq!(of("git@bitbucket.org:o/r"), asked);
    }

    #[test]
    fn what_the_remote_says_is_taken_from_its_own_host_only() {
        let printed = "remote: \n\
            remote: News: https://git.lan/news\n\
            remote: Create a pull request for 'x': https://evil.example/o/r/compare/main...x\n\
            remote:   https://u:p@git.lan/o/r/pull/new/x\n\
            remote:   javascript://git.lan/pull/new/x\n\
            https://git.lan/o/r/pull/hook\n\
            remote:   https://git.lan:8443/o/r/pull/new/x        \n\
            To git.lan:o/r.git\n";
        let own = Some("https://git.lan:8443/o/r/pull/new/x".to_owned());
        assert_eq!(said("git@git.lan:o/r.git", printed), own);
        assert_eq!(said("ssh://git.lan:2222/o/r.git", printed), own);
        assert_eq!(said("git@other.lan:o/r.git", printed), None);
        assert_eq!(said("/srv/r.git", printed), None);
    }
}
