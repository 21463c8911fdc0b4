//! Branches of real repositories: how they are listed, switched and made, and everything that is refused.

use std::{fs, os::unix::fs::PermissionsExt};

use app::{
    git::model::{Branch, Branches, SwitchBranch},
    time::Millis,
};

use super::*;

impl Home {
    async fn branches(&self, id: ProjectId) -> Branches {
        self.git.branches(&self.who, id).await.unwrap()
    }

    async fn switch(&self, id: ProjectId, to: SwitchBranch) -> Result<Project, AppError> {
        self.git.switch_branch(&self.who, id, to).await
    }

    async fn trusted(&self, name: &str) -> (Project, PathBuf) {
        let (project, path) = self.repository(name).await;
        (self.engine.trust(&self.who, project.id).await.unwrap(), path)
    }

    /// The repository's copy in another directory, as its remote of this name.
    async fn remote(&self, path: &Path, name: &str) -> PathBuf {
        let there = self.dir.path().join(format!(
            "{}-{}.git",
            path.file_name().unwrap().display(),
            name.replace('/', "-")
        ));
        let (here, at) = (path.to_str().unwrap(), there.to_str().unwrap());
        git(self.dir.path(), &["clone", "--quiet", "--bare", here, at]).await;
        git(path, &["remote", "add", name, at]).await;
        git(path, &["fetch", "--quiet", name]).await;
        there
    }
}

fn to(name: &str) -> SwitchBranch {
    SwitchBranch { name: name.to_owned(), ..SwitchBranch::default() }
}

fn new(name: &str, from: Option<&str>) -> SwitchBranch {
    SwitchBranch { name: name.to_owned(), create: true, from: from.map(str::to_owned) }
}

async fn commit_at(dir: &Path, seconds: i64, subject: &str) {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    let commit = Exec::new("git", dir)
        .args(identity)
        .args(["commit", "--quiet", "--allow-empty", "-m", subject])
        .env("GIT_COMMITTER_DATE", format!("@{seconds} +0000"));
    assert!(exec(commit).await.unwrap().success());
}

async fn printed(dir: &Path, args: &[&str]) -> String {
    let output = exec(Exec::new("git", dir).args(args)).await.unwrap();
    assert!(output.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn names(branches: &Branches) -> Vec<&str> {
    branches.branches.iter().map(|branch| branch.name.as_str()).collect()
}

#[tokio::test]
async fn branches_are_listed_with_the_default_and_the_current_first() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    assert_eq!(
        home.branches(project.id).await.branches[0].unpushed,
        None,
        "without a remote nothing is unpushed"
    );
    home.remote(&path, "team/one").await;
    git(&path, &["branch", "theirs"]).await;
    git(&path, &["push", "--quiet", "team/one", "theirs:theirs", "theirs:only/there"]).await;
    git(&path, &["branch", "--quiet", "--set-upstream-to=team/one/main", "main"]).await;
    for (name, at) in [("old", 1_000), ("new", 3_000), ("here", 2_000)] {
        git(&path, &["switch", "--quiet", "--create", name]).await;
        commit_at(&path, at, &format!("subject of {name}\n\nmore")).await;
    }
    let found = home.branches(project.id).await;
    assert_eq!(names(&found), ["main", "here", "theirs", "new", "old"]);
    assert_eq!((found.head.as_deref(), found.more), (Some("here"), 0));
    assert_eq!(found.remote_only, ["only/there"]);
    let main = &found.branches[0];
    assert!(main.default && !main.current && main.at.0 > 3_000_000);
    assert_eq!((main.upstream.as_deref(), main.unpushed), (Some("team/one/main"), Some(0)));
    let subject = "subject of here".to_owned();
    let here = Branch {
        name: "here".to_owned(),
        commit: printed(&path, &["rev-parse", "here"]).await,
        current: true,
        at: Millis(2_000_000),
        subject,
        unpushed: Some(3),
        ..Branch::default()
    };
    assert_eq!(found.branches[1], here);
    home.engine.forget_looks();
    let git = home.engine.get(&home.who, project.id).await.unwrap().git.unwrap();
    assert_eq!((git.branch.as_str(), git.unpushed), ("here", Some(3)));
}

#[tokio::test]
async fn the_default_is_what_origin_says() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    home.remote(&path, "origin").await;
    for name in ["trunk", "a"] {
        git(&path, &["branch", name]).await;
    }
    git(&path, &["push", "--quiet", "origin", "trunk"]).await;
    git(&path, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]).await;
    let found = home.branches(project.id).await;
    assert_eq!(names(&found), ["trunk", "main", "a"]);
    assert!(found.branches[0].default && !found.branches[1].default && found.remote_only.is_empty());
}

