//! The last run of each project: what it printed, how it ended, and who hears of it. In memory only; runs nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::{
    error::AppError,
    git::model::run::{Run, RunEnd, RunNews},
    ids::{ProjectId, RunId},
};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::print::Lines;

/// The runs, one a project.
#[derive(Clone, Debug, Default)]
pub(in crate::git) struct Registry(Arc<Mutex<HashMap<ProjectId, Arc<Live>>>>);

/// A run, under way or ended.
#[derive(Debug)]
pub(super) struct Live {
    state: Mutex<State>,
    /// Counts up whenever there is something new.
    news: watch::Sender<u64>,
    pub(super) stop: CancellationToken,
}

#[derive(Debug)]
struct State {
    run: Run,
    lines: Lines,
}

impl Registry {
    /// Puts a new run in the place of one that has ended; 409 while it has not.
    pub(super) fn begin(&self, project: ProjectId, run: Run) -> Result<Arc<Live>, AppError> {
        let mut all = self.all();
        if let Some(before) = all.get(&project).map(|live| live.run()).filter(|run| run.end.is_none()) {
            let message = format!("Git is at work here: {}. Wait, or cancel it.", before.command.words());
            return Err(AppError::conflict("busy", message));
        }
        let state = Mutex::new(State { run, lines: Lines::default() });
        let live = Arc::new(Live { state, news: watch::Sender::new(0), stop: CancellationToken::new() });
        all.insert(project, Arc::clone(&live));
        Ok(live)
    }

    /// Forgets a run that was refused before it began.
    pub(super) fn forget(&self, project: ProjectId, id: RunId) {
        self.all().retain(|one, live| *one != project || live.run().id != id);
    }

    /// The last one of the project.
    pub(super) fn last(&self, project: ProjectId) -> Option<Arc<Live>> {
        self.all().get(&project).cloned()
    }

    /// That very one; 404 if it is not the last.
    pub(super) fn find(&self, project: ProjectId, id: RunId) -> Result<Arc<Live>, AppError> {
        self.last(project).filter(|live| live.run().id == id).ok_or_else(|| AppError::not_found("run"))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ProjectId, Arc<Live>>> {
        // Every value in it is whole, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// The run as it is now.
    pub(super) fn run(&self) -> Run {
        self.state().run.clone()
    }

    /// All that it printed.
    pub(super) fn text(&self) -> String {
        self.state().lines.text()
    }

    /// Takes what git printed.
    pub(super) fn hear(&self, bytes: &[u8]) {
        self.state().lines.take(bytes);
        self.tell();
    }

    /// Takes that a call of git is over: its last line is one, whatever ends it.
    pub(super) fn finish_line(&self) {
        self.state().lines.finish();
        self.tell();
    }

    /// Takes how it ended.
    pub(super) fn end(&self, end: RunEnd) {
        self.state().run.end = Some(end);
        self.tell();
    }

    /// What it printed and prints, and its end.
    pub(super) fn follow(self: Arc<Self>) -> BoxStream<'static, RunNews> {
        let follower = Follower { news: self.news.subscribe(), live: self, at: 0, over: false };
        let news = stream::unfold(follower, |mut follower| async move {
            let news = follower.next().await?;
            Some((stream::iter(news), follower))
        });
        news.flatten().boxed()
    }

    fn tell(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every value in it is whole, whoever panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Follower {
    live: Arc<Live>,
    news: watch::Receiver<u64>,
    at: u64,
    over: bool,
}

impl Follower {
    /// What is new, once there is something; none behind the end.
    async fn next(&mut self) -> Option<Vec<RunNews>> {
        while !self.over {
            self.news.mark_unchanged();
            let (lines, end) = {
                let state = self.live.state();
                (state.lines.behind(self.at), state.run.end.clone())
            };
            self.at = lines.1;
            self.over = end.is_some();
            let news: Vec<RunNews> =
                lines.0.into_iter().map(RunNews::Printed).chain(end.map(RunNews::End)).collect();
            if !news.is_empty() {
                return Some(news);
            }
            self.news.changed().await.ok()?;
        }
        None
    }
}
