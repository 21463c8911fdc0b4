//! How a project's directory gets another branch: who is asked first, and who is told after. Git does the work.

use std::path::Path;

use app::{error::AppError, git::model::SwitchBranch, ids::ProjectId, projects::model::Project};

use super::{GitEngine, Repository, look::top, switch::switch};
use crate::offload::blocking;

impl GitEngine {
    /// Checks a branch out unless a session is at work on the same files, and tells of every project that is on them.
    pub(super) async fn switch(&self, id: ProjectId, to: SwitchBranch) -> Result<Project, AppError> {
        let git = self.trusted(id).await?;
        let _alone = self.writers.alone(&git).await;
        let around = self.around(id, &git).await?;
        refuse_working(&around.working, "the branch is changed")?;
        switch(&git, &to).await?;
        for other in around.projects.into_iter().filter(|other| *other != id) {
            self.projects.changed(other).await?;
        }
        self.projects.changed(id).await
    }

    /// Who else is on the files of this work tree.
    pub(super) async fn around(&self, id: ProjectId, git: &Repository) -> Result<Around, AppError> {
        let working = self.projects.at_work().await?;
        let all = self.projects.directories().await?;
        let dir = git.dir.clone();
        blocking(move || {
            let Some(found) = top(&dir) else {
                return Around { projects: vec![id], working: Vec::new() };
            };
            let inside = |path: &Path| top(path).as_ref() == Some(&found);
            let projects = all.iter().filter(|(_, path)| inside(path)).map(|(id, _)| *id).collect();
            let working = working.into_iter().filter(|(path, _)| inside(path)).map(|(_, name)| name);
            Around { projects, working: working.collect() }
        })
        .await
    }
}

/// What is on the files of one work tree.
pub(super) struct Around {
    /// The projects, the one that was asked for among them.
    pub(super) projects: Vec<ProjectId>,
    /// The names of the sessions that are at work.
    pub(super) working: Vec<String>,
}

/// 409 that names the sessions whose files would change under them; `before` reads like `the branch is changed`.
pub(super) fn refuse_working(names: &[String], before: &str) -> Result<(), AppError> {
    let message = match names {
        [] => return Ok(()),
        [one] => format!("“{one}” is at work in this directory."),
        [one, another] => format!("“{one}” and “{another}” are at work in this directory."),
        [one, rest @ ..] => {
            format!("“{one}” and {} other sessions are at work in this directory.", rest.len())
        }
    };
    Err(AppError::conflict("at_work", format!("{message} Wait, or stop what runs, before {before}.")))
}
