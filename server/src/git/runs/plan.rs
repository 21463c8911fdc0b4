//! What git is called with for a command, once it is certain that it makes sense. Refuses what git would refuse anyway, in
//! words that say what to do; changes nothing.

use std::{path::PathBuf, time::Duration};

use app::{
    error::AppError,
    git::model::{
        Operation,
        commit::{MESSAGE_MAX, NewCommit},
        remote::{Remotes, Upstream},
        run::{Command, Join, Push, Step},
    },
};

use super::keep;
use crate::{
    git::{
        Repository,
        branches::text,
        changes::under_way,
        command::{PATIENT, QUICK},
        history::{author, head},
        remotes::remotes,
    },
    offload::blocking,
};

/// How long a commit may take, with all its hooks.
pub(super) const COMMIT: Duration = Duration::from_secs(15 * 60);
/// How long a remote may take.
const REMOTE: Duration = Duration::from_secs(60 * 60);

/// What is to be run.
#[derive(Debug)]
pub(super) struct Plan {
    /// The arguments of each call of git, in order; the first that fails is the last.
    pub(super) steps: Vec<Vec<String>>,
    /// How long each may take.
    pub(super) limit: Duration,
}

impl Plan {
    pub(super) fn of(args: &[&str], limit: Duration) -> Self {
        Self { steps: vec![owned(args)], limit }
    }
}

/// Whether it changes the index, files or branches, so that nothing else may in the meantime.
pub(super) const fn writes(command: &Command) -> bool {
    !matches!(command, Command::Fetch { .. } | Command::Push(_))
}

/// Whether it may change files under a session that is at work.
pub(super) const fn moves_files(command: &Command) -> bool {
    matches!(
        command,
        Command::Pull { .. } | Command::Step { .. } | Command::Stash { .. } | Command::Unstash { .. }
    )
}

/// What is run for the command, as the repository is now.
pub(super) async fn plan(git: &Repository, command: &Command) -> Result<Plan, AppError> {
    match command {
        Command::Commit(new) => commit(git, new).await,
        Command::Fetch { remote } => fetch(&remotes(git).await?, remote.as_deref()),
        Command::Pull { how } => pull(&remotes(git).await?, *how),
        Command::Push(wanted) => {
            if head(git).await?.is_none() {
                return Err(AppError::conflict(
                    "unborn",
                    "There is no commit yet, so there is nothing to push.",
                ));
            }
            push(&remotes(git).await?, wanted)
        }
        Command::Step { what, step } => operation(git, *what, *step).await,
        Command::Stash { message, untracked } => keep::stash(git, message, *untracked).await,
        Command::Unstash { id, keep } => keep::unstash(git, id, *keep).await,
        Command::DropStash(one) => keep::drop_stash(git, &one.id).await,
        Command::RestoreStash(one) => keep::restore_stash(one),
        Command::DeleteBranch { name, commit, force } => keep::delete_branch(git, name, commit, *force).await,
        Command::RestoreBranch { name, commit } => keep::restore_branch(git, name, commit).await,
    }
}

async fn commit(git: &Repository, new: &NewCommit) -> Result<Plan, AppError> {
    let message = new.message.trim();
    if message.is_empty() || message.len() > MESSAGE_MAX || message.contains('\0') {
        return Err(AppError::invalid("message", "A commit needs a message of at most 64 KiB."));
    }
    let last = head(git).await?;
    if new.amend && (new.head.is_none() || last.is_none()) {
        return Err(AppError::invalid("head", "To amend, name the last commit: there must be one."));
    }
    if new.head.is_some() && new.head != last {
        let message = "Another commit was made since this was shown. Look again before you commit.";
        return Err(AppError::conflict("changed", message));
    }
    if !new.amend && !anything_staged(git).await? {
        let message = "Nothing is staged. Stage what belongs into the commit first.";
        return Err(AppError::conflict("nothing_staged", message));
    }
    if author(git).await?.is_none() {
        let message = "Git does not know who you are. Say it once, in a terminal: `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.org`.";
        return Err(AppError::conflict("no_identity", message));
    }
    let text = format!("--message={message}");
    let mut args = vec!["commit", "--cleanup=whitespace", &text];
    args.extend(new.amend.then_some("--amend"));
    args.extend(new.sign_off.then_some("--signoff"));
    Ok(Plan::of(&args, COMMIT))
}

