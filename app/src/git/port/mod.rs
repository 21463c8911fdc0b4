//! What the engine must do with the repository around a project. Every call takes the viewer who asks; 404 for an unknown
//! project, 409 where its directory cannot be used or the path of a file is not UTF-8.

pub mod history;
pub mod runs;

use async_trait::async_trait;

use super::model::{
    Branches, ChangePage, Changes, Chosen, Comment, Discarded, FileDiff, NewComment, Side, SwitchBranch,
    WhichDiff,
};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{CommentId, DiscardId, ProjectId},
    projects::model::Project,
};

/// An image out of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What kind of image it is, by its first bytes.
    pub media_type: &'static str,
    /// It.
    pub bytes: Vec<u8>,
}

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
    /// Takes changes into the index, or those of the group `staged` out of it; no file is changed. 409 if they are no more as
    /// they were shown or something else has the index, 404 if there is no such change, 403 where nobody trusted the project.
    async fn stage(&self, who: &Viewer, id: ProjectId, what: Chosen) -> Result<(), AppError>;
    /// Discards changes of the work tree, once a copy of the files is kept. 409 if they are no more as they were shown or are in
    /// conflict, 413 for more than 256 MB, 400 for what is staged, 403 where nobody trusted the project.
    async fn discard(&self, who: &Viewer, id: ProjectId, what: Chosen) -> Result<Discarded, AppError>;
    /// What was discarded and can be put back, the latest first; for a week, and as long as all of it is less than 1 GB.
    async fn discarded(&self, who: &Viewer, id: ProjectId) -> Result<Vec<Discarded>, AppError>;
    /// Puts a discard back. 409 if one of its files was changed since; then none is touched.
    async fn put_back(&self, who: &Viewer, id: ProjectId, discard: DiscardId) -> Result<(), AppError>;
    /// The comments on changes that wait to be sent, in the order they were written.
    async fn comments(&self, who: &Viewer, id: ProjectId) -> Result<Vec<Comment>, AppError>;
    /// Keeps a comment. 409 when 60 wait, 413 for a long one.
    async fn comment(&self, who: &Viewer, id: ProjectId, new: NewComment) -> Result<Comment, AppError>;
    /// Changes what a comment says. 404 if it is gone.
    async fn edit_comment(
        &self,
        who: &Viewer,
        id: ProjectId,
        comment: CommentId,
        text: String,
    ) -> Result<(), AppError>;
    /// Takes comments away, as after they were sent; those that are gone are no error.
    async fn remove_comments(
        &self,
        who: &Viewer,
        id: ProjectId,
        comments: Vec<CommentId>,
    ) -> Result<(), AppError>;
    /// A page of one file's change, from this line of the diff on. 404 if there is no such change.
    async fn diff(
        &self,
        who: &Viewer,
        id: ProjectId,
        which: WhichDiff,
        from: u32,
    ) -> Result<FileDiff, AppError>;
    /// An image as it was before a change or is after it. 404 if it was not there or is none that can be shown.
    async fn image(
        &self,
        who: &Viewer,
        id: ProjectId,
        which: WhichDiff,
        side: Side,
    ) -> Result<Picture, AppError>;
    /// The branches of the repository. 409 outside of one.
    async fn branches(&self, who: &Viewer, id: ProjectId) -> Result<Branches, AppError>;
    /// Checks a branch out, and makes it if that is asked for. Discards nothing: 409 while changes would be lost, a merge
    /// is under way or a session is at work there; 400 for a name that git does not take; 404 for an unknown branch.
    async fn switch_branch(&self, who: &Viewer, id: ProjectId, to: SwitchBranch)
    -> Result<Project, AppError>;
}
