//! Removes a worktree: refused while something is at work there or would be lost. What is removed anyway is put into the trash
//! first, and whatever a crash has left behind goes the same way. Takes one exact entry; never prunes.

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::ProjectId,
    worktrees::model::{RemoveWorktree, WorktreeState},
};

use super::{
    WorktreesEngine, copy, directory,
    list::Found,
    make::CHECKOUT,
    queries,
    words::{busy, losses},
};
use crate::{
    git::{QUICK, Repository, words},
    offload::blocking,
};

impl WorktreesEngine {
    /// Removes it, or says what is in the way.
    pub(super) async fn remove_one(
        &self,
        who: &Viewer,
        project: ProjectId,
        wish: &RemoveWorktree,
    ) -> Result<(), AppError> {
        let git = self.repository(project).await?;
        let _alone = self.writing.lock().await;
        let one = self.find(&git, project, &wish.path).await?;
        refuse_live(&one)?;
        match (one.shown.state, &one.row) {
            // Nobody was let in yet.
            (WorktreeState::Unfinished, Some(row)) => self.clear(&git, row).await,
            (WorktreeState::Ready, _) => self.remove_ready(who, &git, project, &one, wish.anyway).await,
            (WorktreeState::Stray, _) if !wish.anyway => {
                let message = "Git does not know this directory, so nobody can tell what would be lost. Removed anyway, it is put into the trash as it is.";
                Err(AppError::conflict("unsaved", message))
            }
            (WorktreeState::Stray, _) => {
                self.throw_away(who, project, &one).await?;
                self.drop_entry(&git, &one).await
            }
            (WorktreeState::Missing | WorktreeState::Unfinished, _) => self.drop_entry(&git, &one).await,
        }
    }

    async fn remove_ready(
        &self,
        who: &Viewer,
        git: &Repository,
        project: ProjectId,
        one: &Found,
        anyway: bool,
    ) -> Result<(), AppError> {
        let standing = one.shown.standing.ok_or_else(|| {
            let message = "Git could not tell what would be lost with it, so it stays.";
            AppError::new(ErrorCode::Unavailable, message)
        })?;
        let branch = branch_that_goes(one);
        // Where the branch stays, its commits do.
        let unsaved = if branch.is_some() || one.shown.branch.is_none() { standing.unsaved } else { 0 };
        let lost = standing.uncommitted > 0 || unsaved > 0;
        if lost && !anyway {
            let message = losses(standing.uncommitted, unsaved, one.shown.base.as_deref());
            return Err(AppError::conflict(
                "unsaved",
                format!("{message}. Removed anyway, that is put into the trash."),
            ));
        }
        if lost || self.has_own(git, project, one).await? {
            self.keep(who, git, project, one).await?;
        }
        let tree = Repository { dir: one.root.clone(), trusted: git.trusted };
        let tip = tree.run(["rev-parse", "--verify", "HEAD"], QUICK).await?.stdout;
        let tip = String::from_utf8_lossy(&tip).trim().to_owned();
        let output = git.output(["worktree", "remove", "--force", "--", &one.shown.path], CHECKOUT).await?;
        if !output.success() {
            let words = words(&String::from_utf8_lossy(&output.stderr));
            return Err(AppError::conflict("git", format!("Git says: {words}")));
        }
        if let Some(branch) = branch {
            // Only if nobody has moved it meanwhile.
            let _ = git.output(["update-ref", "-d", &format!("refs/heads/{branch}"), &tip], QUICK).await?;
        }
        self.gone(one).await
    }

    /// Whether ignored files in it, such as `.env`, are not as in the project. Nobody is asked because of them.
    async fn has_own(&self, git: &Repository, project: ProjectId, one: &Found) -> Result<bool, AppError> {
        let patterns = copy::patterns(&queries::settings(self.db.read(), project).await?.copy)?;
        let (_, inside) = self.top(git).await?;
        let tree = Repository { dir: one.root.join(inside), trusted: git.trusted };
        let dir = tree.dir.clone();
        Ok(blocking(move || dir.is_dir()).await? && copy::differs(&tree, &git.dir, patterns).await?)
    }

    /// Removes git's entry of a directory that is gone; its branch stays.
    async fn drop_entry(&self, git: &Repository, one: &Found) -> Result<(), AppError> {
        // There may be none.
        let _ =
            git.output(["worktree", "remove", "--force", "--force", "--", &one.shown.path], CHECKOUT).await?;
        self.gone(one).await
    }

    /// The directory is gone: so go the one above if it is empty, the row and the place.
    async fn gone(&self, one: &Found) -> Result<(), AppError> {
        let root = one.root.clone();
        blocking(move || directory::leave(&root)).await?;
        match &one.row {
            Some(row) => self.forget(row.id).await,
            None => Ok(()),
        }
    }
}

/// The branch that Roost made for it, if that is what is checked out: it goes along.
fn branch_that_goes(one: &Found) -> Option<&str> {
    let made = &one.row.as_ref()?.branch;
    (one.shown.branch.as_ref() == Some(made)).then_some(made)
}

/// 409 while something runs in it or git is told to keep it.
fn refuse_live(one: &Found) -> Result<(), AppError> {
    let shown = &one.shown;
    if !shown.busy.is_empty() {
        return Err(AppError::conflict(
            "at_work",
            format!("In it {}. Stop or close what runs.", busy(&shown.busy)),
        ));
    }
    if let Some(session) = shown.sessions.iter().find(|session| session.live) {
        let message = format!("The session “{}” is live in it. Complete or stop it first.", session.name);
        return Err(AppError::conflict("live", message));
    }
    // What Roost itself makes is locked by git for that while.
    if let Some(reason) = shown.locked.as_ref().filter(|_| shown.state != WorktreeState::Unfinished) {
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let message = format!("It is locked{reason}. Unlock it with `git worktree unlock` first.");
        return Err(AppError::conflict("locked", message));
    }
    Ok(())
}
