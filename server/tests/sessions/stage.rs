//! A stage for stories: a database, a trusted project, the engine, and real keepers around the echo agent.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::{
    approvals::{
        model::{Approval, ApprovalStatus, Decision, Verdict},
        port::Approvals,
    },
    auth::model::{Identity, Viewer},
    ids::{MessageId, ProjectId, SessionId},
    sessions::{
        event::{Event, EventBody},
        model::{Mode, NewMessage, NewSession, Session, Status, Surface},
        port::{Sessions, Window},
    },
};
use server::{
    approvals::ApprovalsEngine, bus::Bus, config::Config, db::Db, projects::ProjectsEngine,
    sessions::SessionsEngine, terminals::TerminalsEngine, worktrees::WorktreesEngine,
};
use tempfile::TempDir;
use uuid::Uuid;

/// How long a story waits for something to happen before it fails; nothing here is measured.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub dir: TempDir,
    pub config: Arc<Config>,
    pub db: Db,
    pub engine: Arc<SessionsEngine>,
    pub approvals: ApprovalsEngine,
    pub terminals: TerminalsEngine,
    pub worktrees: WorktreesEngine,
    pub project: ProjectId,
    pub who: Viewer,
}

fn exe() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_roost"))
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A stage whose configuration is changed first.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project_dir = dir.path().join("project");
        std::fs::create_dir(&project_dir).unwrap();
        let agent = dir.path().join("claude");
        std::fs::write(&agent, format!("#!/bin/sh\nexec {} echo-agent -- \"$@\"\n", exe().display()))
            .unwrap();
        std::fs::set_permissions(&agent, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut config = Config { home: dir.path().join("home"), ..Config::default() };
        config.claude.binary = Some(agent);
        change(&mut config);
        std::fs::create_dir(&config.home).unwrap();
        let config = Arc::new(config);
        let db = Db::open(&config.home.join("roost.db")).await.unwrap();
        let project = ProjectId(Uuid::new_v4());
        let mut tx = db.write().await.unwrap();
        sqlx::query("insert into projects (id, name, path, position, trusted_at, trusted_by, created_at) values (?, 'project', ?, 0, 1, 'test', 1)")
            .bind(project.to_string())
            .bind(project_dir.to_str().unwrap())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let who = Viewer { identity: Identity::Open, label: "Ada".to_owned() };
        let (engine, approvals, terminals, worktrees) = start(&db, &config).await;
        Self { dir, config, db, engine, approvals, terminals, worktrees, project, who }
    }

    /// A second server on the same home. The first one ends between two steps, wherever it stands.
    pub(crate) async fn restart(&mut self) {
        self.engine.let_go().await;
        let db = Db::open(&self.config.home.join("roost.db")).await.unwrap();
        (self.engine, self.approvals, self.terminals, self.worktrees) = start(&db, &self.config).await;
        self.db = db;
    }

    pub(crate) fn prompt(&self, prompt: &str) -> NewSession {
        NewSession {
            project_id: self.project,
            prompt: prompt.to_owned(),
            mode: Mode::Job,
            surface: Surface::Chat,
            model: None,
            effort: None,
            permission_mode: None,
            confirm: None,
            images: Vec::new(),
            name: None,
            worktree: None,
        }
    }

    pub(crate) async fn create(&self, prompt: &str) -> SessionId {
        self.engine.create(&self.who, self.prompt(prompt)).await.unwrap().id
    }

    pub(crate) async fn send(&self, id: SessionId, text: &str) -> Session {
        let message = NewMessage { id: MessageId(Uuid::new_v4()), text: text.to_owned(), images: Vec::new() };
        self.engine.send(&self.who, id, message).await.unwrap()
    }

    pub(crate) async fn card(&self, id: SessionId) -> Session {
        self.engine.get(&self.who, id).await.unwrap().session
    }

    /// Waits until the card fits.
    pub(crate) async fn until(&self, id: SessionId, what: &str, fits: impl Fn(&Session) -> bool) -> Session {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let card = self.card(id).await;
            if fits(&card) {
                return card;
            }
            assert!(
                tokio::time::Instant::now() < end,
                "never {what}: {card:#?}\n{:#?}",
                self.bodies(id).await
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn until_status(&self, id: SessionId, status: Status) -> Session {
        self.until(id, status.as_str(), |card| card.status == status).await
    }

    /// The whole history.
    pub(crate) async fn events(&self, id: SessionId) -> Vec<Event> {
        let mut all: Vec<Event> = Vec::new();
        loop {
            let after = all.last().map_or(0, |event| event.seq);
            let page = self.engine.events(&self.who, id, Window::After(after), 1_000).await.unwrap();
            if page.events.is_empty() {
                return all;
            }
            all.extend(page.events);
        }
    }

    pub(crate) async fn bodies(&self, id: SessionId) -> Vec<EventBody> {
        self.events(id).await.into_iter().map(|event| event.body).collect()
    }

    /// What the agent said, in order.
    pub(crate) async fn said(&self, id: SessionId) -> Vec<String> {
        let bodies = self.bodies(id).await.into_iter();
        bodies
            .filter_map(
                |body| if let EventBody::AssistantText { text, .. } = body { Some(text) } else { None },
            )
            .collect()
    }

    /// The approval that waits in this session.
    pub(crate) async fn pending(&self, id: SessionId) -> Approval {
        self.until(id, "asked", |card| card.waiting > 0).await;
        self.approvals.list(&self.who, Some(ApprovalStatus::Pending), Some(id)).await.unwrap().remove(0)
    }

    pub(crate) async fn allow(&self, approval: &Approval) -> Result<Approval, app::error::AppError> {
        self.approvals.decide(&self.who, approval.id, decision(Verdict::Allow, approval)).await
    }
}

pub(crate) fn decision(decision: Verdict, approval: &Approval) -> Decision {
    Decision::new(decision, &approval.digest)
}

async fn start(
    db: &Db,
    config: &Arc<Config>,
) -> (Arc<SessionsEngine>, ApprovalsEngine, TerminalsEngine, WorktreesEngine) {
    let bus = Bus::default();
    let terminals = TerminalsEngine::start(db.clone(), bus.clone(), config.clone(), exe()).await.unwrap();
    let projects = ProjectsEngine::new(db.clone(), bus.clone(), config.clone());
    let worktrees = WorktreesEngine::new(db.clone(), config.clone(), projects, terminals.clone());
    let engine = SessionsEngine::start(
        db.clone(),
        bus.clone(),
        config.clone(),
        exe(),
        terminals.clone(),
        worktrees.clone(),
    );
    let engine = Arc::new(engine.await.unwrap());
    let approvals = ApprovalsEngine::start(db.clone(), bus, engine.clone());
    (engine, approvals, terminals, worktrees)
}

/// Ends what a story left alive, whichever way it ended: every keeper answers to a terminate by ending its agent.
impl Drop for Stage {
    fn drop(&mut self) {
        let dirs = ["keepers", "terminals"].map(|name| std::fs::read_dir(self.config.home.join(name)));
        for entry in dirs.into_iter().flatten().flatten().flatten() {
            let info = std::fs::read(entry.path().join("keeper.json")).unwrap_or_default();
            let info: serde_json::Value = serde_json::from_slice(&info).unwrap_or_default();
            let pid = info["keeper_pid"].as_i64().and_then(|pid| rustix::process::Pid::from_raw(pid as i32));
            if let Some(pid) = pid {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            }
        }
    }
}
