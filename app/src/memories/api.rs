//! What the pages ask about memories: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{CompareMemory, Memories, MemoryDifference, MemoryText, SaveMemory};
use crate::{error::AppError, ids::ProjectId};

/// The hierarchy of a project, in the order in which it is read.
#[server(prefix = "/api/ui", endpoint = "memories/list", input = Json)]
pub async fn list(project: ProjectId) -> Result<Memories, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.memories.list(&who, project).await
}

/// One file with its text.
#[server(name = ReadMemory, prefix = "/api/ui", endpoint = "memories/read", input = Json)]
pub async fn read(project: ProjectId, path: String) -> Result<MemoryText, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.memories.read(&who, project, &path).await
}

/// Writes a file that is still what was edited.
#[server(name = AskSaveMemory, prefix = "/api/ui", endpoint = "memories/save", input = Json)]
pub async fn save(project: ProjectId, save: SaveMemory) -> Result<MemoryText, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.memories.save(&who, project, save).await
}

/// The file as it is now, and how one's own text differs from it.
#[server(name = AskCompareMemory, prefix = "/api/ui", endpoint = "memories/compare", input = Json)]
pub async fn compare(project: ProjectId, compare: CompareMemory) -> Result<MemoryDifference, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.memories.compare(&who, project, compare).await
}

/// A text as sanitised HTML.
#[server(name = PreviewMemory, prefix = "/api/ui", endpoint = "memories/preview", input = Json)]
pub async fn preview(text: String) -> Result<String, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.memories.preview(&who, text).await
}
