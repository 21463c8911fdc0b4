//! The engine of worktrees: directories beside a project, each with a branch of its own. Owns the table of those that Roost
//! made; git knows of all. Never makes or removes one without a row that says so first, and never runs `git worktree prune`.

mod bring;
mod copy;
mod directory;
mod keep;
mod list;
mod make;
mod queries;
mod remove;
mod setup;
mod size;
mod snapshot;
#[cfg(test)]
mod tests;
mod words;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use app::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, TrashId},
    worktrees::{
        model::{BringBack, InWorktree, RemoveWorktree, WorktreeSettings, WorktreeState, Worktrees as All},
        port::Worktrees,
    },
};
use async_trait::async_trait;
use tokio::sync::Mutex;

pub(crate) use self::setup::SettingUp;
use crate::{
    config::Config,
    db::{Db, Fault},
    git::Repository,
    offload::{blocking, ended},
    projects::ProjectsEngine,
    terminals::TerminalsEngine,
};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct WorktreesEngine {
    db: Db,
    config: Arc<Config>,
    projects: ProjectsEngine,
    /// Where a new worktree is set up.
    terminals: TerminalsEngine,
    /// Which worktrees are being set up; a lock that no await is taken under.
    setting_up: Arc<std::sync::Mutex<HashMap<ProjectId, SettingUp>>>,
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
    pub fn new(db: Db, config: Arc<Config>, projects: ProjectsEngine, terminals: TerminalsEngine) -> Self {
        Self { db, config, projects, terminals, setting_up: Arc::default(), writing: Arc::default() }
    }

    /// Clears the trash of what has expired or was never all there, and says what a crash has left of worktrees.
    pub async fn start(&self) {
        if let Err(error) = self.sweep().await {
            tracing::warn!(%error, "the trash of worktrees could not be cleared");
        }
        match queries::all(self.db.read()).await {
            Ok(rows) => {
                for row in rows.iter().filter(|row| !row.ready) {
                    let root = row.root.display();
                    tracing::warn!(%root, "a worktree was never finished; the page of worktrees clears it away");
                }
            }
            Err(error) => tracing::warn!(%error, "worktrees could not be read"),
        }
    }

    /// The worktree that is wished for: one that is there, or a new one whose branch is named by these words if it has no
    /// name, with what was copied into it; it may still have to be set up. Nothing of a new one stays if it cannot be made.
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
        self.whole(async move { engine.make(project, &wish, &words).await }).await
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

    /// Does what must not be ended half way when the one who asked goes away.
    async fn whole<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send + 'static,
    ) -> Result<T, AppError> {
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    /// Where worktrees are kept of a project that has no room beside it.
    fn own(&self, project: ProjectId) -> PathBuf {
        self.config.home.join("worktrees").join(project.to_string())
    }
}

#[async_trait]
impl Worktrees for WorktreesEngine {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<All, AppError> {
        let git = self.repository(project).await?;
        let mut found = self.found(&git, project).await?;
        // One that is being made is no leftover.
        let making = self.writing.try_lock().is_err();
        found.retain(|one| !making || one.shown.state != WorktreeState::Unfinished);
        let found = blocking(move || {
            size::measure(&mut found);
            found
        });
        let worktrees = found.await?.into_iter().map(|one| one.shown).collect();
        let settings = queries::settings(self.db.read(), project).await?;
        Ok(All { worktrees, trash: self.trashed(project).await?, settings })
    }

    async fn change_settings(
        &self,
        _who: &Viewer,
        project: ProjectId,
        settings: WorktreeSettings,
    ) -> Result<(), AppError> {
        self.projects.trusted_place(project).await?;
        copy::patterns(&settings.copy)?;
        setup::checked(&settings.setup)?;
        let mut tx = self.db.write().await?;
        queries::set_settings(&mut tx, project, &settings).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    async fn bring_back(&self, _who: &Viewer, project: ProjectId, wish: BringBack) -> Result<(), AppError> {
        let engine = self.clone();
        self.whole(async move { engine.bring(project, &wish).await }).await
    }

    async fn remove(&self, who: &Viewer, project: ProjectId, wish: RemoveWorktree) -> Result<(), AppError> {
        let (engine, who) = (self.clone(), who.clone());
        self.whole(async move { engine.remove_one(&who, project, &wish).await }).await
    }

    async fn put_back(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        let engine = self.clone();
        self.whole(async move { engine.put_back_one(project, id).await }).await
    }

    async fn discard(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        let engine = self.clone();
        let work = async move {
            let _alone = engine.writing.lock().await;
            let kept = queries::kept(engine.db.read(), project).await?;
            if !kept.iter().any(|kept| kept.id == id) {
                return Err(AppError::not_found("worktree in the trash"));
            }
            engine.throw_out(id).await
        };
        self.whole(work).await
    }
}
