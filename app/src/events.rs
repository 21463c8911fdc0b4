//! Everything the server may push over `/ws`, and everything the page may say there. Two closed enums, nothing else.

use serde::{Deserialize, Serialize};

use crate::{
    approvals::model::Approval,
    files::model::Changed,
    ids::{ProjectId, SessionId, TerminalId},
    projects::model::Project,
    sessions::{
        event::{Event, Partial},
        model::{Model, QueuedMessage, Session},
    },
    terminals::model::Terminal,
};

/// The page → the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Pull {
    /// Sends what follows `since` of this session, then whatever comes.
    Follow {
        /// Which.
        session: SessionId,
        /// The last number the page has; 0 for none.
        since: u64,
    },
    /// Stops that.
    Unfollow {
        /// Which.
        session: SessionId,
    },
    /// Wants to hear what changes in the files of this project, and of no other.
    Watch {
        /// Which.
        project: ProjectId,
    },
    /// Wants that no more.
    Unwatch,
    /// Asks for a `Pong`.
    Ping,
}

/// The server → the page. Cards are whole and may come twice: the page keeps the one with the higher version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Push {
    /// The first frame.
    Hello {
        /// The build that speaks; another one than the page's means "reload when convenient".
        build: String,
    },
    /// Events of a followed session, in order, without a gap.
    Events {
        /// Whose.
        session: SessionId,
        /// The events.
        events: Vec<Event>,
    },
    /// What a followed session's agent is in the middle of.
    Partial {
        /// Whose.
        session: SessionId,
        /// It.
        partial: Partial,
    },
    /// A session is new or changed.
    Session(Box<Session>),
    /// The messages that wait in a session.
    Queue {
        /// Whose.
        session: SessionId,
        /// The version of the session's card that goes with them: what is older is out of date.
        version: u64,
        /// All of them.
        queue: Vec<QueuedMessage>,
    },
    /// A draft was changed, here or on another device.
    Draft {
        /// Whose.
        session: SessionId,
        /// The version of the session's card that goes with it: what is older is out of date.
        version: u64,
        /// The whole text.
        text: String,
    },
    /// A session is gone: its project was removed.
    SessionGone {
        /// Which.
        session: SessionId,
    },
    /// An agent offers other models than were known.
    Models {
        /// All of them.
        models: Vec<Model>,
    },
    /// An approval is new or settled.
    Approval(Box<Approval>),
    /// A project is new or changed.
    Project(Box<Project>),
    /// A project was removed.
    ProjectGone {
        /// Which.
        project: ProjectId,
    },
    /// A terminal is new or changed.
    Terminal(Box<Terminal>),
    /// A terminal was closed.
    TerminalGone {
        /// Which.
        terminal: TerminalId,
    },
    /// A file of instructions was saved here.
    Memory {
        /// Its absolute path.
        path: String,
    },
    /// Something changed in the files of the project that the page watches.
    Files {
        /// Which.
        project: ProjectId,
        /// What.
        changed: Changed,
    },
    /// The page was too slow for cards and has to fetch its lists again; no event of a followed session was skipped.
    Resync,
    /// The answer to `Ping`.
    Pong,
}
