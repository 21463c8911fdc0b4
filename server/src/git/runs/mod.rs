//! Runs: git is told something that takes its time or may fail in its own words. One at a time in a project, with hooks, and
//! never with a question that somebody would have to answer.

mod keep;
mod outcome;
mod plan;
mod print;
mod registry;

use std::{sync::Arc, time::Duration};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    git::{
        model::run::{Command, Run, RunEnd, RunNews},
        port::runs::Runs,
    },
    ids::{ProjectId, RunId},
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use uuid::Uuid;

pub(super) use self::registry::Registry;
use self::{
    plan::{Plan, moves_files, plan, writes},
    registry::Live,
};
use super::{
    GitEngine, Repository,
    alone::Alone,
    branches::text,
    checkout::{Around, refuse_working},
    command::QUICK,
    forge,
    remotes::{address, remotes},
};
use crate::{
    clock,
    keeper::{Exec, told},
    offload::ended,
};

/// What a run of git is given beside what every command of the server has: nothing asks, nothing opens an editor, and of
/// transports only those that run no program of the repository's choice.
const SILENT: [(&str, &str); 10] = [
    ("GIT_ASKPASS", "false"),
    ("SSH_ASKPASS", "false"),
    ("SSH_ASKPASS_REQUIRE", "force"),
    ("GCM_INTERACTIVE", "never"),
    ("GIT_EDITOR", ":"),
    ("GIT_SEQUENCE_EDITOR", ":"),
    ("GIT_MERGE_AUTOEDIT", "no"),
    ("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh"),
    ("TERM", "dumb"),
    ("LC_ALL", "C.UTF-8"),
];

/// What a run says over the head of any configuration.
const SETTINGS: [&str; 6] = [
    "core.quotePath=false",
    "color.ui=false",
    "core.fsmonitor=false",
    "user.useConfigOnly=true",
    "protocol.ext.allow=never",
    "safe.bareRepository=explicit",
];

/// What is ready to be run.
struct Ready {
    plan: Plan,
    around: Around,
    alone: Option<Alone>,
}

impl GitEngine {
    async fn ready(&self, id: ProjectId, git: &Repository, command: &Command) -> Result<Ready, AppError> {
        let alone = if writes(command) { Some(self.writers.alone(git).await) } else { None };
        let around = self.around(id, git).await?;
        if moves_files(command) {
            refuse_working(&around.working, "files are changed")?;
        }
        Ok(Ready { plan: plan(git, command).await?, around, alone })
    }

    /// Runs what is ready to its end, and tells of it.
    async fn carry_out(self, id: ProjectId, git: Repository, ready: Ready, live: Arc<Live>) {
        let end = match carry_out(&git, &ready.plan, &live).await {
            Ok(end) if end.ok => {
                let pull_request = self.page_of(id, &git, &live).await;
                RunEnd { pull_request, ..end }
            }
            Ok(end) => end,
            Err(error) => failed(error),
        };
        // What a page asks for once it hears of the end must find nobody in its way.
        drop(ready.alone);
        for project in ready.around.projects.into_iter().filter(|one| *one != id).chain([id]) {
            if let Err(error) = self.projects.changed(project).await {
                tracing::debug!(%error, "a project was not told of a run");
            }
        }
        live.end(end);
    }

    /// Where a pull request of what was pushed is opened; git has pushed it, so that a question which fails is left out.
    async fn page_of(&self, id: ProjectId, git: &Repository, live: &Live) -> Option<String> {
        if !matches!(live.run().command, Command::Push(_)) {
            return None;
        }
        let known = remotes(git).await.ok()?;
        let request = self.pull_request(id, git, &known).await.ok()??;
        match request.page {
            Some(page) => Some(page),
            None => forge::said(&address(git, &request.remote).await.ok()?, &live.text()),
        }
    }
}

#[async_trait]
impl Runs for GitEngine {
    async fn start(&self, _who: &Viewer, id: ProjectId, command: Command) -> Result<Run, AppError> {
        let git = self.trusted(id).await?;
        let run = Run { id: RunId(Uuid::now_v7()), command, at: clock::now(), end: None };
        let live = self.runs.begin(id, run.clone())?;
        let engine = self.clone();
        let begun = run.clone();
        // Goes on when the one who asked goes away: git must not be ended half way.
        let begin = async move {
            match engine.ready(id, &git, &begun.command).await {
                Ok(ready) => {
                    let work = tokio::spawn(engine.carry_out(id, git, ready, Arc::clone(&live)));
                    tokio::spawn(async move {
                        // Whatever happens to it, it does not stay under way.
                        if let Err(error) = work.await {
                            live.end(failed(ended(&error)));
                        }
                    });
                    Ok(begun)
                }
                Err(error) => {
                    engine.runs.forget(id, begun.id);
                    Err(error)
                }
            }
        };
        tokio::spawn(begin).await.map_err(|error| ended(&error))?
    }

