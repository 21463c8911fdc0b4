//! The server functions of sessions: one for each thing a page asks of the engine. Never decides anything here.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::prelude::*;
use server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::port::Window;
use super::{
    event::EventPage,
    model::{Act, Fork, NewMessage, NewSession, Session, SessionFilter, SessionPatch, TouchedFile},
};
use crate::{
    boot::OpenSession,
    error::AppError,
    ids::{MessageId, SessionId},
    terminals::model::Terminal,
};

/// Events of one page; the server also stops at about 200 KB. Few enough that a page beside what is read never makes the
/// window let go of that.
#[cfg(feature = "ssr")]
const PAGE: u32 = 100;

/// The sessions that match, those that need a person first.
#[server(name = ListSessions, prefix = "/api/ui", endpoint = "sessions/list", input = Json)]
pub async fn list(filter: SessionFilter) -> Result<Vec<Session>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.list(&who, filter).await
}

/// A session with the end of its history.
#[server(name = AskSession, prefix = "/api/ui", endpoint = "sessions/open", input = Json)]
pub async fn open_session(id: SessionId) -> Result<OpenSession, AppError> {
    let (engine, who) = crate::engine::caller()?;
    let page = engine.sessions.get(&who, id).await?;
    let events = engine.sessions.events(&who, id, Window::Tail, PAGE).await?;
    Ok(OpenSession { page, events })
}

/// The part of its history that ends before this number.
#[server(name = AskOlder, prefix = "/api/ui", endpoint = "sessions/older", input = Json)]
pub async fn older(id: SessionId, before: u64) -> Result<EventPage, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.events(&who, id, Window::Before(before), PAGE).await
}

/// The part of its history that follows this number.
#[server(name = AskNewer, prefix = "/api/ui", endpoint = "sessions/newer", input = Json)]
pub async fn newer(id: SessionId, after: u64) -> Result<EventPage, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.events(&who, id, Window::After(after), PAGE).await
}

/// The whole output of a tool result.
#[server(name = AskOutput, prefix = "/api/ui", endpoint = "sessions/output", input = Json)]
pub async fn output(id: SessionId, seq: u64) -> Result<String, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.output(&who, id, seq).await
}

/// The CLI's own line behind an event.
#[server(name = AskRaw, prefix = "/api/ui", endpoint = "sessions/raw", input = Json)]
pub async fn raw(id: SessionId, seq: u64) -> Result<String, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.raw(&who, id, seq).await
}

/// The files it touched.
#[server(name = AskTouched, prefix = "/api/ui", endpoint = "sessions/touched", input = Json)]
pub async fn touched(id: SessionId) -> Result<Vec<TouchedFile>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.touched(&who, id).await
}

/// Starts a session.
#[server(name = CreateSession, prefix = "/api/ui", endpoint = "sessions/create", input = Json)]
pub async fn create(new: NewSession) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.create(&who, new).await
}

/// Renames it, or changes its choices or its draft.
#[server(name = UpdateSession, prefix = "/api/ui", endpoint = "sessions/update", input = Json)]
pub async fn update(id: SessionId, patch: SessionPatch) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.update(&who, id, patch).await
}

/// Says something.
#[server(name = SendMessage, prefix = "/api/ui", endpoint = "sessions/send", input = Json)]
pub async fn send(id: SessionId, message: NewMessage) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.send(&who, id, message).await
}

/// Changes a message that still waits.
#[server(name = EditQueued, prefix = "/api/ui", endpoint = "sessions/edit-queued", input = Json)]
pub async fn edit_queued(id: SessionId, message: MessageId, text: String) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.edit_queued(&who, id, message, &text).await
}

/// Takes a waiting message back.
#[server(name = RecallMessage, prefix = "/api/ui", endpoint = "sessions/recall", input = Json)]
pub async fn recall(id: SessionId, message: MessageId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.recall(&who, id, message).await
}

/// Makes a new session from a part of this one.
#[server(name = ForkSession, prefix = "/api/ui", endpoint = "sessions/fork", input = Json)]
pub async fn fork(id: SessionId, fork: Fork) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.fork(&who, id, fork).await
}

/// Does what a button of a session says. 409 names the state that is in the way.
#[server(name = ActOnSession, prefix = "/api/ui", endpoint = "sessions/act", input = Json)]
pub async fn act(id: SessionId, act: Act) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.act(&who, id, act).await
}

/// Makes sure that its agent's own interface runs, and gives the terminal that shows it.
#[server(name = OpenTerminalOfSession, prefix = "/api/ui", endpoint = "sessions/terminal", input = Json)]
pub async fn terminal(id: SessionId) -> Result<Terminal, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.terminal(&who, id).await
}

/// Ends its terminal; the next message goes on in the chat.
#[server(name = GiveBackToChat, prefix = "/api/ui", endpoint = "sessions/chat", input = Json)]
pub async fn chat(id: SessionId, force: bool) -> Result<Session, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.sessions.chat(&who, id, force).await
}
