//! Comments on changes that wait to be sent. Keeps them; never sends them, which is what sessions are for.

mod queries;

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    git::model::{COMMENT_CODE_MAX, COMMENT_MAX, COMMENTS_MAX, Comment, NewComment},
    ids::{CommentId, ProjectId},
};
use uuid::Uuid;

use super::{GitEngine, diff::check_path};
use crate::{clock, db::Fault};

impl GitEngine {
    /// Those of a project, in the order they were written.
    pub(super) async fn list_comments(&self, project: ProjectId) -> Result<Vec<Comment>, AppError> {
        self.projects.place(project).await?;
        Ok(queries::list(self.db.read(), project).await?)
    }

    /// Keeps a new one.
    pub(super) async fn keep_comment(
        &self,
        who: &Viewer,
        project: ProjectId,
        new: NewComment,
    ) -> Result<Comment, AppError> {
        self.projects.place(project).await?;
        check_path(&new.about.path)?;
        check_text(&new.text)?;
        if new.about.code.len() > COMMENT_CODE_MAX {
            let message = format!("At most {COMMENT_CODE_MAX} bytes of code go along with a comment.");
            return Err(AppError::new(ErrorCode::TooLarge, message).with("code"));
        }
        let id = CommentId(Uuid::now_v7());
        let comment =
            Comment { id, at: clock::now(), by: who.label.clone(), about: new.about, text: new.text };
        let mut tx = self.db.write().await?;
        if usize::try_from(queries::count(&mut tx, project).await?).unwrap_or_default() >= COMMENTS_MAX {
            let message = format!("{COMMENTS_MAX} comments wait already. Send them first.");
            return Err(AppError::conflict("full", message));
        }
        queries::add(&mut tx, project, &comment).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(comment)
    }

    /// Changes what one says.
    pub(super) async fn reword_comment(
        &self,
        project: ProjectId,
        id: CommentId,
        text: &str,
    ) -> Result<(), AppError> {
        check_text(text)?;
        let mut tx = self.db.write().await?;
        if !queries::edit(&mut tx, project, id, text).await? {
            return Err(AppError::not_found("comment"));
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    /// Takes some away; those that are gone already are no error.
    pub(super) async fn drop_comments(&self, project: ProjectId, ids: &[CommentId]) -> Result<(), AppError> {
        let mut tx = self.db.write().await?;
        for id in ids {
            queries::remove(&mut tx, project, *id).await?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }
}

/// 400 for a comment that says nothing, 413 for one that is too long.
fn check_text(text: &str) -> Result<(), AppError> {
    if text.trim().is_empty() {
        return Err(AppError::invalid("text", "The comment is empty."));
    }
    if text.len() > COMMENT_MAX {
        let message = format!("A comment has at most {COMMENT_MAX} bytes.");
        return Err(AppError::new(ErrorCode::TooLarge, message).with("text"));
    }
    Ok(())
}
