//! How a project's directory gets another branch: who is asked first, and who is told after. Git does the work.

use std::path::PathBuf;

use app::{
    error::{AppError, ErrorCode},
    ids::ProjectId,
    projects::model::{Project, SwitchBranch},
};

use super::{
    ProjectsEngine,
    checks::{blocking, usable},
    git, git_of, queries,
};

impl ProjectsEngine {
    /// Checks a branch out unless a session is at work on the same files, and tells of every project that is on them.
    pub(super) async fn switch(&self, id: ProjectId, to: SwitchBranch) -> Result<Project, AppError> {
        let row = self.row(id).await?;
        if row.archived {
            return Err(AppError::conflict("archived", "The project is archived. Take it back first."));
        }
        if row.trust.is_none() {
            let message =
                "Nobody has trusted this directory yet. Look at what it would run, and trust it first.";
            return Err(AppError::new(ErrorCode::Untrusted, message).with(row.path));
        }
        let dir = usable(&row).await?;
        let _alone = self.switching.lock().await;
        let working = queries::at_work(self.db.read()).await?;
        let all = queries::all(self.db.read()).await?;
        let (here, in_the_way) = blocking(move || {
            let Some(top) = git::top(&dir) else { return (vec![id], Vec::new()) };
            let inside = |path: &str| git::top(&PathBuf::from(path)).as_ref() == Some(&top);
            let here: Vec<ProjectId> = all.iter().filter(|row| inside(&row.path)).map(|row| row.id).collect();
            let in_the_way = working.into_iter().filter(|(path, _)| inside(path)).map(|(_, name)| name);
            (here, in_the_way.collect::<Vec<_>>())
        })
        .await?;
        refuse_working(&in_the_way)?;
        git::switch(&git_of(&row), &to).await?;
        for other in &here {
            self.seen().remove(other);
        }
        for other in here.into_iter().filter(|other| *other != id) {
            self.announce(other).await?;
        }
        self.announce(id).await
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
