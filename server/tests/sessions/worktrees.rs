//! Sessions in worktrees: where their agents run, what they share with their project, and that nothing stays of one that could
//! not be stored.

use std::{fs, path::Path};

use app::{
    error::ErrorCode,
    sessions::{
        model::{Act, Fork, NewImage, NewSession, SessionFilter, Status},
        port::Sessions,
    },
    terminals::port::Terminals,
    worktrees::{
        model::{InWorktree, WorktreeSettings},
        port::Worktrees,
    },
};
use server::keeper::{Exec, exec};

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
    let keepers = fs::read_dir(stage.config.home.join("keepers")).unwrap().flatten();
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

#[tokio::test(flavor = "multi_thread")]
async fn a_worktree_is_set_up_before_its_session_starts() {
    let stage = repository().await;
    let set_up = async |command: &str| {
        let settings = WorktreeSettings { copy: String::new(), setup: command.to_owned() };
        stage.worktrees.change_settings(&stage.who, stage.project, settings).await.unwrap();
    };
    set_up("echo made > made.txt").await;
    let card = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "good")).await.unwrap();
    let home = stage.dir.path().join("project.worktrees");
    assert_eq!(fs::read_to_string(home.join("good/made.txt")).unwrap(), "made\n");
    stage.until_status(card.id, Status::Idle).await;
    // One that fails stays, with its terminal; the session starts there anyway.
    set_up("echo broken; exit 3").await;
    let error = stage.engine.create(&stage.who, in_worktree(&stage, "say: hi", "bad")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    let id = error.details.unwrap().parse().unwrap();
    let terminals = stage.terminals.list(&stage.who, Some(id)).await.unwrap();
    assert_eq!((terminals.len(), terminals[0].name.as_str()), (1, "Set-up"));
    let wish = InWorktree { id: Some(id), ..InWorktree::default() };
    let new = NewSession { worktree: Some(wish), ..stage.prompt("say: hi") };
    let card = stage.engine.create(&stage.who, new).await.unwrap();
    assert_eq!(card.worktree_id, Some(id));
    stage.until_status(card.id, Status::Idle).await;
}
