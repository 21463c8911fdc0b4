//! What other features ask of projects: where one is, whether it is trusted, and who is at work there. Never tells of a
//! directory that cannot be used.

use std::path::PathBuf;

use app::{
    error::{AppError, ErrorCode},
    ids::ProjectId,
    projects::model::Project,
};

use super::{ProjectsEngine, checks::usable, queries};

/// The directory of a project.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The absolute path, symlinks resolved.
    pub(crate) dir: PathBuf,
    /// Whether a person has trusted it.
    pub(crate) trusted: bool,
}

impl ProjectsEngine {
    /// Where a project is. 404 for an unknown id, 409 with what is wrong with the directory.
    pub(crate) async fn place(&self, id: ProjectId) -> Result<Place, AppError> {
        let row = self.row(id).await?;
        Ok(Place { dir: usable(&row).await?, trusted: row.trust.is_some() })
    }

    /// The same for whoever is to change something there: 409 for an archived project, 403 for one that nobody trusted.
    pub(crate) async fn trusted_place(&self, id: ProjectId) -> Result<Place, AppError> {
        let row = self.row(id).await?;
        if row.archived {
            return Err(AppError::conflict("archived", "The project is archived. Take it back first."));
        }
        if row.trust.is_none() {
            let message =
                "Nobody has trusted this directory yet. Look at what it would run, and trust it first.";
            return Err(AppError::new(ErrorCode::Untrusted, message).with(row.path));
        }
        Ok(Place { dir: usable(&row).await?, trusted: true })
    }

    /// The branch that a worktree was made from; nothing for a project proper.
    pub(crate) async fn base(&self, id: ProjectId) -> Result<Option<String>, AppError> {
        Ok(queries::base(self.db.read(), id).await?)
    }

    /// The directory of every project and worktree, whatever is wrong with it.
    pub(crate) async fn directories(&self) -> Result<Vec<(ProjectId, PathBuf)>, AppError> {
        let all = queries::all(self.db.read()).await?;
        Ok(all.into_iter().map(|row| (row.id, PathBuf::from(row.path))).collect())
    }

    /// The sessions that may be changing files now or in a moment: the directory that each works in, and its name.
    pub(crate) async fn at_work(&self) -> Result<Vec<(PathBuf, String)>, AppError> {
        let all = queries::at_work(self.db.read()).await?;
        Ok(all.into_iter().map(|(path, name)| (PathBuf::from(path), name)).collect())
    }

    /// Tells of a project whose directory was changed by Roost: what was seen of it holds no longer.
    pub(crate) async fn changed(&self, id: ProjectId) -> Result<Project, AppError> {
        self.seen().remove(&id);
        self.announce(id).await
    }
}
