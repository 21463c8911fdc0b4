//! All of a work tree as commits that no branch has, and a work tree made like them again. The index is left as it was.

use app::error::{AppError, ErrorCode};

use super::make::CHECKOUT;
use crate::{
    git::{Repository, words},
    offload::blocking,
};

/// The most bytes of a list of all files: some million of them.
const LISTED: u64 = 128 << 20;
/// Git's mode of a repository in a repository.
const GITLINK: &str = "160000 ";

/// What a bundle is made of.
pub(super) struct Snapshot {
    pub(super) head: String,
    /// A commit of all files as they are.
    pub(super) work: String,
    /// A tree of what is staged.
    pub(super) staged: Option<String>,
}

/// Commits of all that is there, on no branch. The index is as it was afterwards.
pub(super) async fn snapshot(tree: &Repository) -> Result<Snapshot, AppError> {
    let head = printed(tree, &["rev-parse", "--verify", "HEAD"]).await?;
    // There is none while files are in conflict.
    let staged = printed(tree, &["write-tree"]).await.ok();
    let all = match done(tree, &["add", "--all", "--", "."]).await {
        Ok(()) => printed(tree, &["write-tree"]).await,
        Err(error) => Err(error),
    };
    if let Some(staged) = &staged {
        done(tree, &["read-tree", staged]).await?;
    }
    let all = all?;
    refuse_repositories(tree, &all).await?;
    let identity = ["-c", "user.name=Roost", "-c", "user.email=roost@localhost"];
    let commit = ["commit-tree", &all, "-p", &head, "-m", "What was not committed"];
    let mut args: Vec<&str> = identity.into_iter().chain(commit).collect();
    let index;
    if let Some(staged) = &staged {
        let of_index = ["commit-tree", staged, "-p", &head, "-m", "What was staged"];
        index = printed(tree, &identity.into_iter().chain(of_index).collect::<Vec<_>>()).await?;
        args.extend(["-p", &index]);
    }
    let work = printed(tree, &args).await?;
    Ok(Snapshot { head, work, staged })
}

/// 409 for a repository inside: git keeps no more of it than the number of a commit.
async fn refuse_repositories(tree: &Repository, all: &str) -> Result<(), AppError> {
    let listed = tree.run_up_to(LISTED, ["ls-tree", "-r", "-z", "--full-tree", all], CHECKOUT).await?;
    if listed.truncated {
        return Err(AppError::conflict("large", "It has too many files to be kept."));
    }
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let links = listed.split('\0').filter(|line| line.starts_with(GITLINK));
    let paths: Vec<String> = links.filter_map(|line| Some(line.split_once('\t')?.1.to_owned())).collect();
    let root = tree.dir.clone();
    let inside =
        move || paths.into_iter().find(|path| root.join(path).join(".git").symlink_metadata().is_ok());
    match blocking(inside).await? {
        Some(path) => {
            let message = format!("There is a repository of its own in {path}. Move it away first.");
            Err(AppError::conflict("repository", message))
        }
        None => Ok(()),
    }
}

/// Makes the files of a fresh worktree those of a snapshot, and its index what was staged.
pub(super) async fn restore(tree: &Repository, work: &str, staged: Option<&str>) -> Result<(), AppError> {
    done(tree, &["read-tree", "-m", "-u", "HEAD", work]).await?;
    done(tree, &["read-tree", staged.unwrap_or("HEAD")]).await
}

pub(super) async fn done(git: &Repository, args: &[&str]) -> Result<(), AppError> {
    let output = git.output(args.iter().copied(), CHECKOUT).await?;
    if output.success() {
        return Ok(());
    }
    let words = words(&String::from_utf8_lossy(&output.stderr));
    Err(AppError::new(ErrorCode::Unavailable, format!("Git says: {words}")))
}

async fn printed(git: &Repository, args: &[&str]) -> Result<String, AppError> {
    Ok(text(&git.run(args.iter().copied(), CHECKOUT).await?.stdout))
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
