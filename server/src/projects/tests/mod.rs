//! The engine on a fresh database, with temporary directories and the real git. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod confined;
mod registry;

use std::{fs, path::Path};

use app::{auth::model::Identity, error::ErrorCode, ids::SessionId};
use tempfile::TempDir;

use super::*;
use crate::{
    db::test_db,
    git::GitEngine,
    keeper::{Exec, exec},
    terminals::TerminalsEngine,
    worktrees::WorktreesEngine,
};

pub(crate) struct Home {
    pub(crate) engine: ProjectsEngine,
    pub(crate) git: GitEngine,
    pub(crate) bus: Bus,
    pub(crate) dir: TempDir,
    _db: TempDir,
    pub(crate) who: Viewer,
}

impl Home {
    pub(crate) async fn new() -> Self {
        let (db, _db) = test_db().await;
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config {
            home: dir.path().join("home"),
            projects_root: dir.path().join("root"),
            ..Config::default()
        };
        let cli = dir.path().join("cli").to_str().unwrap().to_owned();
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), cli);
        let bus = Bus::default();
        let engine = ProjectsEngine::new(db, bus.clone(), Arc::new(config));
        let git = GitEngine::new(engine.db.clone(), engine.clone(), dir.path().join("home"));
        Self {
            engine,
            git,
            bus,
            dir,
            _db,
            who: Viewer { identity: Identity::Open, label: "Test".to_owned() },
        }
    }

    pub(crate) async fn worktrees(&self) -> WorktreesEngine {
        let (db, config) = (self.engine.db.clone(), Arc::clone(&self.engine.config));
        // No program is started here: that takes the binary.
        let exe = PathBuf::from("/nowhere");
        let terminals = TerminalsEngine::start(db.clone(), self.bus.clone(), Arc::clone(&config), exe).await;
        WorktreesEngine::new(db, config, self.engine.clone(), terminals.unwrap())
    }

    pub(crate) async fn add(&self, path: &Path) -> Result<Project, AppError> {
        let path = Some(path.to_str().unwrap().to_owned());
        self.engine.add(&self.who, NewProject { path, name: None }).await
    }

    pub(crate) async fn directory(&self, name: &str) -> Project {
        let path = self.dir.path().join(name);
        fs::create_dir(&path).unwrap();
        self.add(&path).await.unwrap()
    }

    /// A project whose directory is a repository with one commit of `a.txt` and `gone.txt`.
    pub(crate) async fn repository(&self, name: &str) -> (Project, PathBuf) {
        let project = self.directory(name).await;
        let path = PathBuf::from(&project.path);
        git(&path, &["init", "--quiet", "--initial-branch=main"]).await;
        fs::write(path.join("a.txt"), "one\ntwo\nthree\n").unwrap();
        fs::write(path.join("gone.txt"), "x\n").unwrap();
        commit(&path).await;
        (project, path)
    }

    pub(crate) async fn session(&self, project: ProjectId, status: &str, waits: bool) -> SessionId {
        let mut tx = self.engine.db.write().await.unwrap();
        let id = queries::insert_session(&mut tx, project, status, waits).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(crate) async fn terminal(&self, project: ProjectId, session: Option<SessionId>, status: &str) {
        let mut tx = self.engine.db.write().await.unwrap();
        queries::insert_terminal(&mut tx, project, session, status).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn patch(&self, id: ProjectId, patch: ProjectPatch) -> Result<Project, AppError> {
        self.engine.update(&self.who, id, patch).await
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        self.engine.list(&self.who).await.unwrap().into_iter().map(|project| project.name).collect()
    }
}

impl ProjectsEngine {
    /// Makes the next look at every directory a fresh one.
    pub(crate) fn forget_looks(&self) {
        self.seen().clear();
    }
}

pub(crate) async fn git(dir: &Path, args: &[&str]) {
    let output = exec(Exec::new("git", dir).args(args)).await.unwrap();
    assert!(output.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) async fn commit(dir: &Path) {
    git(dir, &["add", "."]).await;
    git(dir, &["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "-m", "x"]).await;
}

pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, AppError>, code: ErrorCode, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(words), "{error}");
}
