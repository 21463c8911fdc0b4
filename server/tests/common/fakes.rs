//! The ports, answering with samples: one id exists, every other is 404. What they were asked is kept for the test to read.

use std::sync::{Mutex, PoisonError};

use app::{
    approvals::{
        model::{Approval, ApprovalStatus, Decision},
        port::Approvals,
    },
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{
            Branches, ChangePage, Changes, Chosen, Comment, Discarded, FileDiff, NewComment, Side,
            SwitchBranch, WhichDiff,
        },
        port::{Git, Picture},
    },
    ids::{ApprovalId, AttachmentId, CommentId, DiscardId, MessageId, ProjectId, SessionId, TerminalId},
    memories::{
        model::{CompareMemory, Memories as Hierarchy, MemoryDifference, MemoryText, SaveMemory},
        port::Memories,
    },
    previews::{
        model::{Preview, Previews},
        port::Ports,
    },
    projects::{
        model::{NewProject, Project, ProjectPatch, TrustReport},
        port::Projects,
    },
    scheduled::{
        model::{Deletion, Schedule},
        port::Scheduled,
    },
    sessions::{
        event::EventPage,
        model::{
            Act, Blob, Fork, Model, NewMessage, NewSession, Session, SessionFilter, SessionPage,
            SessionPatch, Touch, TouchedFile,
        },
        port::{Sessions, Window},
    },
    settings::{
        model::{Claude, System},
        port::Settings,
    },
    terminals::{
        model::{NewTerminal, Terminal, TerminalPatch},
        port::Terminals,
    },
};
use async_trait::async_trait;
use server::{
    http::{Feed, Feeds, Sights},
    keeper::Size,
    sessions::FeedItem,
    terminals::{Attached, Looking},
};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::sample;

/// Every port at once.
pub struct Fakes {
    asked: Mutex<Vec<String>>,
    /// What followers are sent after the history.
    pub live: broadcast::Sender<FeedItem>,
}

impl Default for Fakes {
    fn default() -> Self {
        Self { asked: Mutex::default(), live: broadcast::channel(64).0 }
    }
}

impl Fakes {
    /// What was asked since the last time, in order.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn note(&self, what: impl Into<String>) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
    }

    fn session(&self, verb: &str, id: SessionId) -> Result<Session, AppError> {
        self.note(verb);
        known(id.0, "session").map(|()| sample::session())
    }
}

pub fn known(id: Uuid, what: &str) -> Result<(), AppError> {
    assert_ne!(id, sample::BROKEN, "a fault that a test asked for");
    if id == sample::ID { Ok(()) } else { Err(AppError::not_found(what)) }
}

