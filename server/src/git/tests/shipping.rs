//! From a change to a remote that has it, with real repositories and a bare remote in another directory.

use std::{fs, os::unix::fs::PermissionsExt};

use app::git::{
    model::{
        commit::NewCommit,
        remote::PullRequest,
        run::{Command, Join, Push as Pushed, RunEnd, RunNews, Step},
    },
    port::{history::History, runs::Runs},
};
use futures::StreamExt;

use super::*;

impl Home {
    /// A trusted project with an identity, whose branch follows that of a bare remote; the clone of somebody else comes along.
    async fn shipped(&self) -> (Project, PathBuf, PathBuf) {
        let (project, path) = self.repository("p").await;
        let project = self.engine.trust(&self.who, project.id).await.unwrap();
        let (bare, other) = (self.dir.path().join("remote.git"), self.dir.path().join("other"));
        let (here, at) = (path.to_str().unwrap(), bare.to_str().unwrap());
        git(self.dir.path(), &["clone", "--quiet", "--bare", here, at]).await;
        git(self.dir.path(), &["clone", "--quiet", at, other.to_str().unwrap()]).await;
        git(&path, &["remote", "add", "origin", at]).await;
        git(&path, &["fetch", "--quiet", "origin"]).await;
        git(&path, &["branch", "--quiet", "--set-upstream-to=origin/main"]).await;
        for dir in [&path, &other] {
            git(dir, &["config", "user.name", "Ada"]).await;
            git(dir, &["config", "user.email", "ada@localhost"]).await;
        }
        (project, path, other)
    }

    /// Runs it to its end; what was printed comes along.
    async fn run(&self, id: ProjectId, command: Command) -> (RunEnd, Vec<String>) {
        let run = self.git.start(&self.who, id, command).await.unwrap();
        let mut news = self.git.follow(&self.who, id, run.id).await.unwrap();
        let mut printed = Vec::new();
        while let Some(one) = news.next().await {
            match one {
                RunNews::Printed(line) => printed.push(line.text),
                RunNews::End(end) => return (end, printed),
            }
        }
        panic!("it never ended: {printed:?}");
    }

    async fn done(&self, id: ProjectId, command: Command) -> String {
        let (end, printed) = self.run(id, command).await;
        assert!(end.ok, "{end:?} {printed:?}");
        end.words
    }

    async fn failed(&self, id: ProjectId, command: Command, words: &str) -> RunEnd {
        let (end, printed) = self.run(id, command).await;
        assert!(!end.ok && end.words.contains(words), "{end:?} {printed:?}");
        end
    }

    async fn refuses(&self, id: ProjectId, command: Command, state: &str) {
        let error = self.git.start(&self.who, id, command).await.unwrap_err();
        assert_eq!(error.details.as_deref(), Some(state), "{error}");
    }
}

fn commit_of(message: &str) -> Command {
    Command::Commit(NewCommit { message: message.to_owned(), ..NewCommit::default() })
}

fn push() -> Command {
    Command::Push(Pushed::default())
}

async fn stage_text(path: &Path, file: &str, text: &str) {
    fs::write(path.join(file), text).unwrap();
    git(path, &["add", "--", file]).await;
}

async fn commit_text(path: &Path, file: &str, text: &str) {
    stage_text(path, file, text).await;
    git(path, &["commit", "--quiet", "-m", text.trim()]).await;
}

