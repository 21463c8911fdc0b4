//! What the pages ask about terminals: each function finds its caller and asks the port. Decides nothing.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{NewTerminal, Terminal};
use crate::{error::AppError, ids::TerminalId};

/// Opens a shell in a project.
#[server(name = OpenTerminal, prefix = "/api/ui", endpoint = "terminals/open", input = Json)]
pub async fn open(new: NewTerminal) -> Result<Terminal, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.terminals.open(&who, new).await
}

/// Renames it.
#[server(name = RenameTerminal, prefix = "/api/ui", endpoint = "terminals/rename", input = Json)]
pub async fn rename(id: TerminalId, name: String) -> Result<Terminal, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.terminals.update(&who, id, super::model::TerminalPatch { name }).await
}

/// Starts its shell anew.
#[server(name = RestartTerminal, prefix = "/api/ui", endpoint = "terminals/restart", input = Json)]
pub async fn restart(id: TerminalId) -> Result<Terminal, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.terminals.restart(&who, id).await
}

/// Ends what runs in it and forgets it. 409 with the name of a program that has it, unless `force` is set.
#[server(name = CloseTerminal, prefix = "/api/ui", endpoint = "terminals/close", input = Json)]
pub async fn close(id: TerminalId, force: bool) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.terminals.close(&who, id, force).await
}