#[tokio::test]
async fn a_list_is_bounded_and_says_so_and_the_first_ones_are_in_it() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    let old = printed(&path, &["rev-parse", "main"]).await;
    commit_at(&path, 4_000_000_000, "later").await;
    let later = printed(&path, &["rev-parse", "main"]).await;
    // The default and the current branch have the oldest commit of all.
    git(&path, &["update-ref", "refs/heads/main", &old]).await;
    git(&path, &["switch", "--quiet", "--create", "zz"]).await;
    git(&path, &["pack-refs", "--all"]).await;
    let mut packed = fs::read_to_string(path.join(".git/packed-refs")).unwrap();
    for n in 0..600 {
        packed.push_str(&format!("{later} refs/heads/b{n:03}\n{later} refs/remotes/origin/r{n:03}\n"));
    }
    let mut lines: Vec<&str> = packed.lines().collect();
    lines[1..].sort_by_key(|line| line.split_once(' ').map(|(_, name)| name.to_owned()));
    fs::write(path.join(".git/packed-refs"), format!("{}\n", lines.join("\n"))).unwrap();
    git(&path, &["remote", "add", "origin", "/none"]).await;
    let found = home.branches(project.id).await;
    assert_eq!((found.branches.len(), found.remote_only.len(), found.more), (500, 500, 202));
    assert_eq!(names(&found)[..2], ["main", "zz"]);
}