async fn printed(dir: &Path, args: &[&str]) -> String {
    let output = exec(Exec::new("git", dir).args(args)).await.unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn hook(path: &Path, name: &str, script: &str) {
    let file = path.join(".git/hooks").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_commit_is_made_of_what_is_staged_and_amended_as_it_was_shown() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    home.refuses(project.id, commit_of("x"), "nothing_staged").await;
    home.refuses(project.id, commit_of(" \n"), "message").await;
    stage_text(&path, "a.txt", "staged\n").await;
    // Whatever the configuration of this machine says, the repository's own comes first.
    git(&path, &["config", "user.name", ""]).await;
    home.refuses(project.id, commit_of("x"), "no_identity").await;
    git(&path, &["config", "user.name", "Ada"]).await;
    fs::write(path.join("gone.txt"), "not staged\n").unwrap();
    let signed = NewCommit {
        message: "Fix it\n\n# why\n\nBecause.\n".to_owned(),
        sign_off: true,
        ..NewCommit::default()
    };
    let words = home.done(project.id, Command::Commit(signed)).await;
    assert!(words.contains("“Fix it”"), "{words}");
    let message = printed(&path, &["log", "-1", "--format=%B"]).await;
    assert_eq!(message, "Fix it\n\n# why\n\nBecause.\n\nSigned-off-by: Ada <ada@localhost>");
    assert_eq!(printed(&path, &["diff", "--name-only"]).await, "gone.txt");
    let start = home.git.commit_start(&home.who, project.id).await.unwrap();
    let last = start.last.unwrap();
    assert_eq!((last.pushed, start.author.as_deref()), (false, Some("Ada <ada@localhost>")));
    let amend = |head: Option<String>| {
        Command::Commit(NewCommit { message: "Better".to_owned(), amend: true, head, ..NewCommit::default() })
    };
    home.refuses(project.id, amend(None), "head").await;
    home.done(project.id, amend(Some(last.id.clone()))).await;
    home.refuses(project.id, amend(Some(last.id)), "changed").await;
    assert_eq!(printed(&path, &["rev-list", "--count", "HEAD"]).await, "2");
    home.done(project.id, push()).await;
    assert!(home.git.commit_start(&home.who, project.id).await.unwrap().last.unwrap().pushed);
}

#[tokio::test]
async fn what_a_hook_prints_is_told_and_what_it_refuses_is_not_committed() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    stage_text(&path, "a.txt", "staged\n").await;
    hook(&path, "pre-commit", "echo lint: line 3; exit 1");
    let (end, lines) = home.run(project.id, commit_of("x")).await;
    assert!(!end.ok && end.words.contains("hook"), "{end:?}");
    assert_eq!(lines, ["lint: line 3"]);
    assert_eq!(printed(&path, &["rev-list", "--count", "HEAD"]).await, "1");
    hook(&path, "pre-commit", "echo fine >&2");
    let (end, lines) = home.run(project.id, commit_of("x")).await;
    assert!(end.ok && lines[0] == "fine", "{end:?} {lines:?}");
}

#[tokio::test]
async fn a_hook_that_hangs_is_cancelled_and_leaves_no_lock() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    stage_text(&path, "a.txt", "staged\n").await;
    hook(&path, "pre-commit", "echo waiting; exec sleep 600");
    let run = home.git.start(&home.who, project.id, commit_of("x")).await.unwrap();
    let mut news = home.git.follow(&home.who, project.id, run.id).await.unwrap();
    assert!(matches!(news.next().await, Some(RunNews::Printed(line)) if line.text == "waiting"));
    home.refuses(project.id, Command::Fetch { remote: None }, "busy").await;
    home.git.cancel(&home.who, project.id, run.id).await.unwrap();
    let Some(RunNews::End(end)) = news.next().await else { panic!("it goes on") };
    assert!(!end.ok && end.words.contains("cancelled"), "{end:?}");
    assert!(!path.join(".git/index.lock").exists());
    let last = home.git.last(&home.who, project.id).await.unwrap().unwrap();
    assert_eq!(last.end, Some(end));
    hook(&path, "pre-commit", "");
    home.done(project.id, commit_of("x")).await;
}

#[tokio::test]
async fn a_rejected_push_is_pulled_and_pushed_again() {
    let home = Home::new().await;
    let (project, path, other) = home.shipped().await;
    commit_text(&other, "theirs.txt", "theirs\n").await;
    git(&other, &["push", "--quiet"]).await;
    commit_text(&path, "ours.txt", "ours\n").await;
    let end = home.failed(project.id, push(), "Pull them first").await;
    assert_eq!(end.next, [Command::Pull { how: Join::Rebase }, Command::Pull { how: Join::Merge }]);
    home.failed(project.id, Command::Pull { how: Join::FastForward }, "commits of their own").await;
    let known = home.git.remotes(&home.who, project.id).await.unwrap().upstream.unwrap();
    assert_eq!((known.ahead, known.behind), (1, 1), "it fetched");
    home.done(project.id, Command::Pull { how: Join::Rebase }).await;
    let words = home.done(project.id, push()).await;
    assert!(words.contains("even with origin/main"), "{words}");
    git(&other, &["pull", "--quiet", "--ff-only"]).await;
    assert!(other.join("ours.txt").exists());
    commit_text(&other, "more.txt", "more\n").await;
    git(&other, &["push", "--quiet"]).await;
    home.done(project.id, Command::Pull { how: Join::FastForward }).await;
    assert!(path.join("more.txt").exists());
}

