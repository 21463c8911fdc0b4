//! A branch for a new session, and what is said of its work when it is archived, in a real repository.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Home, echo_agent, tmux::Tmux};

fn git(dir: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", dir).current_dir(dir);
    command.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(args);
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{args:?}: {done:?}");
}

/// A repository with two branches, of which all is on a remote but the last commit of `main`.
fn repository(home: &Path) {
    let web = home.join("web");
    fs::create_dir(&web).unwrap();
    let commit = |text: &str| {
        fs::write(web.join("a.txt"), text).unwrap();
        git(&web, &["add", "."]);
        git(&web, &["commit", "--quiet", "--message", text]);
    };
    git(home, &["init", "--quiet", "--bare", "far"]);
    git(&web, &["init", "--quiet", "--initial-branch", "main"]);
    git(&web, &["remote", "add", "origin", "../far"]);
    commit("first");
    git(&web, &["switch", "--quiet", "--create", "old"]);
    commit("another way");
    git(&web, &["switch", "--quiet", "main"]);
    git(&web, &["push", "--quiet", "origin", "main", "old"]);
    commit("second");
}

#[tokio::test]
async fn a_session_gets_a_branch_and_what_is_not_pushed_is_said_before_it_is_archived() {
    let home = Home::with(|home| {
        echo_agent(home);
        repository(home);
    })
    .await;
    let web = home.dir.path().join("web");
    let head = || fs::read_to_string(web.join(".git/HEAD")).unwrap();
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("n starts a session").await;
    tmux.begins_a_session().await;
    let asked = tmux.shows("web: which branch?").await;
    assert!(asked.contains("main  checked out now") && asked.contains("old  "), "{asked}");
    tmux.types("feature");
    tmux.shows("+ feature  a new branch from main").await;
    tmux.press(&["Enter"]);
    tmux.shows("feature: new, from main").await;
    assert_eq!(head().trim(), "ref: refs/heads/main", "nothing is checked out yet");
    tmux.types("say: well done");
    tmux.press(&["Enter"]);
    tmux.shows("well done\n- done in").await;
    assert_eq!(head().trim(), "ref: refs/heads/feature");

    fs::write(web.join("a.txt"), "third").unwrap();
    tmux.types("x");
    tmux.shows("a  Stop and archive").await;
    tmux.types("a");
    let asked = tmux.shows("y  Archive it").await;
    let words = asked.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("1 commit on feature is on no remote, 1 file is changed."), "{asked}");
    tmux.press(&["Enter"]);
    tmux.hides("Archive it").await;

    // What is changed here would be lost on the other branch.
    tmux.press(&["Escape"]);
    tmux.shows("Enter open").await;
    tmux.begins_a_session().await;
    tmux.shows("which branch?").await;
    tmux.types("old");
    tmux.press(&["Enter"]);
    tmux.shows("old: checked out first").await;
    tmux.types("say: never");
    tmux.press(&["Enter"]);
    let form = tmux.shows("overwritten").await;
    assert!(form.contains("say: never") && form.contains("old: checked out first"), "{form}");
    assert_eq!(
        (head().trim(), fs::read_to_string(web.join("a.txt")).unwrap().as_str()),
        ("ref: refs/heads/feature", "third")
    );
}

#[tokio::test]
async fn a_session_gets_a_worktree_of_its_own_and_says_so() {
    let home = Home::with(|home| {
        echo_agent(home);
        repository(home);
    })
    .await;
    let web = home.dir.path().join("web");
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("n starts a session").await;
    tmux.begins_a_session().await;
    tmux.shows("web: which branch?").await;
    tmux.press(&["Enter"]);
    tmux.shows("New session in web").await;
    tmux.types("say: hi");
    tmux.press(&["Tab", "Tab", "Space"]);
    tmux.shows("say-hi: new, from the default one").await;
    tmux.press(&["Enter"]);
    let chat = tmux.shows("hi\n- done in").await;
    assert!(chat.contains("web · worktree say-hi"), "{chat}");
    assert_eq!(fs::read_to_string(web.join(".git/HEAD")).unwrap().trim(), "ref: refs/heads/main");
    assert!(home.dir.path().join("web.worktrees/say-hi/a.txt").exists());
    // So does a hub that comes later.
    let later = Tmux::new(home.dir.path(), 80, 24);
    later.starts_hub("");
    later.shows("web · worktree say-hi").await;
}