/// Whether the index differs from the last commit, or the commit ends a merge, which may change nothing.
async fn anything_staged(git: &Repository) -> Result<bool, AppError> {
    let args = ["diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv"];
    let differs = git.output(args, PATIENT).await?.code == Some(1);
    Ok(differs || found(git).await? == Some(Operation::Merge))
}

/// What git is in the middle of.
async fn found(git: &Repository) -> Result<Option<Operation>, AppError> {
    let dir = git.run(["rev-parse", "--absolute-git-dir"], QUICK).await?.stdout;
    let dir = PathBuf::from(text(&dir).trim_end_matches('\n'));
    Ok(blocking(move || under_way(&dir)).await?.map(|one| one.what))
}

fn fetch(known: &Remotes, remote: Option<&str>) -> Result<Plan, AppError> {
    let remote = match (remote, &known.default) {
        (Some(name), _) => known_remote(known, name)?,
        (None, Some(name)) => name,
        (None, None) if known.remotes.is_empty() => return Err(no_remote()),
        (None, None) => {
            return Err(AppError::conflict("several", "There are several remotes: say which one."));
        }
    };
    Ok(Plan::of(&["fetch", "--progress", "--", remote], REMOTE))
}

fn pull(known: &Remotes, how: Join) -> Result<Plan, AppError> {
    let upstream = upstream(known)?;
    let join: &[&str] = match how {
        // Git would write over ignored files, such as a `.env`, without a word.
        Join::FastForward => &["merge", "--ff-only", "--no-overwrite-ignore", "@{upstream}"],
        Join::Rebase => &["rebase", "@{upstream}"],
        Join::Merge => &["merge", "--no-edit", "--no-overwrite-ignore", "@{upstream}"],
    };
    let fetch = owned(&["fetch", "--progress", "--", &upstream.remote]);
    Ok(Plan { steps: vec![fetch, owned(join)], limit: REMOTE })
}

fn push(known: &Remotes, wanted: &Push) -> Result<Plan, AppError> {
    let branch = known.branch.as_deref().ok_or_else(detached)?;
    let mut args = owned(&["push", "--progress"]);
    let (remote, to) = match &wanted.set_upstream {
        Some(remote) => {
            args.push("--set-upstream".to_owned());
            (known_remote(known, remote)?, branch)
        }
        None => {
            let upstream = upstream(known)?;
            (upstream.remote.as_str(), upstream.branch.as_str())
        }
    };
    if let Some(expected) = &wanted.lease {
        full_id("lease", expected)?;
        args.push(format!("--force-with-lease=refs/heads/{to}:{expected}"));
    }
    args.extend(["--".to_owned(), remote.to_owned(), format!("refs/heads/{branch}:refs/heads/{to}")]);
    Ok(Plan { steps: vec![args], limit: REMOTE })
}

async fn operation(git: &Repository, what: Operation, step: Step) -> Result<Plan, AppError> {
    head(git).await?;
    if found(git).await? != Some(what) {
        let message = "Git is not in the middle of that any more. Look again.";
        return Err(AppError::conflict("changed", message));
    }
    let command = match what {
        Operation::Merge => "merge",
        Operation::Rebase => "rebase",
        Operation::Apply => "am",
        Operation::CherryPick => "cherry-pick",
        Operation::Revert => "revert",
        Operation::Bisect if step == Step::Abort => return Ok(Plan::of(&["bisect", "reset"], COMMIT)),
        Operation::Bisect => return Err(no_way()),
    };
    let way = match step {
        Step::Continue => "--continue",
        Step::Skip if what == Operation::Merge => return Err(no_way()),
        Step::Skip => "--skip",
        Step::Abort => "--abort",
    };
    Ok(Plan::of(&[command, way], COMMIT))
}

