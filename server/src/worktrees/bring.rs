//! Brings the commits of a worktree into the branch that it was made from. The merge is tried out beside all files first, so that
//! a conflict is told with the base as it was; a branch that is checked out somewhere only ever goes forward.

use app::{
    error::{AppError, ErrorCode},
    ids::ProjectId,
    worktrees::model::{Bring, BringBack, WorktreeState},
};

use super::{
    WorktreesEngine,
    list::{Found, entries, uncommitted},
    make::CHECKOUT,
    queries,
    words::{busy, files, named},
};
use crate::{
    db::Fault,
    git::{PATIENT, QUICK, Repository, words},
};

/// The longest message, in bytes.
const MESSAGE_MAX: usize = 50_000;
/// How many subjects the message of one commit for many names.
const SUBJECTS: &str = "--max-count=100";

/// A branch and the base that gets its commits.
struct Pair<'a> {
    branch: &'a str,
    base: &'a str,
    /// The commits that they are at.
    tip: String,
    onto: String,
}

impl WorktreesEngine {
    /// Does it, or says what is in the way; then the base is as it was.
    pub(super) async fn bring(&self, project: ProjectId, wish: &BringBack) -> Result<(), AppError> {
        let message = wish.message.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if message.is_some_and(|text| text.len() > MESSAGE_MAX || text.contains('\0')) {
            return Err(AppError::invalid("message", "This cannot be the message of a commit."));
        }
        let git = self.repository(project).await?;
        let _alone = self.writing.lock().await;
        let one = self.find(&git, project, &wish.path).await?;
        let (branch, base) = ready(&one)?;
        let tree = Repository { dir: one.root.clone(), trusted: git.trusted };
        let there = self.checked_out(&git, base).await?;
        let at = async |name: &str| commit(&tree, &format!("refs/heads/{name}")).await;
        let mut pair = Pair { branch, base, tip: at(branch).await?, onto: at(base).await? };
        let new = match wish.how {
            Bring::Merge => merge(&tree, &pair, message).await?,
            Bring::Squash => squash(&tree, &pair, message).await?,
            Bring::Rebase => {
                rebase(&tree, &pair).await?;
                pair.tip = commit(&tree, "HEAD").await?;
                pair.tip.clone()
            }
        };
        forward(&tree, there.as_ref(), &pair, &new).await?;
        if let Some(row) = &one.row {
            let mut tx = self.db.write().await?;
            queries::set_merged(&mut tx, row.id, &pair.tip).await?;
            tx.commit().await.map_err(Fault::from)?;
        }
        let changed = there.map_or_else(|| git.dir.clone(), |there| there.dir);
        for (id, dir) in self.projects.directories().await? {
            if dir.starts_with(&changed) || dir.starts_with(&one.root) {
                self.projects.changed(id).await?;
            }
        }
        Ok(())
    }

    /// The work tree in which a branch is checked out, if it is in one. 409 if that is not clean or something is at work there.
    async fn checked_out(&self, git: &Repository, branch: &str) -> Result<Option<Repository>, AppError> {
        let entry = entries(git).await?.into_iter().find(|entry| entry.branch.as_deref() == Some(branch));
        let Some(entry) = entry else { return Ok(None) };
        let working =
            self.projects.at_work().await?.into_iter().filter(|(dir, _)| dir.starts_with(&entry.path));
        let working: Vec<String> = working.map(|(_, name)| name).collect();
        if !working.is_empty() {
            let message = format!(
                "{} is checked out in {}, and {}. Wait, or stop what runs.",
                named(branch),
                entry.path.display(),
                busy(&working)
            );
            return Err(AppError::conflict("at_work", message));
        }
        let there = Repository { dir: entry.path, trusted: git.trusted };
        let status = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"];
        if !there.run(status, PATIENT).await?.stdout.is_empty() {
            let message = format!(
                "{} is checked out in {}, where changes are not committed. Commit them or put them away first.",
                named(branch),
                there.dir.display()
            );
            return Err(AppError::conflict("uncommitted", message));
        }
        Ok(Some(there))
    }
}

/// The branch and the base of a worktree that is clean and at rest.
fn ready(one: &Found) -> Result<(&str, &str), AppError> {
    let shown = &one.shown;
    if shown.state != WorktreeState::Ready {
        return Err(AppError::conflict(
            "state",
            "Git has no whole worktree there. Remove what is left of it.",
        ));
    }
    if !shown.busy.is_empty() {
        return Err(AppError::conflict(
            "at_work",
            format!("In it {}. Wait, or stop what runs.", busy(&shown.busy)),
        ));
    }
    let (Some(branch), Some(base)) = (&shown.branch, &shown.base) else {
        let message =
            "It is on no branch, or there is none to bring its commits to. Make a branch of it first.";
        return Err(AppError::conflict("detached", message));
    };
    let standing = shown.standing.ok_or_else(|| {
        AppError::new(ErrorCode::Unavailable, "Git could not tell how the worktree stands.")
    })?;
    if standing.uncommitted > 0 {
        let message = format!(
            "{} not committed in the worktree. Commit what is to be brought along first.",
            files(standing.uncommitted)
        );
        return Err(AppError::conflict("uncommitted", message));
    }
    match standing.ahead {
        None => Err(AppError::conflict("no_base", format!("There is no branch {} here.", named(base)))),
        Some(0) => Err(AppError::conflict("nothing", format!("{} has all of its commits.", named(base)))),
        Some(_) => Ok((branch, base)),
    }
}

