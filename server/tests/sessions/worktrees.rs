//! Sessions in worktrees: where their agents run, what they share with their project, and that nothing stays of one that could
//! not be stored.

use std::{fs, path::Path, time::Duration};

use app::{
    error::ErrorCode,
    ids::SessionId,
    projects::port::Projects,
    sessions::{
        model::{Act, Fork, NewImage, NewSession, Session, SessionFilter, Status},
        port::Sessions,
    },
    terminals::{
        model::{Terminal, TerminalStatus},
        port::Terminals,
    },
    worktrees::{
        model::{InWorktree, WorktreeSettings},
        port::Worktrees,
    },
};
use server::{
    bus::Bus,
    keeper::{Exec, exec},
    projects::ProjectsEngine,
};

use crate::stage::Stage;

async fn git(dir: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    let output = exec(Exec::new("git", dir).args(identity).args(args)).await.unwrap();
    assert!(output.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

async fn repository() -> Stage {
    let stage = Stage::with(|config| {
        let cli = config.home.join("cli").to_string_lossy().into_owned();
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), cli);
    })
    .await;
    let dir = stage.dir.path().join("project");
    git(&dir, &["init", "--quiet", "--initial-branch=main"]).await;
    git(&dir, &["commit", "--quiet", "--allow-empty", "-m", "first"]).await;
    stage
}

fn in_worktree(stage: &Stage, prompt: &str, branch: &str) -> NewSession {
    let worktree = InWorktree { branch: Some(branch.to_owned()), ..InWorktree::default() };
    NewSession { worktree: Some(worktree), ..stage.prompt(prompt) }
}

/// The directories that the agents of this stage run in.
fn at_work_in(stage: &Stage) -> Vec<String> {
    let keepers = fs::read_dir(stage.config.home.join("keepers")).into_iter().flatten().flatten();
    let cwd = |info: serde_json::Value| fs::read_link(format!("/proc/{}/cwd", info["child_pid"])).ok();
    let infos = keepers.filter_map(|dir| fs::read(dir.path().join("keeper.json")).ok());
    let infos = infos.filter_map(|info| serde_json::from_slice(&info).ok());
    infos.filter_map(cwd).map(|path| path.to_string_lossy().into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_a_worktree_works_there_and_belongs_to_its_project() {
    let stage = repository().await;
    let card = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "fix/it")).await.unwrap();
    stage.until_status(card.id, Status::Idle).await;
    assert_eq!(card.project_id, stage.project);
    assert!(at_work_in(&stage)[0].ends_with("/project.worktrees/fix-it"), "{:?}", at_work_in(&stage));
    let filter = SessionFilter { project_id: Some(stage.project), ..SessionFilter::default() };
    let listed = stage.engine.list(&stage.who, filter).await.unwrap();
    assert_eq!((listed.len(), listed[0].worktree_id), (1, card.worktree_id));
    // A second one in the same worktree, and one that begins as a copy.
    let wish = InWorktree { id: card.worktree_id, ..InWorktree::default() };
    let new = NewSession { worktree: Some(wish), ..stage.prompt("say: me too") };
    let second = stage.engine.create(&stage.who, new).await.unwrap();
    assert_eq!(second.worktree_id, card.worktree_id);
    // Each counts in its project and in the worktree.
    let projects = ProjectsEngine::new(stage.db.clone(), Bus::default(), stage.config.clone());
    for id in [stage.project, card.worktree_id.unwrap()] {
        assert_eq!(projects.get(&stage.who, id).await.unwrap().counts.total, 2);
    }
    stage.until_status(second.id, Status::Idle).await;
    stage.engine.act(&stage.who, card.id, Act::Complete).await.unwrap();
    stage.until_status(card.id, Status::Completed).await;
    let last = stage.card(card.id).await.last_seq;
    let fork = Fork { seq: last, prompt: "say: on".to_owned(), images: Vec::new() };
    let fork = stage.engine.fork(&stage.who, card.id, fork).await.unwrap();
    assert_eq!(fork.worktree_id, card.worktree_id, "a conversation is found by its directory");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_stored_leaves_no_worktree() {
    let stage = repository().await;
    let broken = NewImage { media_type: "image/png".to_owned(), data: "no image".to_owned() };
    let new = NewSession { images: vec![broken], ..in_worktree(&stage, "say: hi", "x") };
    let error = stage.engine.create(&stage.who, new).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert!(!stage.dir.path().join("project.worktrees").exists());
    let error = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "-rf")).await.unwrap_err();
    assert_eq!((error.code, error.details.as_deref()), (ErrorCode::Invalid, Some("name")));
}