#[async_trait]
impl Sessions for Fakes {
    async fn list(&self, _who: &Viewer, filter: SessionFilter) -> Result<Vec<Session>, AppError> {
        self.note(format!("list {filter:?}"));
        Ok(vec![sample::session(), sample::bare_session()])
    }
    async fn models(&self, _who: &Viewer) -> Result<Vec<Model>, AppError> {
        Ok(Model::aliases())
    }
    async fn get(&self, _who: &Viewer, id: SessionId) -> Result<SessionPage, AppError> {
        known(id.0, "session").map(|()| sample::page())
    }
    async fn events(
        &self,
        _who: &Viewer,
        id: SessionId,
        window: Window,
        limit: u32,
    ) -> Result<EventPage, AppError> {
        self.note(format!("{window:?} {limit}"));
        known(id.0, "session")?;
        let events = sample::events();
        Ok(EventPage { last_seq: events.len() as u64, events })
    }
    async fn output(&self, _who: &Viewer, id: SessionId, _seq: u64) -> Result<String, AppError> {
        known(id.0, "session").map(|()| "<script>".to_owned())
    }
    async fn raw(&self, _who: &Viewer, id: SessionId, _seq: u64) -> Result<String, AppError> {
        known(id.0, "session").map(|()| "{}".to_owned())
    }
    async fn touched(&self, _who: &Viewer, id: SessionId) -> Result<Vec<TouchedFile>, AppError> {
        known(id.0, "session")
            .map(|()| vec![TouchedFile { path: "/srv/a.rs".to_owned(), how: Touch::Edited }])
    }
    async fn image(&self, _who: &Viewer, id: SessionId, _seq: u64, n: u32) -> Result<Blob, AppError> {
        known(id.0, "session")?;
        let media_type = if n == 1 { "image/png" } else { "image/svg+xml" };
        Ok(Blob { media_type: media_type.to_owned(), bytes: b"bytes".to_vec() })
    }
    async fn attachment(
        &self,
        _who: &Viewer,
        id: SessionId,
        attachment: AttachmentId,
    ) -> Result<Blob, AppError> {
        known(id.0, "session")?;
        known(attachment.0, "attachment")?;
        Ok(Blob { media_type: "image/webp".to_owned(), bytes: b"bytes".to_vec() })
    }
    async fn create(&self, _who: &Viewer, new: NewSession) -> Result<Session, AppError> {
        self.session("create", SessionId(new.project_id.0))
    }
    async fn update(&self, _who: &Viewer, id: SessionId, _patch: SessionPatch) -> Result<Session, AppError> {
        self.session("update", id)
    }
    async fn send(&self, _who: &Viewer, id: SessionId, message: NewMessage) -> Result<Session, AppError> {
        self.session(&format!("send {}", message.text), id)
    }
    async fn edit_queued(
        &self,
        _who: &Viewer,
        id: SessionId,
        message: MessageId,
        text: &str,
    ) -> Result<(), AppError> {
        known(message.0, "message")?;
        self.session(&format!("edit {text}"), id).map(drop)
    }
    async fn recall(&self, _who: &Viewer, id: SessionId, message: MessageId) -> Result<(), AppError> {
        known(message.0, "message")?;
        self.session("recall", id).map(drop)
    }
    async fn act(&self, _who: &Viewer, id: SessionId, act: Act) -> Result<Session, AppError> {
        let word = Act::ALL.into_iter().find(|(one, _)| *one == act).map(|(_, word)| word);
        self.session(word.unwrap(), id)
    }
    async fn terminal(&self, _who: &Viewer, id: SessionId) -> Result<Terminal, AppError> {
        self.session("terminal", id).map(|_| sample::terminal())
    }
    async fn chat(&self, _who: &Viewer, id: SessionId, force: bool) -> Result<Session, AppError> {
        self.session(&format!("chat {force}"), id)
    }
    async fn fork(&self, _who: &Viewer, id: SessionId, _fork: Fork) -> Result<Session, AppError> {
        self.session("fork", id)
    }
}

#[async_trait]
impl Approvals for Fakes {
    async fn list(
        &self,
        _who: &Viewer,
        status: Option<ApprovalStatus>,
        _session: Option<SessionId>,
    ) -> Result<Vec<Approval>, AppError> {
        self.note(format!("approvals {status:?}"));
        Ok(vec![sample::approval()])
    }
    async fn decide(&self, _who: &Viewer, id: ApprovalId, decision: Decision) -> Result<Approval, AppError> {
        self.note(format!("decide {:?}", decision.decision));
        known(id.0, "approval").map(|()| sample::approval())
    }
}

