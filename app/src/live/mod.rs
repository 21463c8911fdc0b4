//! The one socket: keeps the stores in step with the server, says whether it can, and finds its way back by itself.
//! Inert while a page is drawn on the server. Never shows anything.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

#[cfg(any(feature = "hydrate", test))]
mod reading;
#[cfg(feature = "hydrate")]
mod socket;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

use crate::{
    approvals::model::Approval,
    error::AppError,
    ids::{ProjectId, SessionId},
    projects::model::Project,
    sessions::model::{Model, Session, SessionPage},
    terminals::model::Terminal,
    time::Millis,
};

/// Whether the server is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is, or was when the page was drawn.
    Online,
    /// It is not, since then.
    Offline(Millis),
}

/// The lists of a page, read again after a time without the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// Every project.
    pub projects: Vec<Project>,
    /// Every pending approval.
    pub approvals: Vec<Approval>,
    /// The first page of sessions.
    pub sessions: Vec<Session>,
    /// Every terminal.
    pub terminals: Vec<Terminal>,
    /// The models a session can be given.
    pub models: Vec<Model>,
    /// Queue and draft of the session in view.
    pub open: Option<SessionPage>,
}

/// Every list anew, and the session in view without its events: the socket brings those.
#[server(name = AskBoard, prefix = "/api/ui", endpoint = "board", input = Json)]
pub async fn board(open: Option<SessionId>) -> Result<Board, AppError> {
    use crate::{approvals::model::ApprovalStatus, sessions::model::SessionFilter};
    let (engine, who) = crate::engine::caller()?;
    let open = match open {
        // A session that is gone says so over the socket.
        Some(id) => engine.sessions.get(&who, id).await.ok(),
        None => None,
    };
    Ok(Board {
        projects: engine.projects.list(&who).await?,
        approvals: engine.approvals.list(&who, Some(ApprovalStatus::Pending), None).await?,
        sessions: engine.sessions.list(&who, SessionFilter::default()).await?,
        terminals: engine.terminals.list(&who, None).await?,
        models: engine.sessions.models(&who).await?,
        open,
    })
}

/// The socket as views see it; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Whether the server is heard.
    pub state: RwSignal<Link>,
    /// Whether another build than the page's answers: reload when convenient.
    pub stale: RwSignal<bool>,
}

impl Live {
    /// Wants the events of this session after `since`, and whatever comes; instead of any other's.
    pub fn follow(&self, session: SessionId, since: u64) {
        #[cfg(feature = "hydrate")]
        socket::follow(session, since);
        #[cfg(not(feature = "hydrate"))]
        let _ = (session, since);
    }

    /// Wants to hear what changes in the files of this project; of one project at a time.
    pub fn watch(&self, project: ProjectId) {
        #[cfg(feature = "hydrate")]
        socket::watch(project);
        #[cfg(not(feature = "hydrate"))]
        let _ = project;
    }

    /// Wants that no more, once everyone who wanted it says so.
    pub fn unwatch(&self, project: ProjectId) {
        #[cfg(feature = "hydrate")]
        socket::unwatch(project);
        #[cfg(not(feature = "hydrate"))]
        let _ = project;
    }

    /// Wants no session's events any more, if it is still this one's.
    pub fn unfollow(&self, session: SessionId) {
        #[cfg(feature = "hydrate")]
        socket::unfollow(session);
        #[cfg(not(feature = "hydrate"))]
        let _ = session;
    }
}

/// Puts `Live` into context and, in a browser, opens the socket. The stores and `Boot` have to be in context already.
pub fn provide_live() -> Live {
    let live = Live { state: RwSignal::new(Link::Online), stale: RwSignal::new(false) };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    socket::open(live);
    live
}
