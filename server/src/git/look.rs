//! The short look at a directory that every list of projects takes. Never waits long: what is slow stands as it was.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use app::git::model::GitSummary;

use super::{
    command::{QUICK, Repository},
    unpushed::unpushed,
};
use crate::{offload::blocking, projects::problem};

/// How long a look is good for.
const FRESH: Duration = Duration::from_secs(2);
/// How long a list spares a directory that took too long.
const SPARED: Duration = Duration::from_secs(30);

/// What a look at a directory found, and how long that may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) problem: Option<String>,
    pub(crate) git: Option<GitSummary>,
    pub(crate) fresh_for: Duration,
}

/// Looks at the directory; what git takes too long for still stands as it was `before`.
pub(crate) async fn see(git: &Repository, before: Option<GitSummary>) -> Seen {
    let dir = git.dir.clone();
    let look = blocking(move || (problem(&dir), top(&dir).is_some())).await;
    let (problem, work_tree) = look.unwrap_or_else(|error| (Some(error.message), false));
    if problem.is_some() || !work_tree {
        return Seen { problem, git: None, fresh_for: FRESH };
    }
    let (status, unpushed) = tokio::join!(git.status("normal", QUICK), unpushed(git));
    let unpushed = unpushed.unwrap_or_else(|_| before.as_ref().and_then(|before| before.unpushed));
    match status {
        Ok(status) => Seen { problem, git: status.map(|status| status.summary(unpushed)), fresh_for: FRESH },
        Err(error) => {
            tracing::debug!(%error, dir = %git.dir.display(), "git did not answer");
            Seen { problem, git: before, fresh_for: SPARED }
        }
    }
}

/// The first directory from this one upwards that has a `.git`; spares git where there is nothing for it.
pub(crate) fn top(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}
