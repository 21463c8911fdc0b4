//! How a project's directory gets another branch: who is asked first, and who is told after. Git does the work.

use std::path::Path;

use app::{error::AppError, git::model::SwitchBranch, ids::ProjectId, projects::model::Project};

use super::{GitEngine, Repository, look::top, switch::switch};
use crate::projects::blocking;

impl GitEngine {
    /// Checks a branch out unless a session is at work on the same files, and tells of every project that is on them.
    pub(super) async fn switch(&self, id: ProjectId, to: SwitchBranch) -> Result<Project, AppError> {
        let place = self.projects.trusted_place(id).await?;
        let git = Repository { dir: place.dir, trusted: place.trusted };
        let _alone = self.writing.lock().await;
        let working = self.projects.at_work().await?;
        let all = self.projects.directories().await?;
        let dir = git.dir.clone();
        let (here, in_the_way) = blocking(move || {
            let Some(found) = top(&dir) else { return (vec![id], Vec::new()) };
            let inside = |path: &Path| top(path).as_ref() == Some(&found);
            let here: Vec<ProjectId> =
                all.iter().filter(|(_, path)| inside(path)).map(|(id, _)| *id).collect();
            let in_the_way = working.into_iter().filter(|(path, _)| inside(path)).map(|(_, name)| name);
            (here, in_the_way.collect::<Vec<_>>())
        })
        .await?;
        refuse_working(&in_the_way)?;
        switch(&git, &to).await?;
        for other in here.into_iter().filter(|other| *other != id) {
            self.projects.changed(other).await?;
        }
        self.projects.changed(id).await
    }
}

/// 409 that names the sessions whose files would change under them.
fn refuse_working(names: &[String]) -> Result<(), AppError> {
    let message = match names {
        [] => return Ok(()),
        [one] => format!("“{one}” is at work in this directory."),
        [one, another] => format!("“{one}” and “{another}” are at work in this directory."),
        [one, rest @ ..] => {
            format!("“{one}” and {} other sessions are at work in this directory.", rest.len())
        }
    };
    Err(AppError::conflict(
        "at_work",
        format!("{message} Wait, or stop what runs, before the branch is changed."),
    ))
}
