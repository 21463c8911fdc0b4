//! What the engine must do when git is told something that takes its time. Every call takes the viewer who asks; 404 for an
//! unknown project, 409 where its directory cannot be used.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::{
    auth::model::Viewer,
    error::AppError,
    git::model::run::{Command, Run, RunNews},
    ids::{ProjectId, RunId},
};

/// Runs of git: one at a time in a project. A run goes on when the one who asked goes away.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Begins to do it. Hooks of the repository are run. 403 where nobody trusted the project; 409 if another run is under way,
    /// if what is there is not what was shown, or if it is certain that git would refuse; 400 for a command that makes no sense.
    async fn start(&self, who: &Viewer, id: ProjectId, command: Command) -> Result<Run, AppError>;
    /// The last run, under way or ended.
    async fn last(&self, who: &Viewer, id: ProjectId) -> Result<Option<Run>, AppError>;
    /// What the run printed, at most the last 1,000 lines, what it prints, and its end. 404 for a run that is not the last.
    async fn follow(
        &self,
        who: &Viewer,
        id: ProjectId,
        run: RunId,
    ) -> Result<BoxStream<'static, RunNews>, AppError>;
    /// Ends the run, with the time that git needs to put its locks away; nothing if it has ended. 404 as above.
    async fn cancel(&self, who: &Viewer, id: ProjectId, run: RunId) -> Result<(), AppError>;
}
