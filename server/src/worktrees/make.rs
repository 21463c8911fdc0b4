//! Makes a worktree step by step, and takes every step back if a later one fails. The row comes first: whatever a crash leaves
//! behind is known by it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use app::{
    error::{AppError, ErrorCode},
    ids::ProjectId,
    worktrees::model::{InWorktree, SetUp, branch_of},
};
use uuid::Uuid;

use super::{
    Chosen, WorktreesEngine, copy, directory,
    list::entries,
    queries::{self, Row},
};
use crate::{
    clock,
    db::Fault,
    git::{QUICK, Repository, free_name, start, top, valid_name, words},
    offload::blocking,
};

/// How long git may write the files of a worktree.
pub(super) const CHECKOUT: Duration = Duration::from_secs(600);

impl WorktreesEngine {
    /// A new worktree, ready to be worked in.
    pub(super) async fn make(
        &self,
        project: ProjectId,
        wish: &InWorktree,
        words: &str,
    ) -> Result<Chosen, AppError> {
        let git = self.repository(project).await?;
        let _alone = self.writing.lock().await;
        let (row, inside) = self.plan(&git, project, wish, words).await?;
        let mut tx = self.db.write().await?;
        queries::insert(&mut tx, &row).await?;
        tx.commit().await.map_err(Fault::from)?;
        match self.build(&git, &row, &inside).await {
            Ok(path) => Ok(Chosen { id: row.id, path, made: true }),
            Err(error) => {
                if let Err(left) = self.clear(&git, &row).await {
                    tracing::warn!(%left, root = %row.root.display(), "what was made of a worktree is still there");
                    let message =
                        format!("{} What was made of it could not be removed: {left}", error.message);
                    return Err(AppError { message, ..error });
                }
                Err(error)
            }
        }
    }

    /// What is to be made, and the project's directory in it.
    async fn plan(
        &self,
        git: &Repository,
        project: ProjectId,
        wish: &InWorktree,
        words: &str,
    ) -> Result<(Row, PathBuf), AppError> {
        for name in [&wish.branch, &wish.base].into_iter().flatten() {
            valid_name(git, name).await?;
        }
        let base = start(git, wish.base.as_deref()).await?;
        let branch = match &wish.branch {
            Some(branch) => free(git, branch).await?,
            None => free_name(git, &branch_of(words)).await?,
        };
        let commit =
            git.run(["rev-parse", "--verify", &format!("{}^{{commit}}", base.reference)], QUICK).await?;
        let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
        let known = queries::known(self.db.read()).await?;
        let (own, name) = (self.own(project), branch.clone());
        let (top, inside) = self.top(git).await?;
        let root = blocking(move || directory::free(&top, &own, &name, &known)).await??;
        let id = ProjectId(Uuid::now_v7());
        let command = queries::settings(self.db.read(), project).await?.setup;
        let row = Row {
            id,
            project,
            root,
            branch,
            base: base.name,
            start: commit,
            merged: None,
            copied: Vec::new(),
            ready: false,
            setup: if command.trim().is_empty() { SetUp::Done } else { SetUp::Pending },
            setup_terminal: None,
            created_at: clock::now(),
        };
        Ok((row, inside))
    }

    /// The top of the repository, and the project's directory from there.
    pub(super) async fn top(&self, git: &Repository) -> Result<(PathBuf, PathBuf), AppError> {
        let dir = git.dir.clone();
        let found = blocking(move || {
            let top = top(&dir)?;
            let inside = dir.strip_prefix(&top).map(PathBuf::from).unwrap_or_default();
            Some((top, inside))
        });
        found.await?.ok_or_else(|| {
            let message = "The directory is in no git repository, so it has no worktrees.";
            AppError::conflict("no_repository", message)
        })
    }

    /// The directory, git's entry and branch, the ignored files, and the place. Returns the path to work in.
    pub(super) async fn build(&self, git: &Repository, row: &Row, inside: &Path) -> Result<String, AppError> {
        let root = row.root.clone();
        blocking(move || directory::make(&root)).await??;
        let root = row.root_text()?;
        let add = ["worktree", "add", "--quiet", "--no-track", "-b", &row.branch, "--", root, &row.start];
        let output = git.output(add, CHECKOUT).await?;
        if !output.success() {
            return Err(refusal(&String::from_utf8_lossy(&output.stderr)));
        }
        // Without a slash at the end where the project is all of the repository.
        let path: PathBuf = row.root.join(inside).components().collect();
        let there = path.clone();
        if !blocking(move || there.is_dir()).await? {
            let message = format!("“{}” has no directory {}.", row.base, inside.display());
            return Err(AppError::conflict("unusable", message));
        }
        let patterns = copy::patterns(&queries::settings(self.db.read(), row.project).await?.copy)?;
        let copied = copy::copy(git, &path, patterns).await?;
        self.projects.add_worktree(row.project, row.id, &row.branch, &path).await?;
        let mut tx = self.db.write().await?;
        queries::set_ready(&mut tx, row.id, &copied).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// Takes a worktree back in which nobody has worked.
    pub(super) async fn unmake(&self, id: ProjectId) -> Result<(), AppError> {
        let row = queries::find(self.db.read(), id).await?.ok_or_else(|| AppError::not_found("worktree"))?;
        let git = self.repository(row.project).await?;
        let _alone = self.writing.lock().await;
        self.clear(&git, &row).await
    }

    /// Removes all that was made by a row: git's entry, the directory, the branch if it has no commit of its own, the place.
    pub(super) async fn clear(&self, git: &Repository, row: &Row) -> Result<(), AppError> {
        let knows = entries(git).await?.iter().any(|entry| entry.path == row.root);
        // Twice, because git locks an entry while it makes it. There may be none.
        let remove = ["worktree", "remove", "--force", "--force", "--", row.root_text()?];
        let removed = git.output(remove, CHECKOUT).await?.success();
        let gone = row.root.clone();
        blocking(move || directory::remove(&gone, knows)).await??;
        if knows && !removed {
            // It was not whole, and now it is gone: then git has nothing to say against it.
            git.output(remove, CHECKOUT).await?;
        }
        let branch = format!("refs/heads/{}", row.branch);
        // It was not there before the row; only as long as it is where it was made.
        let _ = git.output(["update-ref", "-d", &branch, &row.start], QUICK).await?;
        self.forget(row.id).await
    }

    /// Forgets a worktree that is gone.
    pub(super) async fn forget(&self, id: ProjectId) -> Result<(), AppError> {
        self.projects.forget_worktree(id).await?;
        let mut tx = self.db.write().await?;
        queries::delete(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }
}

/// The name, or 409 if there is a branch of it: it is not Roost's to take, and not to remove if a later step fails.
pub(super) async fn free(git: &Repository, branch: &str) -> Result<String, AppError> {
    let reference = format!("refs/heads/{branch}");
    if git.output(["show-ref", "--verify", "--quiet", &reference], QUICK).await?.success() {
        return Err(AppError::conflict("exists", format!("There is a branch “{branch}” already.")));
    }
    Ok(branch.to_owned())
}

/// What git said as a refusal.
fn refusal(said: &str) -> AppError {
    let words = words(said);
    if ["already exists", "cannot lock ref", "already used by worktree"]
        .iter()
        .any(|part| said.contains(part))
    {
        return AppError::conflict("exists", format!("Git says: {words}"));
    }
    AppError::new(ErrorCode::Unavailable, format!("Git could not make the worktree: {words}"))
}
