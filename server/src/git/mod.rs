//! The engine of repositories: what changed in the directory of a project, its history and its branches. Owns the tables of
//! what was discarded and of comments; asks `projects` for the directory and the trust in it. What changes a repository does so
//! through git, and one at a time; what is discarded is kept first.

mod alone;
mod branches;
mod changes;
mod checkout;
mod command;
mod comments;
mod diff;
mod discard;
mod forge;
mod history;
mod look;
mod pick;
mod remotes;
mod runs;
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
        model::{
            Branches, ChangePage, Changes, Chosen, Comment, Discarded, FileDiff, NewComment, Side,
            SwitchBranch, WhichDiff,
        },
        port::{Git, Picture},
    },
    ids::{CommentId, DiscardId, ProjectId},
    projects::model::Project,
};
use async_trait::async_trait;

use self::{alone::Writers, runs::Registry};
pub(crate) use self::{
    command::{PATIENT, QUICK, Repository},
    look::{Seen, see, top},
    start::{free_name, start},
    switch::{valid_name, words},
};
use crate::{db::Db, offload::ended, projects::ProjectsEngine};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct GitEngine {
    db: Db,
    projects: ProjectsEngine,
    /// Where copies of what was discarded are kept.
    home: PathBuf,
    /// Held while copies of what is discarded are made or taken away; taken after the turn to write.
    copying: Arc<tokio::sync::Mutex<()>>,
    /// Who writes in which repository, from the question what is there to the end.
    writers: Writers,
    /// The last run of each project.
    runs: Registry,
}

impl GitEngine {
    /// An engine for the directories of these projects, which keeps copies in the home directory.
    #[must_use]
    pub fn new(db: Db, projects: ProjectsEngine, home: PathBuf) -> Self {
        let (copying, writers, runs) = (Arc::default(), Writers::default(), Registry::default());
        Self { db, projects, home, copying, writers, runs }
    }

    /// The repository of a project, for whoever is to change it.
    async fn trusted(&self, id: ProjectId) -> Result<Repository, AppError> {
        let place = self.projects.trusted_place(id).await?;
        Ok(Repository { dir: place.dir, trusted: place.trusted })
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
        let git = self.trusted(id).await?;
        let engine = self.clone();
        let work = async move {
            let _alone = engine.writers.alone(&git).await;
            stage::stage(&git, &what).await?;
            engine.projects.changed(id).await.map(drop)
        };
        // Goes on when the one who asked goes away, as with a branch.
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn discard(&self, who: &Viewer, id: ProjectId, what: Chosen) -> Result<Discarded, AppError> {
        let (engine, who) = (self.clone(), who.clone());
        let git = self.trusted(id).await?;
        let work = async move {
            let _alone = engine.writers.alone(&git).await;
            let _copies = engine.copying.lock().await;
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
        let git = self.trusted(id).await?;
        let work = async move {
            let _alone = engine.writers.alone(&git).await;
            let _copies = engine.copying.lock().await;
            engine.bring_back(id, discard).await
        };
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn comments(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<Comment>, AppError> {
        self.list_comments(id).await
    }

    async fn comment(&self, who: &Viewer, id: ProjectId, new: NewComment) -> Result<Comment, AppError> {
        self.keep_comment(who, id, new).await
    }

    async fn edit_comment(
        &self,
        _who: &Viewer,
        id: ProjectId,
        comment: CommentId,
        text: String,
    ) -> Result<(), AppError> {
        self.reword_comment(id, comment, &text).await
    }

    async fn remove_comments(
        &self,
        _who: &Viewer,
        id: ProjectId,
        comments: Vec<CommentId>,
    ) -> Result<(), AppError> {
        self.drop_comments(id, &comments).await
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
