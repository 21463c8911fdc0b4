//! How a worktree of a project becomes a place like a project, with the trust in that one, and how it goes again. Never makes
//! a directory and never removes one.

use std::path::Path;

use app::{error::AppError, events::Push, ids::ProjectId};

use super::{ProjectsEngine, claude_json, queries};
use crate::{clock, db::Fault, offload::blocking};

impl ProjectsEngine {
    /// Makes a place of this id of a directory, here and for the CLI, which asks for trust by directory.
    pub(crate) async fn add_worktree(
        &self,
        of: ProjectId,
        id: ProjectId,
        name: &str,
        path: &Path,
    ) -> Result<(), AppError> {
        let path = path.to_str().map(str::to_owned).ok_or_else(|| {
            AppError::conflict("path", "The path of the worktree would not be valid UTF-8.")
        })?;
        let (file, trusted) = (self.config.claude_json_path(), path.clone());
        blocking(move || claude_json::set_trusted(&file, &trusted)).await??;
        let mut tx = self.db.write().await?;
        queries::insert_worktree(&mut tx, of, id, name, &path, clock::now()).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.announce(id).await.map(drop)
    }

    /// Forgets the place of a worktree that is gone, unless a session worked there: its history needs it.
    pub(crate) async fn forget_worktree(&self, id: ProjectId) -> Result<(), AppError> {
        let mut tx = self.db.write().await?;
        let gone = queries::delete_worktree(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.seen().remove(&id);
        if let Some(terminals) = gone {
            for terminal in terminals {
                self.bus.publish(Push::TerminalGone { terminal });
            }
            self.bus.publish(Push::ProjectGone { project: id });
            return Ok(());
        }
        match self.announce(id).await {
            Err(error) if error.code == app::error::ErrorCode::NotFound => Ok(()),
            told => told.map(drop),
        }
    }
}