#[async_trait]
impl Projects for Fakes {
    async fn list(&self, _who: &Viewer) -> Result<Vec<Project>, AppError> {
        Ok(vec![sample::project(), sample::bare_project()])
    }
    async fn get(&self, _who: &Viewer, id: ProjectId) -> Result<Project, AppError> {
        known(id.0, "project").map(|()| sample::project())
    }
    async fn add(&self, _who: &Viewer, _new: NewProject) -> Result<Project, AppError> {
        Ok(sample::project())
    }
    async fn update(&self, _who: &Viewer, id: ProjectId, _patch: ProjectPatch) -> Result<Project, AppError> {
        known(id.0, "project").map(|()| sample::bare_project())
    }
    async fn remove(&self, _who: &Viewer, id: ProjectId) -> Result<(), AppError> {
        known(id.0, "project")
    }
    async fn trust_report(&self, _who: &Viewer, id: ProjectId) -> Result<TrustReport, AppError> {
        known(id.0, "project").map(|()| sample::trust_report())
    }
    async fn trust(&self, _who: &Viewer, id: ProjectId) -> Result<Project, AppError> {
        known(id.0, "project").map(|()| sample::project())
    }
    async fn complete_path(&self, _who: &Viewer, _typed: &str) -> Result<Vec<String>, AppError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Git for Fakes {
    async fn changes(
        &self,
        _who: &Viewer,
        id: ProjectId,
        page: Option<ChangePage>,
    ) -> Result<Changes, AppError> {
        self.note(format!("changes {page:?}"));
        known(id.0, "project").map(|()| sample::changes())
    }
    async fn diff(
        &self,
        _who: &Viewer,
        id: ProjectId,
        which: WhichDiff,
        from: u32,
    ) -> Result<FileDiff, AppError> {
        self.note(format!("diff {which:?} {from}"));
        known(id.0, "project").map(|()| sample::diff())
    }
    async fn image(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _which: WhichDiff,
        _side: Side,
    ) -> Result<Picture, AppError> {
        known(id.0, "project").map(|()| sample::picture())
    }
    async fn stage(&self, _who: &Viewer, id: ProjectId, _what: Chosen) -> Result<(), AppError> {
        known(id.0, "project")
    }
    async fn discard(&self, _who: &Viewer, id: ProjectId, _what: Chosen) -> Result<Discarded, AppError> {
        known(id.0, "project").map(|()| sample::discarded())
    }
    async fn discarded(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<Discarded>, AppError> {
        known(id.0, "project").map(|()| vec![sample::discarded()])
    }
    async fn put_back(&self, _who: &Viewer, id: ProjectId, _discard: DiscardId) -> Result<(), AppError> {
        known(id.0, "project")
    }
    async fn comments(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<Comment>, AppError> {
        known(id.0, "project").map(|()| vec![sample::comment()])
    }
    async fn comment(&self, _who: &Viewer, id: ProjectId, _new: NewComment) -> Result<Comment, AppError> {
        known(id.0, "project").map(|()| sample::comment())
    }
    async fn edit_comment(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _comment: CommentId,
        _text: String,
    ) -> Result<(), AppError> {
        known(id.0, "project")
    }
    async fn remove_comments(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _comments: Vec<CommentId>,
    ) -> Result<(), AppError> {
        known(id.0, "project")
    }
    async fn branches(&self, _who: &Viewer, id: ProjectId) -> Result<Branches, AppError> {
        known(id.0, "project").map(|()| sample::branches())
    }
    async fn switch_branch(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _to: SwitchBranch,
    ) -> Result<Project, AppError> {
        known(id.0, "project").map(|()| sample::project())
    }
}

#[async_trait]
impl Ports for Fakes {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<Previews, AppError> {
        let off = Some("because".to_owned());
        known(project.0, "project").map(|()| Previews { off, served: vec![sample::preview()] })
    }
    async fn open(&self, _who: &Viewer, project: ProjectId, _port: u16) -> Result<Preview, AppError> {
        known(project.0, "project").map(|()| sample::preview())
    }
    async fn close(&self, _who: &Viewer, project: ProjectId, _port: u16) -> Result<(), AppError> {
        known(project.0, "project")
    }
}

#[async_trait]
impl Scheduled for Fakes {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<Schedule, AppError> {
        known(project.0, "project").map(|()| sample::schedule())
    }
    async fn delete(&self, _who: &Viewer, project: ProjectId, _task: &str) -> Result<Deletion, AppError> {
        known(project.0, "project").map(|()| Deletion::Asked)
    }
}

#[async_trait]
impl Memories for Fakes {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<Hierarchy, AppError> {
        known(project.0, "project").map(|()| sample::memories())
    }
    async fn read(&self, _who: &Viewer, project: ProjectId, _path: &str) -> Result<MemoryText, AppError> {
        known(project.0, "project").map(|()| sample::memory())
    }
    async fn save(
        &self,
        _who: &Viewer,
        project: ProjectId,
        _save: SaveMemory,
    ) -> Result<MemoryText, AppError> {
        known(project.0, "project").map(|()| sample::memory())
    }
    async fn compare(
        &self,
        _who: &Viewer,
        project: ProjectId,
        _compare: CompareMemory,
    ) -> Result<MemoryDifference, AppError> {
        let difference = MemoryDifference { current: sample::memory(), html: "<div></div>".to_owned() };
        known(project.0, "project").map(|()| difference)
    }
    async fn preview(&self, _who: &Viewer, text: String) -> Result<String, AppError> {
        Ok(text)
    }
}

#[async_trait]
impl Settings for Fakes {
    async fn system(&self, _who: &Viewer) -> Result<System, AppError> {
        Err(AppError::not_found("system"))
    }
    async fn claude(&self, _who: &Viewer) -> Result<Claude, AppError> {
        Ok(Claude::default())
    }
    async fn end_orphan(&self, _who: &Viewer, _id: &str) -> Result<(), AppError> {
        Err(AppError::not_found("orphan"))
    }
}

#[async_trait]
impl Terminals for Fakes {
    async fn list(&self, _who: &Viewer, project: Option<ProjectId>) -> Result<Vec<Terminal>, AppError> {
        self.note(format!("terminals {}", project.is_some()));
        Ok(vec![sample::terminal(), Terminal { reason: None, ..sample::terminal() }])
    }
    async fn of_session(&self, _who: &Viewer, session: SessionId) -> Result<Vec<Terminal>, AppError> {
        self.note("terminal of a session");
        let session_id = Some(session);
        Ok(vec![Terminal { session_id, ..sample::terminal() }])
    }
    async fn open(&self, _who: &Viewer, new: NewTerminal) -> Result<Terminal, AppError> {
        known(new.project_id.0, "project").map(|()| sample::terminal())
    }
    async fn update(
        &self,
        _who: &Viewer,
        id: TerminalId,
        _patch: TerminalPatch,
    ) -> Result<Terminal, AppError> {
        known(id.0, "terminal").map(|()| sample::terminal())
    }
    async fn restart(&self, _who: &Viewer, id: TerminalId) -> Result<Terminal, AppError> {
        known(id.0, "terminal").map(|()| sample::terminal())
    }
    async fn close(&self, _who: &Viewer, id: TerminalId, force: bool) -> Result<(), AppError> {
        self.note(format!("close {force}"));
        known(id.0, "terminal")
    }
}

#[async_trait]
impl Sights for Fakes {
    async fn attach(&self, _who: &Viewer, id: TerminalId, looking: Looking) -> Result<Attached, AppError> {
        self.note(format!("{looking:?}"));
        known(id.0, "terminal")?;
        Ok(Attached::Over(
            Some((Size { cols: 80, rows: 24 }, b"$ exit".to_vec())),
            "The shell ended.".to_owned(),
        ))
    }
}

/// The sample events in one piece, then whatever the test sends.
struct FakeFeed {
    history: Option<FeedItem>,
    live: broadcast::Receiver<FeedItem>,
}

#[async_trait]
impl Feeds for Fakes {
    async fn follow(&self, _who: &Viewer, id: SessionId, since: u64) -> Result<Box<dyn Feed>, AppError> {
        self.note(format!("follow {since}"));
        known(id.0, "session")?;
        let events: Vec<_> = sample::events().into_iter().filter(|event| event.seq > since).collect();
        let history = (!events.is_empty()).then_some(FeedItem::Events(events));
        Ok(Box::new(FakeFeed { history, live: self.live.subscribe() }))
    }
}

#[async_trait]
impl Feed for FakeFeed {
    async fn next(&mut self) -> Option<FeedItem> {
        match self.history.take() {
            Some(history) => Some(history),
            None => self.live.recv().await.ok(),
        }
    }
}
