//! The files of real directories through the port: what is shown of them, and what is refused. Every directory is temporary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod changes;
mod edit;
mod names;
mod text;
mod traps;
mod tree;
mod watch;

use std::{os::unix::ffi::OsStrExt, path::Path, sync::Arc};

use app::{
    auth::model::Viewer,
    files::{model::ListOptions, port::Files},
    ids::ProjectId,
    projects::{model::NewProject, port::Projects},
};
use server::{
    auth::AuthEngine, bus::Bus, config::Config, db::Db, files::FilesEngine, projects::ProjectsEngine,
};

/// Everything that can be left out is shown.
const ALL: ListOptions = ListOptions { hidden: true, ignored: true, skip: 0 };

/// A project in a directory of its own, with another directory beside it that nobody may see.
struct Place {
    files: FilesEngine,
    projects: ProjectsEngine,
    who: Viewer,
    id: ProjectId,
    dir: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("project")).unwrap();
        std::fs::create_dir(dir.path().join("outside")).unwrap();
        std::fs::write(dir.path().join("outside/secret"), "a needle of others").unwrap();
        let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
        let auth = AuthEngine::new(db.clone(), true).await.unwrap();
        let who = auth.by_loopback([127, 0, 0, 1].into()).unwrap();
        let mut config = Config::default();
        // Trust is told to the CLI too, in its own file.
        let claude = dir.path().join("claude").display().to_string();
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), claude);
        let projects = ProjectsEngine::new(db, Bus::default(), Arc::new(config));
        let path = dir.path().join("project").to_str().unwrap().to_owned();
        let project = projects.add(&who, NewProject { path: Some(path), name: None }).await.unwrap();
        Self {
            files: FilesEngine::new(projects.clone(), dir.path().join("trash")),
            projects,
            who,
            id: project.id,
            dir,
        }
    }

    /// The same, trusted.
    async fn trusted() -> Self {
        let place = Self::new().await;
        place.projects.trust(&place.who, place.id).await.unwrap();
        place
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("project")
    }

    /// Writes a file below the project, with the folders it needs.
    fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn link(&self, target: impl AsRef<Path>, path: &str) {
        std::os::unix::fs::symlink(target, self.root().join(path)).unwrap();
    }

    /// A pipe that nobody writes to.
    fn pipe(&self, path: &str) {
        let path = self.root().join(path);
        rustix::fs::mkfifoat(rustix::fs::CWD, path.as_os_str().as_bytes(), 0o600.into()).unwrap();
    }

    /// The names of one level.
    async fn names(&self, path: &str, options: ListOptions) -> Vec<String> {
        let listing = self.files.list(&self.who, self.id, path, options).await.unwrap();
        listing.entries.into_iter().map(|entry| entry.name).collect()
    }
}
