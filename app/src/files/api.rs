//! What the pages ask about files: each function finds its caller and asks the port. Decides nothing. A search of contents is
//! no call: it comes as server-sent events.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{
    CompareFile, FileDifference, FileText, FileView, ListOptions, Listing, MoveEntry, Names, NewEntry,
    PageFrom, SaveFile, Trashed,
};
use crate::{
    error::AppError,
    ids::{ProjectId, TrashId},
};

/// One level of a project's tree.
#[server(name = AskFiles, prefix = "/api/ui", endpoint = "files/list", input = Json)]
pub async fn list(id: ProjectId, path: String, options: ListOptions) -> Result<Listing, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.list(&who, id, &path, options).await
}

/// One file, a page of it if it is a text.
#[server(name = AskFile, prefix = "/api/ui", endpoint = "files/read", input = Json)]
pub async fn read(id: ProjectId, path: String, from: PageFrom) -> Result<FileView, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.read(&who, id, &path, from).await
}

/// The files whose paths fit what was typed.
#[server(name = AskNames, prefix = "/api/ui", endpoint = "files/names", input = Json)]
pub async fn names(id: ProjectId, typed: String, options: ListOptions) -> Result<Names, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.names(&who, id, &typed, options).await
}

/// One text whole, to be edited.
#[server(name = AskText, prefix = "/api/ui", endpoint = "files/text", input = Json)]
pub async fn text(id: ProjectId, path: String) -> Result<FileText, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.text(&who, id, &path).await
}

/// Writes a text that is still what was edited.
#[server(name = AskSaveFile, prefix = "/api/ui", endpoint = "files/save", input = Json)]
pub async fn save(id: ProjectId, save: SaveFile) -> Result<FileText, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.save(&who, id, save).await
}

/// The file as it is now, and how one's own text differs from it.
#[server(name = AskCompareFile, prefix = "/api/ui", endpoint = "files/compare", input = Json)]
pub async fn compare(id: ProjectId, compare: CompareFile) -> Result<FileDifference, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.compare(&who, id, compare).await
}

/// Makes an empty file or a folder.
#[server(name = AskMake, prefix = "/api/ui", endpoint = "files/make", input = Json)]
pub async fn make(id: ProjectId, entry: NewEntry) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.make(&who, id, entry).await
}

/// Gives an entry another place or another name.
#[server(name = AskRename, prefix = "/api/ui", endpoint = "files/rename", input = Json)]
pub async fn rename(id: ProjectId, entry: MoveEntry) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.rename(&who, id, entry).await
}

/// Puts an entry into the trash.
#[server(name = AskRemove, prefix = "/api/ui", endpoint = "files/remove", input = Json)]
pub async fn remove(id: ProjectId, path: String) -> Result<Trashed, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.remove(&who, id, &path).await
}

/// What is in the trash of a project.
#[server(name = AskTrash, prefix = "/api/ui", endpoint = "files/trash", input = Json)]
pub async fn trash(id: ProjectId) -> Result<Vec<Trashed>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.trash(&who, id).await
}

/// Puts an entry of the trash back where it was.
#[server(name = AskPutBack, prefix = "/api/ui", endpoint = "files/put-back", input = Json)]
pub async fn put_back(id: ProjectId, trash: TrashId) -> Result<Trashed, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.put_back(&who, id, trash).await
}

/// Removes an entry of the trash for good.
#[server(name = AskForget, prefix = "/api/ui", endpoint = "files/forget", input = Json)]
pub async fn forget(id: ProjectId, trash: TrashId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.files.forget(&who, id, trash).await
}
