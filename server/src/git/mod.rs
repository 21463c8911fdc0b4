//! The engine of repositories: what changed in the directory of a project, and which branch it is on. Owns the table of what was discarded; asks
//! `projects` for the directory and the trust in it. Changes a file only by checking a branch out or discarding what a copy is kept of.

mod branches;
mod changes;
mod checkout;
mod command;
mod diff;
mod discard;
mod look;
mod pick;
mod stage;
mod start;
mod status;
mod switch;
#[cfg(test)]
mod tests;
mod unified;
mod unpushed;

use std::{path::PathBuf, sync::Arc};

use app::{
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{Branches, ChangePage, Changes, Chosen, Discarded, FileDiff, Side, SwitchBranch, WhichDiff},
        port::{Git, Picture},
    },
    ids::{DiscardId, ProjectId},
    projects::model::Project,
};
use async_trait::async_trait;

pub(crate) use self::{
    command::{PATIENT, QUICK, Repository},
    look::{Seen, see, top},
    start::{free_name, start},
    switch::{valid_name, words},
};
use crate::{
    db::Db,
    projects::{ProjectsEngine, ended},
};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct GitEngine {
    db: Db,
    projects: ProjectsEngine,
    /// Where copies of what was discarded are kept.
    home: PathBuf,
    /// Held while git writes: one at a time, from the question what is there to the end.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl GitEngine {
    /// An engine for the directories of these projects, which keeps copies in the home directory.
    #[must_use]
    pub fn new(db: Db, projects: ProjectsEngine, home: PathBuf) -> Self {
        Self { db, projects, home, writing: Arc::default() }
    }

    async fn repository(&self, id: ProjectId) -> Result<Repository, AppError> {
        let place = self.projects.place(id).await?;
        Ok(Repository { dir: place.dir, trusted: place.trusted })
    }
}

#[async_trait]
impl Git for GitEngine {
    async fn changes(
        &self,
        _who: &Viewer,
        id: ProjectId,
        page: Option<ChangePage>,
    ) -> Result<Changes, AppError> {
        changes::changes(&self.repository(id).await?, page).await
    }

    async fn stage(&self, _who: &Viewer, id: ProjectId, what: Chosen) -> Result<(), AppError> {
        let place = self.projects.trusted_place(id).await?;
        let git = Repository { dir: place.dir, trusted: place.trusted };
        let engine = self.clone();
        let work = async move {
            let _alone = engine.writing.lock().await;
            stage::stage(&git, &what).await?;
            engine.projects.changed(id).await.map(drop)
        };
        // Goes on when the one who asked goes away, as with a branch.
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn discard(&self, who: &Viewer, id: ProjectId, what: Chosen) -> Result<Discarded, AppError> {
        let (engine, who) = (self.clone(), who.clone());
        let work = async move {
            let _alone = engine.writing.lock().await;
            engine.throw_away(who, id, what).await
        };
        // Goes on when the one who asked goes away: what was copied is discarded, and known.
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn discarded(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<Discarded>, AppError> {
        self.list_discarded(id).await
    }

    async fn put_back(&self, _who: &Viewer, id: ProjectId, discard: DiscardId) -> Result<(), AppError> {
        let engine = self.clone();
        let work = async move {
            let _alone = engine.writing.lock().await;
            engine.bring_back(id, discard).await
        };
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn diff(
        &self,
        _who: &Viewer,
        id: ProjectId,
        which: WhichDiff,
        from: u32,
    ) -> Result<FileDiff, AppError> {
        diff::diff(&self.repository(id).await?, which, from).await
    }

    async fn image(
        &self,
        _who: &Viewer,
        id: ProjectId,
        which: WhichDiff,
        side: Side,
    ) -> Result<Picture, AppError> {
        diff::image(&self.repository(id).await?, &which, side).await
    }

    async fn branches(&self, _who: &Viewer, id: ProjectId) -> Result<Branches, AppError> {
        branches::branches(&self.repository(id).await?).await
    }

    async fn switch_branch(
        &self,
        _who: &Viewer,
        id: ProjectId,
        to: SwitchBranch,
    ) -> Result<Project, AppError> {
        // Goes on when the one who asked goes away: git must not be ended half way.
        let engine = self.clone();
        tokio::spawn(async move { engine.switch(id, to).await }).await.map_err(|error| ended(&error))?
    }
}
