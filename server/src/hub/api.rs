//! The server's HTTP API, as far as the hub uses it. Every refusal comes back as the server's own sentence.

use app::{
    approvals::model::Decision,
    error::{AppError, ErrorCode},
    git::model::{Branches, Changes, SwitchBranch},
    ids::{ApprovalId, ProjectId, SessionId, TerminalId},
    projects::model::Project,
    sessions::model::Act,
    terminals::model::Terminal,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{
    cards::{Session, cards},
    place::Place,
};
use crate::http::ErrorBody;

/// Sessions on a page of the server.
const PAGE: usize = 200;
/// Sessions that are listed, about; who has more finds the oldest on the web page.
const MOST: usize = 20_000;

/// A caller of the server; cheap to clone.
#[derive(Clone)]
pub(super) struct Api {
    place: Place,
    client: Client,
}

/// Everything that the list is made of.
#[derive(Debug)]
pub(super) struct Lists {
    pub sessions: Vec<Session>,
    pub terminals: Vec<Terminal>,
    pub approvals: Vec<Value>,
    pub projects: Vec<Value>,
}

type Answer<T> = Result<T, AppError>;

impl Api {
    pub(super) fn new(place: Place) -> anyhow::Result<Self> {
        // A proxy of the environment has no business between two programs of one machine.
        Ok(Self { place, client: Client::builder().no_proxy().build()? })
    }

    /// Every list anew; of the sessions only those that are not archived.
    pub(super) async fn lists(&self) -> Answer<Lists> {
        Ok(Lists {
            sessions: self.sessions(false).await?,
            terminals: cards(&self.list("terminals").await?),
            approvals: self.list("approvals?status=pending").await?,
            projects: self.list("projects?worktrees=true").await?,
        })
    }

    /// The archived sessions.
    pub(super) async fn archived(&self) -> Answer<Vec<Session>> {
        self.sessions(true).await
    }

    /// All sessions, the archived ones or the others, page by page from the latest on.
    async fn sessions(&self, archived: bool) -> Answer<Vec<Session>> {
        let (mut all, mut before, mut pages) = (BTreeMap::new(), i64::MAX, 0);
        while all.len() < MOST {
            let (page, known) = (self.page(archived, before).await?, all.len());
            pages += 1;
            all.extend(cards(&page).into_iter().map(|card: Session| (card.id, card)));
            let last =
                page.last().filter(|_| page.len() >= PAGE).and_then(|card| card["updated_at"].as_i64());
            let Some(last) = last else { break };
            // More may have changed in the millisecond of the last one. A page that brings none of them is stepped over.
            before = if all.len() > known { last.saturating_add(1) } else { last };
        }
        if pages > 1 {
            // What changed meanwhile went to the front, past the page that was asked for.
            let first = self.page(archived, i64::MAX).await?;
            all.extend(cards(&first).into_iter().map(|card: Session| (card.id, card)));
        }
        Ok(all.into_values().collect())
    }

    async fn page(&self, archived: bool, before: i64) -> Answer<Vec<Value>> {
        self.list(&format!("sessions?limit={PAGE}&archived={archived}&before={before}")).await
    }

    /// A page of a session's events: its end, or what comes before a number.
    pub(super) async fn events(&self, id: SessionId, before: Option<u64>) -> Answer<Vec<Value>> {
        let before = before.map(|seq| format!("?before={seq}")).unwrap_or_default();
        let page = self.ask(Method::GET, &format!("sessions/{id}/events{before}"), None).await?;
        Ok(page["events"].as_array().cloned().unwrap_or_default())
    }

    /// What is changed in a project, and what git says of it.
    pub(super) async fn changes(&self, id: ProjectId) -> Answer<Changes> {
        one(&self.ask(Method::GET, &format!("projects/{id}/changes"), None).await?)
    }

    /// The branches of a project.
    pub(super) async fn branches(&self, id: ProjectId) -> Answer<Branches> {
        one(&self.ask(Method::GET, &format!("projects/{id}/branches"), None).await?)
    }

    /// Checks a branch of a project out, or makes it.
    pub(super) async fn switch(&self, id: ProjectId, to: &SwitchBranch) -> Answer<Project> {
        one(&self.ask(Method::POST, &format!("projects/{id}/branch"), Some(json!(to))).await?)
    }

    /// Asks something of a session that needs no word more.
    pub(super) async fn act(&self, id: SessionId, act: Act) -> Answer<Session> {
        let word = Act::ALL.into_iter().find(|(one, _)| *one == act).map_or("", |(_, word)| word);
        one(&self.ask(Method::POST, &format!("sessions/{id}/{word}"), None).await?)
    }

    /// Says something to a session.
    pub(super) async fn send(&self, id: SessionId, text: &str) -> Answer<Session> {
        let say = json!({"id": uuid::Uuid::new_v4(), "text": text});
        one(&self.ask(Method::POST, &format!("sessions/{id}/messages"), Some(say)).await?)
    }

    /// Renames a session.
    pub(super) async fn rename_session(&self, id: SessionId, name: &str) -> Answer<Session> {
        one(&self.ask(Method::PATCH, &format!("sessions/{id}"), Some(json!({"name": name}))).await?)
    }

    /// Renames a terminal.
    pub(super) async fn rename_terminal(&self, id: TerminalId, name: &str) -> Answer<Terminal> {
        one(&self.ask(Method::PATCH, &format!("terminals/{id}"), Some(json!({"name": name}))).await?)
    }

    /// Starts a session.
    pub(super) async fn create(&self, new: Value) -> Answer<Session> {
        one(&self.ask(Method::POST, "sessions", Some(new)).await?)
    }

    /// The terminal of a session, which runs once this returns; a chat session that rests is moved into one.
    pub(super) async fn move_to_terminal(&self, id: SessionId) -> Answer<Terminal> {
        one(&self.ask(Method::POST, &format!("sessions/{id}/terminal"), None).await?)
    }

    /// Gives a session in a terminal back to the chat.
    pub(super) async fn move_to_chat(&self, id: SessionId) -> Answer<()> {
        self.ask(Method::POST, &format!("sessions/{id}/chat"), None).await.map(drop)
    }

    /// Opens a shell.
    pub(super) async fn open(&self, project: ProjectId) -> Answer<Terminal> {
        one(&self.ask(Method::POST, "terminals", Some(json!({"project_id": project}))).await?)
    }

    /// Starts the shell of a terminal anew.
    pub(super) async fn restart(&self, id: TerminalId) -> Answer<Terminal> {
        one(&self.ask(Method::POST, &format!("terminals/{id}/restart"), None).await?)
    }

    /// Ends what runs in a terminal and forgets it; 409 if a program has it, unless `force` is set.
    pub(super) async fn close(&self, id: TerminalId, force: bool) -> Answer<()> {
        self.ask(Method::DELETE, &format!("terminals/{id}?force={force}"), None).await.map(drop)
    }

    /// Answers an approval.
    pub(super) async fn decide(&self, id: ApprovalId, decision: &Decision) -> Answer<Value> {
        let decision = serde_json::to_value(decision).map_err(|error| unreadable(&error))?;
        self.ask(Method::POST, &format!("approvals/{id}"), Some(decision)).await
    }

    async fn list(&self, path: &str) -> Answer<Vec<Value>> {
        Ok(self.ask(Method::GET, path, None).await?.as_array().cloned().unwrap_or_default())
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer<Value> {
        let address = self.place.address().await.ok_or_else(offline)?;
        let request = self.client.request(method, format!("http://{address}/api/v1/{path}"));
        let request = request.header("authorization", self.place.bearer());
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await.map_err(|_| offline())?;
        let (status, bytes) = (answer.status(), answer.bytes().await.map_err(|_| offline())?);
        if status.is_success() {
            return if bytes.is_empty() { Ok(Value::Null) } else { one_of(&bytes) };
        }
        match serde_json::from_slice::<ErrorBody>(&bytes) {
            Ok(body) => Err(body.error),
            Err(_) => {
                Err(AppError::new(ErrorCode::Internal, format!("The server does not know this: {status}.")))
            }
        }
    }
}

fn one<T: serde::de::DeserializeOwned>(json: &Value) -> Answer<T> {
    T::deserialize(json).map_err(|error| unreadable(&error))
}

fn one_of(bytes: &[u8]) -> Answer<Value> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> AppError {
    AppError::new(ErrorCode::Internal, format!("The server's answer cannot be read: {error}."))
}

fn offline() -> AppError {
    AppError::new(ErrorCode::Offline, "The server cannot be reached right now.")
}
