//! The port of worktrees, answering with one value of everything that is said of them, filled to the brim.

use app::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, SessionId, TrashId},
    time::Millis,
    worktrees::{
        model::{
            BringBack, RemoveWorktree, SessionThere, SetUp, Size, Standing, TrashedWorktree, Worktree,
            WorktreeSettings, WorktreeState, Worktrees as All,
        },
        port::Worktrees,
    },
};
use async_trait::async_trait;

use super::{
    fakes::{Fakes, known},
    sample::ID,
};

fn all() -> All {
    let worktree = Worktree {
        id: Some(ProjectId(ID)),
        path: "/srv/sample.worktrees/fix".to_owned(),
        branch: Some("fix".to_owned()),
        base: Some("main".to_owned()),
        state: WorktreeState::Ready,
        setup: SetUp::Failed,
        standing: Some(Standing { uncommitted: 1, ahead: Some(2), behind: Some(0), unsaved: 2 }),
        locked: Some("on a stick".to_owned()),
        size: Some(Size { bytes: 4096, more: false }),
        sessions: vec![SessionThere { id: SessionId(ID), name: "Fix".to_owned(), live: true }],
        busy: vec!["Fix".to_owned()],
        copied: vec![".env".to_owned()],
        created_at: Some(Millis(1)),
    };
    let trashed = TrashedWorktree {
        id: TrashId(ID),
        path: "/srv/sample.worktrees/old".to_owned(),
        branch: Some("old".to_owned()),
        by: "laptop".to_owned(),
        at: Millis(1),
        expires_at: Millis(2),
        bytes: 4096,
        kept_in: "/home/x/.roost/trash".to_owned(),
    };
    let settings = WorktreeSettings { copy: ".env*".to_owned(), setup: "make".to_owned() };
    All { worktrees: vec![worktree], trash: vec![trashed], settings }
}

#[async_trait]
impl Worktrees for Fakes {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<All, AppError> {
        known(project.0, "project").map(|()| all())
    }
    async fn change_settings(
        &self,
        _who: &Viewer,
        project: ProjectId,
        _settings: WorktreeSettings,
    ) -> Result<(), AppError> {
        known(project.0, "project")
    }
    async fn bring_back(&self, _who: &Viewer, project: ProjectId, _wish: BringBack) -> Result<(), AppError> {
        known(project.0, "project")
    }
    async fn remove(&self, _who: &Viewer, project: ProjectId, _wish: RemoveWorktree) -> Result<(), AppError> {
        known(project.0, "project")
    }
    async fn put_back(&self, _who: &Viewer, project: ProjectId, _id: TrashId) -> Result<(), AppError> {
        known(project.0, "project")
    }
    async fn discard(&self, _who: &Viewer, project: ProjectId, _id: TrashId) -> Result<(), AppError> {
        known(project.0, "project")
    }
}
