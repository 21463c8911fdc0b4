//! What the pages ask about files: each function finds its caller and asks the port. Decides nothing. A search of contents is
//! no call: it comes as server-sent events.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{FileView, ListOptions, Listing, Names, PageFrom};
use crate::{error::AppError, ids::ProjectId};

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
