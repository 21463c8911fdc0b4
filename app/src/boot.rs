//! What a page is drawn from before anything is fetched: the server loads it for the address asked for, draws the page
//! with it and puts it into the page as JSON; the browser reads the same. So both draw the same, in one go.

use serde::{Deserialize, Serialize};

use crate::{
    approvals::model::Approval,
    auth::model::Viewer,
    projects::model::Project,
    sessions::{
        event::EventPage,
        model::{Session, SessionPage},
    },
    settings::model::{Claude, Theme},
};

/// Everything the first paint needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// Who is signed in; none on the sign-in page.
    pub viewer: Option<Viewer>,
    /// The look.
    pub theme: Theme,
    /// The build that drew the page.
    pub build: String,
    /// The server's clock, so that the first paint says the same on both sides.
    pub now: crate::time::Millis,
    /// Every project.
    pub projects: Vec<Project>,
    /// Every pending approval.
    pub approvals: Vec<Approval>,
    /// The first page of sessions for the list in view.
    pub sessions: Vec<Session>,
    /// The agent's binary and what is missing to use it.
    pub claude: Claude,
    /// The session in view, with the end of its history.
    pub open: Option<OpenSession>,
}

/// A session with the end of its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Card, queue and draft.
    pub page: SessionPage,
    /// The last events.
    pub events: EventPage,
}
