//! The engine with real repositories and the real git, in temporary directories. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod branches;
mod by_line;
mod comments;
mod conversions;
mod discards;
mod history;
mod names;
mod over_ssh;
mod pick;
mod repositories;
mod shipping;
mod staging;

use std::path::{Path, PathBuf};

use app::{
    error::ErrorCode,
    events::Push,
    git::model::{ChangeGroup, DiffKind, DiffLine, LineKind, LineRange, Operation},
    projects::{model::ProjectPatch, port::Projects},
};
use uuid::Uuid;

use super::*;
use crate::{
    keeper::{Exec, exec},
    projects::tests::{Home, commit, git, refused},
};

impl Home {
    async fn diff(&self, id: ProjectId, path: &str, group: ChangeGroup) -> Result<FileDiff, AppError> {
        let which = WhichDiff { path: path.to_owned(), was: None, group };
        self.git.diff(&self.who, id, which, 0).await
    }
}

/// The lines of a change as git would print them.
fn printed(diff: &FileDiff) -> Vec<String> {
    let line = |line: &DiffLine| {
        let sign = match line.kind {
            LineKind::Common => ' ',
            LineKind::Added => '+',
            LineKind::Removed => '-',
        };
        format!("{sign}{}", line.text)
    };
    diff.hunks.iter().flat_map(|hunk| &hunk.lines).map(line).collect()
}
