//! What the engine must do with memories. Every call takes the viewer who asks.

use async_trait::async_trait;

use super::model::{CompareMemory, Memories as Hierarchy, MemoryDifference, MemoryText, SaveMemory};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// The instructions that the CLI reads for a project.
#[async_trait]
pub trait Memories: Send + Sync {
    /// The hierarchy of a project, in the order in which it is read. 409 if its directory cannot be used.
    async fn list(&self, who: &Viewer, project: ProjectId) -> Result<Hierarchy, AppError>;
    /// One file of it with its text, also of one that is missing. 403 for a path elsewhere, 404 for one that is no memory.
    async fn read(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<MemoryText, AppError>;
    /// Writes a file, and makes it if it is missing. 409 if it is not what was edited any more, with its hash; 413 above
    /// 64 KB; 403 outside of the project and the person's Claude folder.
    async fn save(&self, who: &Viewer, project: ProjectId, save: SaveMemory) -> Result<MemoryText, AppError>;
    /// The file as it is now, and how one's own text differs from it.
    async fn compare(
        &self,
        who: &Viewer,
        project: ProjectId,
        compare: CompareMemory,
    ) -> Result<MemoryDifference, AppError>;
    /// A text as sanitised HTML. 413 above 64 KB.
    async fn preview(&self, who: &Viewer, text: String) -> Result<String, AppError>;
}
