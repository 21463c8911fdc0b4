//! What a page is drawn from before anything is fetched: the server loads it for the address asked for, draws the page
//! with it and puts it into the page as JSON; the browser reads the same. So both draw the same, in one go.

use serde::{Deserialize, Serialize};

use crate::{
    approvals::model::Approval,
    auth::model::Viewer,
    projects::model::Project,
    sessions::{
        event::EventPage,
        model::{Model, Session, SessionPage},
    },
    settings::model::{Claude, Theme},
    terminals::model::Terminal,
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
    /// Every terminal.
    pub terminals: Vec<Terminal>,
    /// The models a session can be given.
    pub models: Vec<Model>,
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

/// The most sessions in the list of a first paint; the list loads more when it is scrolled.
#[cfg(feature = "ssr")]
const SESSIONS: u32 = 50;
/// The most events of a session in a first paint; older ones are loaded when the reader scrolls up.
#[cfg(feature = "ssr")]
const EVENTS: u32 = 100;

/// What the page at `path` (with or without its query) is drawn from. A session that does not exist gives a page without it.
///
/// # Errors
/// Whatever the engine refuses, other than an unknown id.
#[cfg(feature = "ssr")]
pub async fn load(
    path: &str,
    engine: &crate::engine::Engine,
    request: &crate::engine::RequestContext,
    build: &str,
    now: crate::time::Millis,
) -> Result<Boot, crate::error::AppError> {
    use crate::{approvals::model::ApprovalStatus, sessions::model::SessionFilter};

    let bare = Boot {
        viewer: request.viewer.clone(),
        theme: request.theme,
        build: build.to_owned(),
        now,
        ..Boot::default()
    };
    let Some(who) = &request.viewer else {
        return Ok(bare);
    };
    let place = Place::of(path);
    if matches!(place, Place::SignIn) {
        return Ok(bare);
    }
    let project_id = match &place {
        Place::Project(id) => Some(*id),
        _ => None,
    };
    let filter = SessionFilter { project_id, limit: Some(SESSIONS), ..SessionFilter::default() };
    let open = match place {
        Place::Session(id) => open(engine, who, id).await?,
        _ => None,
    };
    Ok(Boot {
        projects: engine.projects.list(who).await?,
        approvals: engine.approvals.list(who, Some(ApprovalStatus::Pending), None).await?,
        sessions: engine.sessions.list(who, filter).await?,
        terminals: engine.terminals.list(who, None).await?,
        models: engine.sessions.models(who).await?,
        claude: engine.settings.claude(who).await?,
        open,
        ..bare
    })
}

#[cfg(feature = "ssr")]
async fn open(
    engine: &crate::engine::Engine,
    who: &Viewer,
    id: crate::ids::SessionId,
) -> Result<Option<OpenSession>, crate::error::AppError> {
    use crate::{error::ErrorCode, sessions::port::Window};

    match engine.sessions.get(who, id).await {
        Ok(page) => {
            let events = engine.sessions.events(who, id, Window::Tail, EVENTS).await?;
            Ok(Some(OpenSession { page, events }))
        }
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What an address asks for, as far as the first paint cares.
#[cfg(feature = "ssr")]
#[derive(Debug, PartialEq, Eq)]
enum Place {
    SignIn,
    Session(crate::ids::SessionId),
    Project(crate::ids::ProjectId),
    Other,
}

#[cfg(feature = "ssr")]
impl Place {
    fn of(path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("project=")?.parse().ok());
        match (parts.next(), parts.next().map(str::to_owned)) {
            (Some("sign-in"), None) => Self::SignIn,
            (Some("sessions"), Some(id)) => id.parse().map_or(Self::Other, Self::Session),
            (Some("projects"), Some(id)) => id.parse().map_or(Self::Other, Self::Project),
            (Some("sessions" | "new"), None) => asked.map_or(Self::Other, Self::Project),
            _ => Self::Other,
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::ids::{ProjectId, SessionId};

    #[test]
    fn an_address_says_what_is_asked_for() {
        let id = uuid::Uuid::from_u128(7);
        assert_eq!(Place::of("/sign-in"), Place::SignIn);
        assert_eq!(Place::of(&format!("/sessions/{id}")), Place::Session(SessionId(id)));
        assert_eq!(Place::of(&format!("/sessions/{id}?project={id}")), Place::Session(SessionId(id)));
        assert_eq!(Place::of(&format!("/sessions?a=b&project={id}")), Place::Project(ProjectId(id)));
        assert_eq!(Place::of(&format!("/projects/{id}/")), Place::Project(ProjectId(id)));
        for other in ["/", "", "/sessions/none", "/projects", "/sessions?project=none"] {
            assert_eq!(Place::of(other), Place::Other, "{other}");
        }
    }
}