#[tokio::test]
async fn a_switch_is_told_to_every_page_and_runs_no_hook() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    fs::create_dir(path.join("sub")).unwrap();
    fs::write(path.join("sub/b.txt"), "b\n").unwrap();
    commit(&path).await;
    let sub = home.add(&path.join("sub")).await.unwrap();
    let ran = home.dir.path().join("ran");
    let hook = path.join(".git/hooks/post-checkout");
    fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", ran.display())).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let mut pushes = home.bus.subscribe();
    let now = home.switch(project.id, new("topic/ü", None)).await.unwrap();
    assert_eq!(now.git.unwrap().branch, "topic/ü");
    for id in [sub.id, project.id] {
        match &pushes.recv().await.unwrap().push {
            Push::Project(told) => {
                assert_eq!((told.id, told.git.as_ref().unwrap().branch.as_str()), (id, "topic/ü"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(!ran.exists());
    git(&path, &["switch", "--quiet", "main"]).await;
    assert!(ran.exists(), "the trap snaps for others");
    commit_at(&path, 1_000, "after").await;
    // What is not committed comes along where git can take it.
    fs::write(path.join("a.txt"), "changed\n").unwrap();
    let now = home.switch(project.id, to("topic/ü")).await.unwrap().git.unwrap();
    assert_eq!((now.branch.as_str(), now.dirty), ("topic/ü", true));
    assert_eq!(fs::read_to_string(path.join("a.txt")).unwrap(), "changed\n");
    home.switch(project.id, new("second", Some("main"))).await.unwrap();
    let second = printed(&path, &["rev-parse", "second"]).await;
    assert_eq!(second, printed(&path, &["rev-parse", "main"]).await);
}

#[tokio::test]
async fn a_branch_that_only_a_remote_has_is_followed() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    git(&path, &["branch", "far"]).await;
    home.remote(&path, "origin").await;
    home.remote(&path, "fork").await;
    git(&path, &["push", "--quiet", "fork", "far:forked", "far:both"]).await;
    home.remote(&path, "third").await;
    git(&path, &["push", "--quiet", "third", "far:both"]).await;
    git(&path, &["branch", "--quiet", "--delete", "far"]).await;
    // `origin` has it too, and is meant.
    home.switch(project.id, to("far")).await.unwrap();
    home.switch(project.id, to("forked")).await.unwrap();
    refused(home.switch(project.id, to("both")).await, ErrorCode::Conflict, "fork, third");
    home.switch(project.id, new("mine", Some("forked"))).await.unwrap();
    let found = home.branches(project.id).await;
    let upstream = |name: &str| {
        found.branches.iter().find(|branch| branch.name == name).and_then(|branch| branch.upstream.as_deref())
    };
    assert_eq!(
        [upstream("far"), upstream("forked"), upstream("mine")],
        [Some("origin/far"), Some("fork/forked"), None]
    );
}

#[tokio::test]
async fn names_that_git_would_not_take_or_would_read_otherwise_are_refused() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    git(&path, &["switch", "--quiet", "--create", "before"]).await;
    git(&path, &["switch", "--quiet", "main"]).await;
    git(&path, &["tag", "v1"]).await;
    let long = "x".repeat(241);
    for name in [
        "", "-", "-f", "--detach", "@", "@{-1}", "HEAD", "a b", "a..b", "a.lock", "a\0b", "a\nb", "/a", "a/",
        "~", "é\u{7f}", &long,
    ] {
        for to in [to(name), new(name, None)] {
            refused(home.switch(project.id, to).await, ErrorCode::Invalid, "can't be the name of a branch");
        }
    }
    for name in ["none", "v1", "refs/heads/before", "origin/main"] {
        refused(home.switch(project.id, to(name)).await, ErrorCode::NotFound, "no such branch");
    }
    for from in ["none", "v1", "--force", "HEAD~1"] {
        refused(home.switch(project.id, new("x", Some(from))).await, ErrorCode::NotFound, "no such branch");
    }
    refused(home.switch(project.id, new("before", None)).await, ErrorCode::Conflict, "already");
    refused(home.switch(project.id, new("before/x", None)).await, ErrorCode::Conflict, "before");
    assert_eq!(home.branches(project.id).await.head.as_deref(), Some("main"));
}

#[tokio::test]
async fn nothing_that_is_not_committed_is_lost() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    git(&path, &["switch", "--quiet", "--create", "other"]).await;
    fs::write(path.join("a.txt"), "theirs\n").unwrap();
    for name in ["untracked.txt", "ignored.txt"] {
        fs::write(path.join(name), "theirs\n").unwrap();
    }
    commit(&path).await;
    git(&path, &["switch", "--quiet", "main"]).await;
    let refuse = async |words: &str, state: &str| {
        let result = home.switch(project.id, to("other")).await;
        assert_eq!(result.as_ref().unwrap_err().details.as_deref(), Some(state), "{result:?}");
        refused(result, ErrorCode::Conflict, words);
    };
    let attempt = async |name: &str, words: &str| {
        let file = path.join(name);
        let before = fs::read_to_string(&file).ok();
        fs::write(&file, "mine\n").unwrap();
        refuse(words, "local_changes").await;
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine\n");
        match before {
            Some(text) => fs::write(&file, text).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
    };
    attempt("a.txt", "would be overwritten by checkout: a.txt. Please commit").await;
    attempt("untracked.txt", "would be overwritten by checkout: untracked.txt.").await;
    fs::write(path.join(".git/info/exclude"), "ignored.txt\n").unwrap();
    attempt("ignored.txt", "would be overwritten by checkout: ignored.txt.").await;
    fs::write(path.join(".git/index.lock"), "").unwrap();
    refuse("Another git process", "locked").await;
    fs::remove_file(path.join(".git/index.lock")).unwrap();
    fs::write(path.join("a.txt"), "ours\n").unwrap();
    commit(&path).await;
    for start in [["merge", "--quiet", "other"], ["rebase", "--quiet", "other"]] {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        assert_eq!(exec(Exec::new("git", &path).args(identity).args(start)).await.unwrap().code, Some(1));
        refuse("Git says: ", "under_way").await;
        git(&path, &[start[0], "--abort"]).await;
    }
    home.switch(project.id, to("other")).await.unwrap();
}

#[tokio::test]
async fn a_session_at_work_in_the_directory_is_in_the_way() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    fs::create_dir(path.join("sub")).unwrap();
    let sub = home.add(&path.join("sub")).await.unwrap();
    let (elsewhere, _) = home.repository("elsewhere").await;
    home.session(elsewhere.id, "running", false).await;
    home.session(project.id, "idle", false).await;
    home.terminal(project.id, None, "running").await;
    home.switch(project.id, new("one", None)).await.unwrap();
    let asking = home.session(project.id, "idle", false).await;
    home.terminal(project.id, Some(asking), "running").await;
    refused(
        home.switch(project.id, to("main")).await,
        ErrorCode::Conflict,
        "“n” is at work in this directory",
    );
    home.session(sub.id, "running", false).await;
    refused(home.switch(project.id, to("main")).await, ErrorCode::Conflict, "“n” and “n” are at work");
    assert_eq!(printed(&path, &["branch", "--show-current"]).await, "one");
    // One that waits for its turn will be at work in a moment.
    let (other, _) = home.trusted("other").await;
    home.session(other.id, "queued", false).await;
    refused(home.switch(other.id, new("two", None)).await, ErrorCode::Conflict, "“n” is at work");
}

#[tokio::test]
async fn a_partial_clone_is_left_as_it_is() {
    let home = Home::new().await;
    let (project, path) = home.trusted("p").await;
    git(&path, &["config", "remote.origin.promisor", "true"]).await;
    refused(home.switch(project.id, new("one", None)).await, ErrorCode::Conflict, "It is a partial clone");
}

#[tokio::test]
async fn only_a_trusted_project_that_is_not_put_away_is_switched() {
    let home = Home::new().await;
    let (project, _) = home.repository("p").await;
    refused(home.switch(project.id, to("main")).await, ErrorCode::Untrusted, "trust it first");
    home.engine.trust(&home.who, project.id).await.unwrap();
    home.patch(project.id, ProjectPatch { archived: Some(true), ..Default::default() }).await.unwrap();
    refused(home.switch(project.id, to("main")).await, ErrorCode::Conflict, "archived");
    let nobody = ProjectId(Uuid::nil());
    refused(home.switch(nobody, to("main")).await, ErrorCode::NotFound, "project");
    refused(home.git.branches(&home.who, nobody).await, ErrorCode::NotFound, "project");
}

#[tokio::test]
async fn what_is_no_usual_repository_says_what_it_is() {
    let home = Home::new().await;
    let empty = home.directory("empty").await;
    let path = PathBuf::from(&empty.path);
    let asked = async || home.git.branches(&home.who, empty.id).await;
    refused(asked().await, ErrorCode::Conflict, "in no git repository");
    home.engine.trust(&home.who, empty.id).await.unwrap();
    refused(asked().await, ErrorCode::Conflict, "in no git repository");
    refused(home.switch(empty.id, to("main")).await, ErrorCode::Conflict, "in no git repository");
    git(&path, &["init", "--quiet", "--initial-branch=main"]).await;
    let none = Branches { head: Some("main".to_owned()), ..Branches::default() };
    assert_eq!(asked().await.unwrap(), none);
    home.switch(empty.id, to("main")).await.unwrap();
    refused(home.switch(empty.id, to("other")).await, ErrorCode::NotFound, "no such branch");
    assert_eq!(home.switch(empty.id, new("first", None)).await.unwrap().git.unwrap().branch, "first");

    let bare = home.directory("bare").await;
    git(Path::new(&bare.path), &["init", "--quiet", "--bare"]).await;
    refused(home.git.branches(&home.who, bare.id).await, ErrorCode::Conflict, "bare repository");
    home.engine.trust(&home.who, bare.id).await.unwrap();
    refused(home.switch(bare.id, to("main")).await, ErrorCode::Conflict, "bare repository");

    let (detached, path) = home.trusted("detached").await;
    git(&path, &["switch", "--quiet", "--detach"]).await;
    let found = home.branches(detached.id).await;
    assert_eq!(found.head, Some(printed(&path, &["rev-parse", "--short", "HEAD"]).await));
    assert!(found.branches.iter().all(|branch| !branch.current));
    home.switch(detached.id, new("kept", found.head.as_deref())).await.unwrap();
    git(&path, &["worktree", "add", "--quiet", "../beside", "main"]).await;
    refused(home.switch(detached.id, to("main")).await, ErrorCode::Conflict, "worktree");
}
