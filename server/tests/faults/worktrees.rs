//! The server is killed while a worktree is made, and while one is set up. What is left over is found, nothing that was typed is
//! lost, and what ran on is waited for and not done twice.

use std::{path::Path, process::Command, sync::Arc};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::home::{Home, PATIENCE};

fn git(dir: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    let output = Command::new("git").args(identity).args(args).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn repository() -> Arc<Home> {
    let home = Home::new().await;
    git(&home.project, &["init", "--quiet", "--initial-branch=main"]);
    git(&home.project, &["commit", "--quiet", "--allow-empty", "-m", "first"]);
    Arc::new(home)
}

async fn until(home: &Home, file: &Path) {
    let end = Instant::now() + PATIENCE;
    while !file.exists() {
        assert!(Instant::now() < end, "never {}\n{}", file.display(), home.log());
        sleep(Duration::from_millis(5)).await;
    }
}

/// A shell line that says that it has begun, and goes on once it may.
fn held(home: &Home) -> String {
    let at = |name: &str| home.dir.path().join(name).display().to_string();
    format!("touch {}; until [ -e {} ]; do sleep 0.02; done", at("began"), at("go"))
}

async fn worktrees(home: &Home) -> Vec<Value> {
    let all = home.get(&format!("/api/v1/projects/{}/worktrees", home.project_id)).await;
    all["worktrees"].as_array().unwrap().clone()
}

fn in_worktree(home: &Home) -> Value {
    json!({"project_id": home.project_id, "prompt": "say: hi", "mode": "job", "worktree": {"branch": "fix"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kill_leaves_of_a_worktree_in_the_making_is_found_and_removed() {
    let home = repository().await;
    // Git is held while it writes the files: one goes through a filter.
    let script = home.dir.path().join("filter.sh");
    std::fs::write(&script, format!("{}; cat\n", held(&home))).unwrap();
    git(&home.project, &["config", "filter.held.smudge", &format!("sh {}", script.display())]);
    std::fs::write(home.project.join(".gitattributes"), "a.txt filter=held\n").unwrap();
    std::fs::write(home.project.join("a.txt"), "a\n").unwrap();
    git(&home.project, &["add", "."]);
    git(&home.project, &["commit", "--quiet", "-m", "held"]);
    let asking = Arc::clone(&home);
    let asked = tokio::spawn(async move {
        let new = in_worktree(&asking);
        asking.attempt(Method::POST, "/api/v1/sessions", Some(&new)).await
    });
    until(&home, &home.dir.path().join("began")).await;
    home.kill().await;
    assert!(asked.await.unwrap().is_err(), "whoever asked got no answer");
    std::fs::write(home.dir.path().join("go"), "").unwrap();
    // Git goes on without the server; unlocking is the last that it does.
    let end = Instant::now() + PATIENCE;
    while home.project.join(".git/worktrees/fix/locked").exists() {
        assert!(Instant::now() < end, "git never came to its end");
        sleep(Duration::from_millis(5)).await;
    }
    home.start().await;
    assert_eq!(home.get("/api/v1/sessions").await, json!([]));
    let all = worktrees(&home).await;
    assert_eq!((all.len(), &all[0]["state"], &all[0]["id"]), (1, &json!("unfinished"), &Value::Null));
    let remove = format!("/api/v1/projects/{}/worktrees/remove", home.project_id);
    let gone = home.post(&remove, json!({"path": all[0]["path"]})).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    assert!(worktrees(&home).await.is_empty());
    assert_eq!(git(&home.project, &["branch", "--format=%(refname:short)"]), "main");
    assert!(!home.dir.path().join("project.worktrees").exists());
    // The name is free again.
    let again = home.post("/api/v1/sessions", in_worktree(&home)).await;
    assert_eq!(again.status, 201, "{again:?}");
    home.until(again.body["id"].as_str().unwrap(), "at rest", |card| card["status"] == "idle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_outlives_the_server_and_its_session_waits_for_it() {
    // It ends after the next server has come, or before.
    for late in [true, false] {
        let home = repository().await;
        let setup = format!("{}; echo made >> made.txt", held(&home));
        let path = format!("/api/v1/projects/{}/worktrees/settings", home.project_id);
        let set = home.call(Method::PUT, &path, Some(json!({"copy": "", "setup": setup}))).await;
        assert_eq!(set.status, 204, "{set:?}");
        let made = home.post("/api/v1/sessions", in_worktree(&home)).await;
        assert_eq!((made.status, &made.body["status"]), (201, &json!("queued")), "{made:?}");
        let id = made.body["id"].as_str().unwrap();
        until(&home, &home.dir.path().join("began")).await;
        home.kill().await;
        let file = home.dir.path().join("project.worktrees/fix/made.txt");
        let go = || std::fs::write(home.dir.path().join("go"), "").unwrap();
        if late {
            home.start().await;
            let waits = |card: &Value| card["activity"] == "Setting up its worktree";
            home.until(id, "waiting for its worktree", waits).await;
            go();
        } else {
            go();
            until(&home, &file).await;
            home.start().await;
        }
        home.until(id, "at rest", |card| card["status"] == "idle").await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "made\n", "it ran once");
        let terminals = home.get("/api/v1/terminals").await;
        assert_eq!(terminals.as_array().map(Vec::len), Some(1), "{terminals}");
    }
}