#[tokio::test]
async fn a_conflict_on_pull_is_under_way_until_it_is_continued_or_taken_back() {
    let home = Home::new().await;
    let (project, path, other) = home.shipped().await;
    commit_text(&other, "a.txt", "theirs\n").await;
    git(&other, &["push", "--quiet"]).await;
    commit_text(&path, "a.txt", "ours\n").await;
    let step = |step| Command::Step { what: Operation::Rebase, step };
    let under_way = async || home.git.changes(&home.who, project.id, None).await.unwrap().under_way;
    home.failed(project.id, Command::Pull { how: Join::Rebase }, "There are conflicts").await;
    assert_eq!(under_way().await.unwrap().what, Operation::Rebase);
    home.failed(project.id, step(Step::Continue), "There are conflicts").await;
    home.refuses(project.id, Command::Step { what: Operation::Merge, step: Step::Abort }, "changed").await;
    home.done(project.id, step(Step::Abort)).await;
    assert_eq!(under_way().await, None);
    home.failed(project.id, Command::Pull { how: Join::Merge }, "There are conflicts").await;
    stage_text(&path, "a.txt", "both\n").await;
    let start = home.git.commit_start(&home.who, project.id).await.unwrap();
    assert!(start.prepared.unwrap().starts_with("Merge remote-tracking branch"));
    home.done(project.id, Command::Step { what: Operation::Merge, step: Step::Continue }).await;
    assert_eq!(under_way().await, None);
    home.done(project.id, push()).await;
}

#[tokio::test]
async fn force_writes_over_the_commit_that_was_shown_and_no_other() {
    let home = Home::new().await;
    let (project, path, other) = home.shipped().await;
    commit_text(&path, "ours.txt", "ours\n").await;
    home.done(project.id, push()).await;
    let shown = home.git.remotes(&home.who, project.id).await.unwrap().upstream.unwrap().commit;
    git(&path, &["commit", "--quiet", "--amend", "-m", "better"]).await;
    git(&other, &["pull", "--quiet", "--ff-only"]).await;
    commit_text(&other, "theirs.txt", "theirs\n").await;
    git(&other, &["push", "--quiet"]).await;
    let force = |lease: Option<String>| Command::Push(Pushed { set_upstream: None, lease });
    home.failed(project.id, force(shown), "nothing was written over").await;
    home.done(project.id, Command::Fetch { remote: None }).await;
    let shown = home.git.remotes(&home.who, project.id).await.unwrap().upstream.unwrap().commit;
    home.done(project.id, force(shown)).await;
    let there = printed(&home.dir.path().join("remote.git"), &["log", "-1", "--format=%s", "main"]).await;
    assert_eq!(there, "better");
}

#[tokio::test]
async fn a_new_branch_is_published_and_then_followed() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    git(&path, &["switch", "--quiet", "--create", "topic"]).await;
    home.refuses(project.id, push(), "no_upstream").await;
    let publish = |remote: &str| Pushed { set_upstream: Some(remote.to_owned()), lease: None };
    refused(
        home.git.start(&home.who, project.id, Command::Push(publish("nowhere"))).await,
        ErrorCode::NotFound,
        "no remote",
    );
    home.done(project.id, Command::Push(publish("origin"))).await;
    let known = home.git.remotes(&home.who, project.id).await.unwrap();
    let upstream = known.upstream.unwrap();
    assert_eq!((upstream.remote.as_str(), upstream.branch.as_str()), ("origin", "topic"));
    git(&path, &["remote", "set-url", "origin", "https://ada:secret@localhost:1/x"]).await;
    let known = home.git.remotes(&home.who, project.id).await.unwrap();
    assert_eq!(known.remotes[0].url, "https://***@localhost:1/x");
    let (end, lines) = home.run(project.id, Command::Fetch { remote: None }).await;
    assert!(!end.ok && !format!("{end:?}{lines:?}").contains("secret"), "{end:?} {lines:?}");
}

