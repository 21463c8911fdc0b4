//! What the engine must do with the repository around a project. Every call takes the viewer who asks; 404 for an unknown
//! project, 409 where its directory cannot be used.

use async_trait::async_trait;

use super::model::{Branches, ChangeGroup, ChangePage, Changes, Staging, SwitchBranch};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId, projects::model::Project};

/// Work trees: what changed in them, and which branch they are on.
#[async_trait]
pub trait Git: Send + Sync {
    /// The state of the work tree with its changed files; with `page`, only the files of one group that come behind a path.
    async fn changes(
        &self,
        who: &Viewer,
        id: ProjectId,
        page: Option<ChangePage>,
    ) -> Result<Changes, AppError>;
    /// Takes changes into the index, or those of the group `staged` out of it; no file is changed. 409 if the file is no more
    /// as it was shown or something else has the index, 404 if there is no such change, 403 where nobody trusted the project.
    async fn stage(&self, who: &Viewer, id: ProjectId, what: Staging) -> Result<(), AppError>;
    /// One file's change as highlighted HTML lines, at most 2,000 of them.
    async fn diff(
        &self,
        who: &Viewer,
        id: ProjectId,
        path: &str,
        group: ChangeGroup,
    ) -> Result<String, AppError>;
    /// The branches of the repository. 409 outside of one.
    async fn branches(&self, who: &Viewer, id: ProjectId) -> Result<Branches, AppError>;
    /// Checks a branch out, and makes it if that is asked for. Discards nothing: 409 while changes would be lost, a merge
    /// is under way or a session is at work there; 400 for a name that git does not take; 404 for an unknown branch.
    async fn switch_branch(&self, who: &Viewer, id: ProjectId, to: SwitchBranch)
    -> Result<Project, AppError>;
}
