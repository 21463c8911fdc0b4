//! The ports of commits and of runs of git, answering with samples.

use app::{
    auth::model::Viewer,
    error::AppError,
    git::{
        model::{
            FileDiff, Side,
            commit::{CommitStart, LastCommit},
            log::{
                Blame, BlamePart, ChangeOf, CommitFile, CommitView, Comparison, LogEntry, LogPage, LogQuery,
                StashEntry,
            },
            remote::{PullRequest, Remote, Remotes, Upstream},
            run::{Command, Join, Printed, Push, Run, RunEnd, RunNews},
        },
        port::{Picture, history::History, runs::Runs},
    },
    ids::{ProjectId, RunId},
    time::Millis,
};
use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};

use super::{
    fakes::{Fakes, known},
    sample,
};

#[async_trait]
impl History for Fakes {
    async fn commit_start(&self, _who: &Viewer, id: ProjectId) -> Result<CommitStart, AppError> {
        let last = LastCommit { id: "c0".to_owned(), message: "Fix".to_owned(), pushed: true };
        let start = CommitStart { last: Some(last), author: Some("A <a@b>".to_owned()), prepared: None };
        known(id.0, "project").map(|()| start)
    }
    async fn remotes(&self, _who: &Viewer, id: ProjectId) -> Result<Remotes, AppError> {
        let remote = Remote { name: "origin".to_owned(), url: "https://***@host/x".to_owned() };
        let upstream =
            Upstream { remote: "origin".to_owned(), branch: "main".to_owned(), ..Upstream::default() };
        let branch = Some("main".to_owned());
        let page = Some("https://host/x/compare/main...fix".to_owned());
        let request = PullRequest { remote: "origin".to_owned(), base: "main".to_owned(), page };
        let remotes = Remotes {
            remotes: vec![remote],
            branch,
            upstream: Some(upstream),
            default: None,
            pull_request: Some(request),
        };
        known(id.0, "project").map(|()| remotes)
    }
    async fn draft_prompt(&self, _who: &Viewer, id: ProjectId) -> Result<String, AppError> {
        known(id.0, "project").map(|()| "Write a message".to_owned())
    }
    async fn log(&self, _who: &Viewer, id: ProjectId, _query: LogQuery) -> Result<LogPage, AppError> {
        known(id.0, "project").map(|()| LogPage { commits: vec![entry()], more: true, shallow: true })
    }
    async fn commit(&self, _who: &Viewer, id: ProjectId, _commit: &str) -> Result<CommitView, AppError> {
        let commit = CommitView { commit: entry(), files: vec![file()], total: 1, ..CommitView::default() };
        known(id.0, "project").map(|()| commit)
    }
    async fn change(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _of: ChangeOf,
        _from: u32,
    ) -> Result<FileDiff, AppError> {
        known(id.0, "project").map(|()| sample::diff())
    }
    async fn changed_image(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _of: ChangeOf,
        _side: Side,
    ) -> Result<Picture, AppError> {
        known(id.0, "project").map(|()| sample::picture())
    }
    async fn compare(
        &self,
        _who: &Viewer,
        id: ProjectId,
        _base: &str,
        _other: &str,
    ) -> Result<Comparison, AppError> {
        let both = Comparison {
            commits: vec![entry()],
            files: vec![file()],
            ahead: 1,
            total: 1,
            ..Comparison::default()
        };
        known(id.0, "project").map(|()| both)
    }
    async fn blame(&self, _who: &Viewer, id: ProjectId, _path: &str, line: u32) -> Result<Blame, AppError> {
        let part = BlamePart { line, lines: vec!["root".to_owned()], ..BlamePart::default() };
        known(id.0, "project").map(|()| Blame { parts: vec![part], next: Some(line + 1) })
    }
    async fn stashes(&self, _who: &Viewer, id: ProjectId) -> Result<Vec<StashEntry>, AppError> {
        known(id.0, "project").map(|()| vec![StashEntry::default()])
    }
}

fn entry() -> LogEntry {
    let (parents, refs) = (vec!["b1".to_owned()], vec!["HEAD -> main".to_owned()]);
    LogEntry { id: "c0".to_owned(), parents, refs, subject: "Fix".to_owned(), ..LogEntry::default() }
}

fn file() -> CommitFile {
    CommitFile { path: "new".to_owned(), was: Some("old".to_owned()), added: Some(1), removed: None }
}

fn run(command: Command) -> Run {
    let next = vec![Command::Pull { how: Join::Rebase }, Command::Push(Push::default())];
    let page = Some("https://host/x/pull/new/fix".to_owned());
    let end = RunEnd { ok: false, words: "Rejected.".to_owned(), next, pull_request: page };
    Run { id: RunId(sample::ID), command, at: Millis(1), end: Some(end) }
}

#[async_trait]
impl Runs for Fakes {
    async fn start(&self, _who: &Viewer, id: ProjectId, command: Command) -> Result<Run, AppError> {
        known(id.0, "project").map(|()| run(command))
    }
    async fn last(&self, _who: &Viewer, id: ProjectId) -> Result<Option<Run>, AppError> {
        known(id.0, "project").map(|()| Some(run(Command::Fetch { remote: None })))
    }
    async fn follow(
        &self,
        _who: &Viewer,
        id: ProjectId,
        run: RunId,
    ) -> Result<BoxStream<'static, RunNews>, AppError> {
        known(id.0, "project")?;
        known(run.0, "run")?;
        let line = Printed { text: "Counting objects".to_owned(), passing: true };
        let end = RunEnd { ok: true, words: "Pushed.".to_owned(), next: Vec::new(), pull_request: None };
        Ok(stream::iter([RunNews::Printed(line), RunNews::End(end)]).boxed())
    }
    async fn cancel(&self, _who: &Viewer, id: ProjectId, run: RunId) -> Result<(), AppError> {
        known(id.0, "project")?;
        known(run.0, "run")
    }
}