    async fn last(&self, _who: &Viewer, id: ProjectId) -> Result<Option<Run>, AppError> {
        self.projects.place(id).await?;
        Ok(self.runs.last(id).map(|live| live.run()))
    }

    async fn follow(
        &self,
        _who: &Viewer,
        id: ProjectId,
        run: RunId,
    ) -> Result<BoxStream<'static, RunNews>, AppError> {
        self.projects.place(id).await?;
        Ok(self.runs.find(id, run)?.follow())
    }

    async fn cancel(&self, _who: &Viewer, id: ProjectId, run: RunId) -> Result<(), AppError> {
        self.projects.place(id).await?;
        self.runs.find(id, run)?.stop.cancel();
        Ok(())
    }
}

fn failed(error: AppError) -> RunEnd {
    RunEnd { ok: false, words: error.message, next: Vec::new(), pull_request: None }
}

async fn carry_out(git: &Repository, plan: &Plan, live: &Live) -> Result<RunEnd, AppError> {
    let command = live.run().command;
    let ssh = ssh(git).await?;
    for step in &plan.steps {
        let exec = program(git, step, &ssh, plan.limit);
        let told = told(exec, &live.stop, |bytes| live.hear(bytes)).await;
        live.finish_line();
        let told = told.map_err(|error| AppError::new(ErrorCode::Unavailable, format!("{error}.")))?;
        if told.code != Some(0) || told.stopped.is_some() {
            return Ok(outcome::failure(&command, told, &live.text()));
        }
    }
    let (words, next) = (success(git, &command).await, outcome::undo(&command));
    Ok(RunEnd { ok: true, words, next, pull_request: None })
}

fn program(git: &Repository, args: &[String], ssh: &str, limit: Duration) -> Exec {
    let exec = Exec::new("git", &git.dir)
        .arg("--no-pager")
        .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
        .args(args)
        .env("GIT_SSH_COMMAND", ssh)
        .inherit("SSH_AUTH_SOCK")
        .timeout(limit);
    SILENT.into_iter().fold(exec, |exec, (key, value)| exec.env(key, value))
}

/// How SSH is called: as the configuration says, but without a question.
async fn ssh(git: &Repository) -> Result<String, AppError> {
    let output = git.output(["config", "--get", "core.sshCommand"], QUICK).await?;
    let own = text(&output.stdout).trim().to_owned();
    let ssh = if output.success() && !own.is_empty() { own } else { "ssh".to_owned() };
    Ok(format!("{ssh} -oBatchMode=yes"))
}

/// What was done, as it is now; git has done it, so that a question which fails is left out.
async fn success(git: &Repository, command: &Command) -> String {
    let standing = async || {
        let upstream = remotes(git).await.ok()?.upstream?;
        let name = format!("{}/{}", upstream.remote, upstream.branch);
        Some(match (upstream.ahead, upstream.behind) {
            (0, 0) => format!("The branch is even with {name}."),
            (ahead, 0) => format!("The branch is {ahead} ahead of {name}."),
            (0, behind) => format!("The branch is {behind} behind {name}."),
            (ahead, behind) => format!("The branch is {ahead} ahead of {name}, {behind} behind it."),
        })
    };
    let done = match command {
        Command::Commit(_) => {
            let last = [
                "rev-list",
                "--no-commit-header",
                "--abbrev-commit",
                "--format=%h “%s”",
                "--max-count=1",
                "HEAD",
                "--",
            ];
            let last = git.run(last, QUICK).await.map(|output| text(&output.stdout).trim().to_owned());
            return format!("Committed {}.", last.unwrap_or_default());
        }
        Command::Step { .. } => return format!("{}: done.", command.words()),
        Command::Stash { .. } => return "What was changed is put aside.".to_owned(),
        Command::Unstash { .. } => return "What was put aside is back.".to_owned(),
        Command::DropStash(one) => return format!("The stash is gone; its commit was {}.", short(&one.id)),
        Command::RestoreStash(_) => return "The stash is there again.".to_owned(),
        Command::DeleteBranch { name, commit, .. } => {
            return format!("The branch {name} is gone; it was at {}.", short(commit));
        }
        Command::RestoreBranch { name, commit } => {
            return format!("The branch {name} is at {} again.", short(commit));
        }
        Command::Fetch { .. } => "Fetched.",
        Command::Pull { .. } => "Pulled.",
        Command::Push(_) => "Pushed.",
    };
    match standing().await {
        Some(standing) => format!("{done} {standing}"),
        None => done.to_owned(),
    }
}

fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