/// Has new worktrees set up with this command.
async fn set_up(stage: &Stage, command: &str) {
    let settings = WorktreeSettings { copy: String::new(), setup: command.to_owned() };
    stage.worktrees.change_settings(&stage.who, stage.project, settings).await.unwrap();
}

async fn logs(stage: &Stage, card: &Session) -> Vec<Terminal> {
    let all = stage.terminals.list(&stage.who, card.worktree_id).await.unwrap();
    assert!(all.iter().all(|one| one.name == "Set-up"), "{all:?}");
    all
}

/// Waits until its worktree is being set up.
async fn until_setting_up(stage: &Stage, id: SessionId) {
    let words = Some("Setting up its worktree");
    stage.until(id, "setting up", |card| card.activity.as_deref() == words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_there_at_once_and_waits_until_its_worktree_is_set_up() {
    let stage = repository().await;
    set_up(&stage, "until [ -e ../../go ]; do sleep 0.02; done; echo made > made.txt").await;
    let card = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "slow")).await.unwrap();
    assert_eq!(card.status, Status::Queued);
    until_setting_up(&stage, card.id).await;
    stage.send(card.id, "say: more").await;
    // Another session there waits for the same set-up.
    let wish = InWorktree { id: card.worktree_id, ..InWorktree::default() };
    let new = NewSession { worktree: Some(wish), ..stage.prompt("say: me too") };
    let second = stage.engine.create(&stage.who, new).await.unwrap();
    until_setting_up(&stage, second.id).await;
    assert!(at_work_in(&stage).is_empty(), "nothing starts before");
    fs::write(stage.dir.path().join("go"), "").unwrap();
    for id in [card.id, second.id] {
        assert_eq!(stage.until_status(id, Status::Idle).await.activity, None);
    }
    assert_eq!(stage.said(card.id).await, ["hi", "more"]);
    let made = stage.dir.path().join("project.worktrees/slow/made.txt");
    assert_eq!(fs::read_to_string(made).unwrap(), "made\n");
    assert_eq!(logs(&stage, &card).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_that_fails_keeps_what_was_typed_and_the_session_starts_anyway() {
    let stage = repository().await;
    set_up(&stage, "echo broken; exit 3").await;
    let card = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "bad")).await.unwrap();
    let failed = stage.until_status(card.id, Status::Failed).await;
    let reason = failed.reason.unwrap();
    assert!(reason.contains("The set-up of the worktree failed") && reason.contains('3'), "{reason}");
    assert!(at_work_in(&stage).is_empty());
    stage.engine.act(&stage.who, card.id, Act::Resume).await.unwrap();
    stage.until_status(card.id, Status::Idle).await;
    assert_eq!(stage.said(card.id).await, ["hi"]);
    assert_eq!(logs(&stage, &card).await.len(), 1, "it is not set up again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_stopped_ends_its_set_up_and_begins_it_anew() {
    let stage = repository().await;
    set_up(&stage, "touch ../../began; sleep 1000").await;
    let card = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "x")).await.unwrap();
    while !stage.dir.path().join("began").exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.engine.act(&stage.who, card.id, Act::Stop).await.unwrap();
    let stopped = stage.until_status(card.id, Status::Stopped).await;
    assert_eq!(stopped.reason.as_deref(), Some("Stopped by Ada."));
    while logs(&stage, &card).await[0].status == TerminalStatus::Running {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    set_up(&stage, "touch ../../again").await;
    stage.engine.act(&stage.who, card.id, Act::Resume).await.unwrap();
    stage.until_status(card.id, Status::Idle).await;
    assert_eq!(stage.said(card.id).await, ["hi"]);
    assert!(stage.dir.path().join("again").exists());
    assert_eq!(logs(&stage, &card).await.len(), 2);
}