async fn commit(git: &Repository, name: &str) -> Result<String, AppError> {
    let found = git.run(["rev-parse", "--verify", &format!("{name}^{{commit}}")], QUICK).await?;
    Ok(text(&found.stdout))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The tree of both together, made beside all files.
async fn tree_of(git: &Repository, pair: &Pair<'_>) -> Result<String, AppError> {
    let try_out = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", &pair.onto, &pair.tip];
    let output = git.output(try_out, CHECKOUT).await?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut parts = printed.split('\0').filter(|part| !part.is_empty()).map(str::to_owned);
    match (output.code, parts.next()) {
        (Some(0), Some(tree)) => Ok(text(tree.as_bytes())),
        (Some(1), Some(_)) => Err(conflict(pair, &parts.collect::<Vec<_>>())),
        _ => Err(refused(&output.stderr)),
    }
}

async fn merge(git: &Repository, pair: &Pair<'_>, message: Option<&str>) -> Result<String, AppError> {
    let tree = tree_of(git, pair).await?;
    let own = format!("Merge branch '{}' into {}", pair.branch, pair.base);
    commit_tree(git, &tree, &[&pair.onto, &pair.tip], message.unwrap_or(&own)).await
}

async fn squash(git: &Repository, pair: &Pair<'_>, message: Option<&str>) -> Result<String, AppError> {
    let tree = tree_of(git, pair).await?;
    if tree == text(&git.run(["rev-parse", &format!("{}^{{tree}}", pair.onto)], QUICK).await?.stdout) {
        let message = format!("{} has all that its commits change.", named(pair.base));
        return Err(AppError::conflict("nothing", message));
    }
    let own = match message {
        Some(message) => message.to_owned(),
        None => subjects(git, pair).await?,
    };
    commit_tree(git, &tree, &[&pair.onto], &own).await
}

/// What one commit for all of them says: the words of the only one, or the branch and the subject of each.
async fn subjects(git: &Repository, pair: &Pair<'_>) -> Result<String, AppError> {
    let range = format!("{}..{}", pair.onto, pair.tip);
    let log = ["log", "--reverse", "--no-merges", SUBJECTS, "-z", "--format=%B", &range, "--"];
    let printed = git.run(log, PATIENT).await?.stdout;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let messages: Vec<&str> = printed.split('\0').map(str::trim).filter(|text| !text.is_empty()).collect();
    if let [one] = messages.as_slice() {
        return Ok((*one).to_owned());
    }
    let subjects = messages.iter().filter_map(|message| message.lines().next());
    let subjects: Vec<String> = subjects.map(|subject| format!("* {subject}")).collect();
    Ok(format!("{}\n\n{}", pair.branch, subjects.join("\n")))
}

async fn commit_tree(
    git: &Repository,
    tree: &str,
    parents: &[&str],
    message: &str,
) -> Result<String, AppError> {
    let parents = parents.iter().flat_map(|parent| ["-p", *parent]);
    let args = ["commit-tree", tree].into_iter().chain(parents).chain(["-m", message]);
    let output = git.output(args, QUICK).await?;
    if output.success() { Ok(text(&output.stdout)) } else { Err(refused(&output.stderr)) }
}

/// Puts the commits of the branch on top of the base, or leaves the branch as it was.
async fn rebase(git: &Repository, pair: &Pair<'_>) -> Result<(), AppError> {
    let output = git.output(["rebase", "--quiet", "--no-autostash", &pair.onto], CHECKOUT).await;
    if output.as_ref().is_ok_and(crate::keeper::Output::success) {
        return Ok(());
    }
    let unmerged = git.output(["diff", "--name-only", "--diff-filter=U", "-z"], PATIENT).await?.stdout;
    let unmerged = String::from_utf8_lossy(&unmerged).into_owned();
    let unmerged: Vec<String> =
        unmerged.split('\0').filter(|file| !file.is_empty()).map(str::to_owned).collect();
    // There is nothing to abort if it never began.
    let _ = git.output(["rebase", "--abort"], CHECKOUT).await?;
    if commit(git, "HEAD").await? != pair.tip || uncommitted(git).await != Some(0) {
        let message =
            "The rebase stopped, and git could not take it back. Look at the changes of the worktree.";
        return Err(AppError::new(ErrorCode::Unavailable, message));
    }
    if unmerged.is_empty() { Err(refused(&output?.stderr)) } else { Err(conflict(pair, &unmerged)) }
}

/// Moves the base to the new commit: with its files where it is checked out.
async fn forward(
    git: &Repository,
    there: Option<&Repository>,
    pair: &Pair<'_>,
    new: &str,
) -> Result<(), AppError> {
    let output = match there {
        Some(there) => {
            there.output(["merge", "--quiet", "--ff-only", "--no-overwrite-ignore", new], CHECKOUT).await?
        }
        None => {
            let base = format!("refs/heads/{}", pair.base);
            git.output(["update-ref", "-m", "roost: worktree", &base, new, &pair.onto], QUICK).await?
        }
    };
    if output.success() { Ok(()) } else { Err(refused(&output.stderr)) }
}

fn conflict(pair: &Pair<'_>, files: &[String]) -> AppError {
    const NAMED: usize = 5;
    let mut list = files.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if files.len() > NAMED {
        list.push_str(&format!(" and {} more", files.len() - NAMED));
    }
    let message = format!(
        "Both sides changed {list}. {base} is as it was. Have {base} merged into {branch} in the worktree, resolve the conflict and commit there, then bring it back again.",
        base = named(pair.base),
        branch = named(pair.branch),
    );
    AppError::conflict("conflict", message)
}

fn refused(said: &[u8]) -> AppError {
    let words = words(&String::from_utf8_lossy(said));
    AppError::conflict("git", format!("Nothing was changed. Git says: {words}"))
}
