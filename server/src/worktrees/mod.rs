//! The engine of worktrees: directories beside a project, each with a branch of its own. Owns the table of those that Roost
//! made; git knows of all. Never makes or removes one without a row that says so first, and never runs `git worktree prune`.

mod directory;
mod make;
mod queries;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use app::{error::AppError, ids::ProjectId, worktrees::model::InWorktree};
use tokio::sync::Mutex;

use crate::{
    config::Config,
    db::Db,
    git::Repository,
    projects::{ProjectsEngine, ended},
};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct WorktreesEngine {
    db: Db,
    config: Arc<Config>,
    projects: ProjectsEngine,
    /// Held while worktrees are made or changed: one at a time, from the question what is there to the end.
    writing: Arc<Mutex<()>>,
}

/// The worktree that a session is to work in.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Its place.
    pub(crate) id: ProjectId,
    /// The directory to work in.
    pub(crate) path: String,
    /// Whether it was made for this session.
    made: bool,
}

impl WorktreesEngine {
    /// An engine for the projects of this database.
    #[must_use]
    pub fn new(db: Db, config: Arc<Config>, projects: ProjectsEngine) -> Self {
        Self { db, config, projects, writing: Arc::default() }
    }

    /// The worktree that is wished for: one that is there, or a new one whose branch is named by these words if it has no
    /// name. Nothing of a new one stays if this fails.
    ///
    /// # Errors
    /// 400 for a name that no branch can have, 404 for an unknown worktree or base, 409 for what is in the way.
    pub(crate) async fn choose(
        &self,
        project: ProjectId,
        wish: &InWorktree,
        words: &str,
    ) -> Result<Chosen, AppError> {
        if let Some(id) = wish.id {
            let path = queries::path(self.db.read(), project, id).await?;
            let path = path.ok_or_else(|| AppError::not_found("worktree"))?;
            self.projects.place(id).await?;
            return Ok(Chosen { id, path, made: false });
        }
        let (engine, wish, words) = (self.clone(), wish.clone(), words.to_owned());
        let work = async move { engine.make(project, &wish, &words).await };
        // Goes on when the one who asked goes away: git must not be ended half way.
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    /// Takes a worktree back that was made a moment ago for a session that could not be.
    pub(crate) async fn take_back(&self, chosen: Chosen) {
        if !chosen.made {
            return;
        }
        if let Err(error) = self.unmake(chosen.id).await {
            // Its row stays, so the page of worktrees tells of it.
            tracing::warn!(%error, path = chosen.path, "a worktree without its session could not be removed");
        }
    }

    async fn repository(&self, project: ProjectId) -> Result<Repository, AppError> {
        let place = self.projects.trusted_place(project).await?;
        Ok(Repository { dir: place.dir, trusted: place.trusted })
    }

    /// Where worktrees are kept of a project that has no room beside it.
    fn own(&self, project: ProjectId) -> PathBuf {
        self.config.home.join("worktrees").join(project.to_string())
    }
}
