//! What the pages ask about repositories: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{
    Branches, ChangePage, ChangedFile, Changes, Chosen, Comment, Discarded, FileDiff, NewComment,
    SwitchBranch, WhichDiff,
};
use crate::{
    error::AppError,
    ids::{CommentId, DiscardId, ProjectId},
    projects::model::Project,
};

/// The changed files of a project's work tree.
#[server(name = AskChanges, prefix = "/api/ui", endpoint = "git/changes", input = Json)]
pub async fn changes(id: ProjectId) -> Result<Changes, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.changes(&who, id, None).await
}

/// Further files of a group.
#[server(prefix = "/api/ui", endpoint = "git/more-changes", input = Json)]
pub async fn more_changes(id: ProjectId, page: ChangePage) -> Result<Vec<ChangedFile>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    Ok(engine.git.changes(&who, id, Some(page)).await?.files)
}

/// Takes changes into the index, or out of it.
#[server(prefix = "/api/ui", endpoint = "git/stage", input = Json)]
pub async fn stage(id: ProjectId, what: Chosen) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.stage(&who, id, what).await
}

/// Discards changes of the work tree, of which a copy is kept.
#[server(prefix = "/api/ui", endpoint = "git/discard", input = Json)]
pub async fn discard(id: ProjectId, what: Chosen) -> Result<Discarded, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.discard(&who, id, what).await
}

/// What was discarded and can be put back.
#[server(name = AskDiscarded, prefix = "/api/ui", endpoint = "git/discarded", input = Json)]
pub async fn discarded(id: ProjectId) -> Result<Vec<Discarded>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.discarded(&who, id).await
}

/// Puts a discard back.
#[server(prefix = "/api/ui", endpoint = "git/put-back", input = Json)]
pub async fn put_back(id: ProjectId, discard: DiscardId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.put_back(&who, id, discard).await
}

/// The comments on changes that wait to be sent.
#[server(name = AskComments, prefix = "/api/ui", endpoint = "git/comments", input = Json)]
pub async fn comments(id: ProjectId) -> Result<Vec<Comment>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.comments(&who, id).await
}

/// Keeps a comment.
#[server(name = KeepComment, prefix = "/api/ui", endpoint = "git/comment", input = Json)]
pub async fn comment(id: ProjectId, new: NewComment) -> Result<Comment, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.comment(&who, id, new).await
}

/// Changes what a comment says.
#[server(name = RewordComment, prefix = "/api/ui", endpoint = "git/edit-comment", input = Json)]
pub async fn edit_comment(id: ProjectId, comment: CommentId, text: String) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.edit_comment(&who, id, comment, text).await
}

/// Takes comments away.
#[server(prefix = "/api/ui", endpoint = "git/remove-comments", input = Json)]
pub async fn remove_comments(id: ProjectId, comments: Vec<CommentId>) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.remove_comments(&who, id, comments).await
}

/// A page of one file's change, from this line on. One that is gone has no lines: it may have been staged or undone since the list
/// was read, which is nobody's fault.
#[server(prefix = "/api/ui", endpoint = "git/diff", input = Json)]
pub async fn diff(id: ProjectId, which: WhichDiff, from: u32) -> Result<FileDiff, AppError> {
    let (engine, who) = crate::engine::caller()?;
    match engine.git.diff(&who, id, which, from).await {
        Err(error) if error.code == crate::error::ErrorCode::NotFound => Ok(FileDiff::default()),
        answer => answer,
    }
}

/// The branches of a project's repository.
#[server(name = AskBranches, prefix = "/api/ui", endpoint = "git/branches", input = Json)]
pub async fn branches(id: ProjectId) -> Result<Branches, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.branches(&who, id).await
}

/// Checks a branch of a project out, and makes it if that is asked for.
#[server(name = AskSwitch, prefix = "/api/ui", endpoint = "git/branch", input = Json)]
pub async fn switch_branch(id: ProjectId, to: SwitchBranch) -> Result<Project, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.git.switch_branch(&who, id, to).await
}