/// 400 for what is no full id of a commit, and might be read as something else.
pub(super) fn full_id(field: &str, id: &str) -> Result<(), AppError> {
    if matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(AppError::invalid(field, "Name the commit by its full id."))
}

fn upstream(known: &Remotes) -> Result<&Upstream, AppError> {
    known.branch.as_ref().ok_or_else(detached)?;
    let Some(upstream) = &known.upstream else {
        if known.remotes.is_empty() {
            return Err(no_remote());
        }
        let message = "The branch follows none of a remote yet. Publish it: push it, and let it follow the branch of its name there.";
        return Err(AppError::conflict("no_upstream", message));
    };
    known_remote(known, &upstream.remote)?;
    Ok(upstream)
}

fn known_remote<'a>(known: &Remotes, name: &'a str) -> Result<&'a str, AppError> {
    if known.remotes.iter().any(|remote| remote.name == name) {
        return Ok(name);
    }
    Err(AppError::new(
        app::error::ErrorCode::NotFound,
        format!("There is no remote “{}”.", name.escape_debug()),
    ))
}

fn no_remote() -> AppError {
    let message = "The repository has no remote. Add one in a terminal: `git remote add origin ADDRESS`.";
    AppError::conflict("no_remote", message)
}

fn detached() -> AppError {
    let message = "A commit is checked out, and no branch. Make a branch of it first.";
    AppError::conflict("detached", message)
}

fn no_way() -> AppError {
    AppError::invalid("step", "That is no way on from here.")
}

fn owned(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use app::git::model::remote::Remote;

    use super::*;

    fn known() -> Remotes {
        let remote = |name: &str| Remote { name: name.to_owned(), url: String::new() };
        Remotes {
            remotes: vec![remote("origin"), remote("-x")],
            branch: Some("here".to_owned()),
            upstream: None,
            default: Some("origin".to_owned()),
            pull_request: None,
        }
    }

    fn following() -> Remotes {
        let upstream =
            Upstream { remote: "-x".to_owned(), branch: "there".to_owned(), ..Upstream::default() };
        Remotes { upstream: Some(upstream), ..known() }
    }

    #[test]
    fn a_name_is_never_an_option() {
        let line = |plan: Result<Plan, AppError>| plan.unwrap().steps[0].join(" ");
        assert_eq!(line(fetch(&known(), Some("-x"))), "fetch --progress -- -x");
        let plain = push(&following(), &Push::default());
        assert_eq!(line(plain), "push --progress -- -x refs/heads/here:refs/heads/there");
        let publish = Push { set_upstream: Some("origin".to_owned()), lease: None };
        let published = "push --progress --set-upstream -- origin refs/heads/here:refs/heads/here";
        assert_eq!(line(push(&known(), &publish)), published);
        let lease = "a".repeat(40);
        let forced = line(push(&following(), &Push { set_upstream: None, lease: Some(lease.clone()) }));
        assert!(forced.contains(&format!("--force-with-lease=refs/heads/there:{lease} -- -x ")), "{forced}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_what_to_do() {
        let state = |plan: Result<Plan, AppError>| plan.unwrap_err().details.unwrap_or_default();
        let detached = Remotes { branch: None, ..known() };
        let none = Remotes { remotes: Vec::new(), default: None, ..known() };
        assert_eq!(state(push(&known(), &Push::default())), "no_upstream");
        assert_eq!(state(pull(&detached, Join::Merge)), "detached");
        assert_eq!(state(fetch(&none, None)), "no_remote");
        assert_eq!(state(pull(&none, Join::Merge)), "no_remote");
        assert_eq!(state(fetch(&Remotes { default: None, ..known() }, None)), "several");
        let words = fetch(&known(), Some("--upload-pack=x")).unwrap_err().message;
        assert!(words.contains("no remote"), "{words}");
        for lease in ["", "HEAD", "+x:y", &"g".repeat(40)] {
            let wanted = Push { set_upstream: None, lease: Some(lease.to_owned()) };
            assert_eq!(state(push(&following(), &wanted)), "lease");
        }
    }
}
