//! The engine of repositories: what changed in the directory of a project, and which branch it is on. Owns no table; asks
//! `projects` for the directory and the trust in it, and changes a file only by checking a branch out, and beside that what is staged.

mod branches;
mod changes;
mod checkout;
mod command;
mod diff;
mod look;
mod stage;
mod start;
mod status;
mod switch;
#[cfg(test)]
mod tests;
mod unpushed;

use std::sync::Arc;

use app::{
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{Branches, ChangeGroup, ChangePage, Changes, Staging, SwitchBranch},
        port::Git,
    },
    ids::ProjectId,
    projects::model::Project,
};
use async_trait::async_trait;

pub(crate) use self::{
    command::{QUICK, Repository},
    look::{Seen, see, top},
    start::{free_name, start},
    switch::{valid_name, words},
};
use crate::projects::{ProjectsEngine, ended};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct GitEngine {
    projects: ProjectsEngine,
    /// Held while git writes: one at a time, from the question what is there to the end.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl GitEngine {
    /// An engine for the directories of these projects.
    #[must_use]
    pub fn new(projects: ProjectsEngine) -> Self {
        Self { projects, writing: Arc::default() }
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

    async fn stage(&self, _who: &Viewer, id: ProjectId, what: Staging) -> Result<(), AppError> {
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

    async fn diff(
        &self,
        _who: &Viewer,
        id: ProjectId,
        path: &str,
        group: ChangeGroup,
    ) -> Result<String, AppError> {
        diff::diff(&self.repository(id).await?, path, group).await
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
