//! The engine with real repositories and the real git, in temporary directories. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod ending;
mod making;

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::{
    error::ErrorCode,
    projects::{model::Project, port::Projects},
};

use super::*;
use crate::{
    keeper::{Exec, exec},
    projects::tests::{Home, commit, git, refused},
};

/// A trusted project in a repository, and the engine.
struct Trees {
    home: Home,
    engine: WorktreesEngine,
    project: Project,
    path: PathBuf,
}

impl Trees {
    async fn new() -> Self {
        let home = Home::new().await;
        let (project, path) = home.repository("p").await;
        let project = home.engine.trust(&home.who, project.id).await.unwrap();
        let engine = home.worktrees().await;
        Self { home, engine, project, path }
    }

    async fn make(&self, branch: &str) -> Result<Chosen, AppError> {
        let wish = InWorktree { branch: Some(branch.to_owned()), ..InWorktree::default() };
        self.engine.choose(self.project.id, &wish, "").await
    }

    async fn known(&self) -> usize {
        queries::known(self.engine.db.read()).await.unwrap().len()
    }

    fn beside(&self) -> PathBuf {
        self.home.dir.path().canonicalize().unwrap().join("p.worktrees")
    }
}

async fn printed(dir: &Path, args: &[&str]) -> String {
    let output = exec(Exec::new("git", dir).args(args)).await.unwrap();
    assert!(output.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
