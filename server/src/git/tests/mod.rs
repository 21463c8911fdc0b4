//! The engine with real repositories and the real git, in temporary directories. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod branches;
mod repositories;
mod staging;

use std::path::{Path, PathBuf};

use app::{
    error::ErrorCode,
    events::Push,
    git::model::{Operation, ShownFile},
    projects::{model::ProjectPatch, port::Projects},
};
use uuid::Uuid;

use super::*;
use crate::{
    keeper::{Exec, exec},
    projects::tests::{Home, commit, git, refused},
};

impl Home {
    async fn diff(&self, id: ProjectId, path: &str, group: ChangeGroup) -> Result<String, AppError> {
        self.git.diff(&self.who, id, path, group).await
    }
}