#[tokio::test]
async fn a_pushed_branch_leads_to_the_page_of_a_pull_request() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    let known = async || home.git.remotes(&home.who, project.id).await.unwrap();
    assert_eq!(known().await.pull_request, None, "others start from this one");
    // It is pushed to the directory, whatever the address of its pages.
    let bare = home.dir.path().join("remote.git");
    git(&path, &["remote", "set-url", "--push", "origin", bare.to_str().unwrap()]).await;
    git(&path, &["remote", "set-url", "origin", "https://ada:s3cret@github.com/o/r.git"]).await;
    git(&path, &["switch", "--quiet", "--create", "topic"]).await;
    let page = Some("https://github.com/o/r/compare/main...topic?expand=1".to_owned());
    let request = PullRequest { remote: "origin".to_owned(), base: "main".to_owned(), page: page.clone() };
    assert_eq!(known().await.pull_request, Some(request));
    let (end, lines) = home.run(project.id, Command::Push(known().await.push())).await;
    assert!(end.ok && end.pull_request == page, "{end:?} {lines:?}");
    // A host of no known kind says itself where.
    git(&path, &["remote", "set-url", "origin", "git@git.lan:o/r.git"]).await;
    assert_eq!(known().await.pull_request.unwrap().page, None);
    let (end, _) = home.run(project.id, push()).await;
    assert_eq!(end.pull_request, None, "the remote said nothing");
    let said = "https://git.lan/o/r/pull/new/topic";
    let script = bare.join("hooks/post-receive");
    fs::create_dir_all(bare.join("hooks")).unwrap();
    fs::write(&script, format!("#!/bin/sh\necho Create a pull request:; echo {said}\n")).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    commit_text(&path, "a.txt", "more\n").await;
    let (end, lines) = home.run(project.id, push()).await;
    assert_eq!(end.pull_request.as_deref(), Some(said), "{lines:?}");
}

#[tokio::test]
async fn what_asks_for_a_password_or_runs_a_program_fails_at_once() {
    let home = Home::new().await;
    let (project, path, _) = home.shipped().await;
    let trap = home.dir.path().join("trap");
    let address = format!("ext::sh -c touch% {}", trap.display());
    git(&path, &["remote", "add", "evil", &address]).await;
    let fetch = |remote: &str| Command::Fetch { remote: Some(remote.to_owned()) };
    home.failed(project.id, fetch("evil"), "Git says").await;
    assert!(!trap.exists());
    let (stranger, path) = home.repository("stranger").await;
    git(&path, &["config", "core.sshCommand", &format!("touch {}", trap.display())]).await;
    git(&path, &["remote", "add", "origin", "ssh://localhost/x"]).await;
    let refusal = home.git.start(&home.who, stranger.id, fetch("origin")).await;
    refused(refusal, ErrorCode::Untrusted, "trusted");
    home.git.remotes(&home.who, stranger.id).await.unwrap();
    home.git.commit_start(&home.who, stranger.id).await.unwrap();
    assert!(!trap.exists());
}

#[tokio::test]
async fn odd_repositories_get_an_answer_that_is_true() {
    let home = Home::new().await;
    let plain = home.directory("plain").await;
    let plain = home.engine.trust(&home.who, plain.id).await.unwrap();
    home.refuses(plain.id, commit_of("x"), "no_repository").await;
    home.refuses(plain.id, Command::Fetch { remote: None }, "no_repository").await;
    let bare = home.directory("bare").await;
    let bare = home.engine.trust(&home.who, bare.id).await.unwrap();
    git(Path::new(&bare.path), &["init", "--quiet", "--bare"]).await;
    home.refuses(bare.id, commit_of("x"), "bare").await;
    home.refuses(bare.id, push(), "bare").await;
    let empty = home.directory("empty").await;
    let empty = home.engine.trust(&home.who, empty.id).await.unwrap();
    let path = PathBuf::from(&empty.path);
    git(&path, &["init", "--quiet", "--initial-branch=main"]).await;
    home.refuses(empty.id, push(), "unborn").await;
    home.refuses(empty.id, Command::Fetch { remote: None }, "no_remote").await;
    home.refuses(empty.id, commit_of("x"), "nothing_staged").await;
    assert_eq!(home.git.commit_start(&home.who, empty.id).await.unwrap().last, None);
    git(&path, &["config", "user.name", "Ada"]).await;
    git(&path, &["config", "user.email", "ada@localhost"]).await;
    stage_text(&path, "a", "a\n").await;
    home.done(empty.id, commit_of("First")).await;
    git(&path, &["switch", "--quiet", "--detach"]).await;
    home.refuses(empty.id, push(), "detached").await;
    stage_text(&path, "a", "b\n").await;
    fs::write(path.join(".git/index.lock"), "").unwrap();
    let end = home.failed(empty.id, commit_of("x"), "left a lock").await;
    assert_eq!(end.next.len(), 1);
}
