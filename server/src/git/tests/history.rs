//! The log, a commit, blame, stashes and branches beside each other, with real repositories.

use std::fs;

use app::git::{
    model::{
        log::{ChangeOf, LOG_PAGE, LogQuery},
        run::{Command, OneStash, RunEnd, RunNews},
    },
    port::{history::History, runs::Runs},
};
use futures::StreamExt;

use super::*;

impl Home {
    async fn told(&self, id: ProjectId, command: Command) -> RunEnd {
        let run = self.git.start(&self.who, id, command).await.unwrap();
        let news = self.git.follow(&self.who, id, run.id).await.unwrap();
        let ends = news.filter_map(async |one| match one {
            RunNews::End(end) => Some(end),
            RunNews::Printed(_) => None,
        });
        let ends: Vec<RunEnd> = ends.collect().await;
        ends.into_iter().next().unwrap()
    }

    /// A trusted project with an identity, and the commits `x` of the beginning and `second`.
    async fn two(&self) -> (Project, PathBuf) {
        let (project, path) = self.repository("p").await;
        let project = self.engine.trust(&self.who, project.id).await.unwrap();
        git(&path, &["config", "user.name", "Ada"]).await;
        git(&path, &["config", "user.email", "ada@localhost"]).await;
        fs::write(path.join("a.txt"), "one\nTWO\nthree\n").unwrap();
        git(&path, &["commit", "--quiet", "--all", "-m", "second\n\nWhy."]).await;
        (project, path)
    }

    async fn change(&self, id: ProjectId, commit: &str, path: &str) -> Result<FileDiff, AppError> {
        self.git.change(&self.who, id, of(commit, path), 0).await
    }

    async fn tip(&self, dir: &Path) -> String {
        let said = exec(Exec::new("git", dir).args(["rev-parse", "HEAD"])).await.unwrap().stdout;
        String::from_utf8(said).unwrap().trim().to_owned()
    }

    async fn subjects(&self, id: ProjectId, query: LogQuery) -> Vec<String> {
        let page = self.git.log(&self.who, id, query).await.unwrap();
        page.commits.into_iter().map(|one| one.subject).collect()
    }
}

fn of(commit: &str, path: &str) -> ChangeOf {
    ChangeOf { commit: commit.to_owned(), path: path.to_owned(), ..ChangeOf::default() }
}

#[tokio::test]
async fn a_log_goes_by_branch_and_page_and_a_commit_tells_what_it_changed() {
    let home = Home::new().await;
    let (project, path) = home.two().await;
    git(&path, &["switch", "--quiet", "--create", "topic", "HEAD~1"]).await;
    git(&path, &["mv", "a.txt", "moved.txt"]).await;
    fs::write(path.join("moved.txt"), "one\ntwo\nthree\nfour\n").unwrap();
    git(&path, &["commit", "--quiet", "--all", "-m", "third"]).await;
    let of = |branch: &str| LogQuery { branch: Some(branch.to_owned()), ..LogQuery::default() };
    assert_eq!(home.subjects(project.id, LogQuery::default()).await, ["third", "x"]);
    assert_eq!(home.subjects(project.id, of("main")).await, ["second", "x"]);
    assert_eq!(home.subjects(project.id, LogQuery { skip: 1, ..of("main") }).await, ["x"]);
    assert_eq!(home.subjects(project.id, LogQuery { all: true, ..LogQuery::default() }).await.len(), 3);
    for odd in ["nowhere", "--all", "-n1", "HEAD~1", "main\0x", "../main"] {
        refused(home.git.log(&home.who, project.id, of(odd)).await, ErrorCode::NotFound, "branch");
    }
    let tip = home.git.log(&home.who, project.id, LogQuery::default()).await.unwrap().commits.remove(0);
    assert_eq!(tip.refs, ["HEAD -> topic"]);
    let shown = home.git.commit(&home.who, project.id, &tip.id[..8]).await.unwrap();
    let file = &shown.files[0];
    assert_eq!((file.path.as_str(), file.was.as_deref(), shown.total), ("moved.txt", Some("a.txt"), 1));
    let main = home.git.log(&home.who, project.id, of("main")).await.unwrap().commits.remove(0);
    let shown = home.git.commit(&home.who, project.id, &main.id).await.unwrap();
    assert_eq!((shown.message.as_str(), shown.email.as_str()), ("second\n\nWhy.", "ada@localhost"));
    let diff = home.change(project.id, &main.id, "a.txt").await.unwrap();
    assert_eq!(printed(&diff), [" one", "-two", "+TWO", " three"]);
    assert!(!diff.by_line, "what is committed is not staged");
    let first = &main.parents[0];
    assert_eq!(
        home.git.commit(&home.who, project.id, first).await.unwrap().files.len(),
        2,
        "the first of all"
    );
    refused(home.change(project.id, first, "../x").await, ErrorCode::Invalid, "inside");
    refused(home.change(project.id, first, "no").await, ErrorCode::NotFound, "change");
    for odd in ["HEAD", "main", "--help", "abc", "zzzz", "0000000000"] {
        refused(home.git.commit(&home.who, project.id, odd).await, ErrorCode::NotFound, "commit");
    }
    let both = home.git.compare(&home.who, project.id, "main", "topic").await.unwrap();
    let (base, was) = (Some(both.from.clone()), Some("a.txt".to_owned()));
    let of = ChangeOf { commit: both.to.clone(), base, path: "moved.txt".to_owned(), was };
    let diff = home.git.change(&home.who, project.id, of, 0).await.unwrap();
    assert_eq!(printed(&diff), [" one", " two", " three", "+four"]);
    assert!(diff.notes.contains(&"rename from a.txt".to_owned()), "{:?}", diff.notes);
    assert_eq!((both.ahead, both.behind, both.total), (1, 1, 1));
    assert_eq!((both.commits[0].subject.as_str(), both.files[0].path.as_str()), ("third", "moved.txt"));
}

#[tokio::test]
async fn what_a_commit_changed_is_told_in_pages_with_images_and_sizes() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0";
    let home = Home::new().await;
    // A folder of a repository: what stands above it is not for here.
    let (_, top) = home.two().await;
    let dir = top.join("sub");
    fs::create_dir(&dir).unwrap();
    let (project, id) = (home.add(&dir).await.unwrap(), async || home.tip(&top).await);
    fs::write(dir.join("logo.png"), PNG).unwrap();
    fs::write(dir.join("long.txt"), (0..1_000).map(|n| format!("{n}\n")).collect::<String>()).unwrap();
    fs::write(top.join("above.txt"), "above\n").unwrap();
    commit(&top).await;
    let first = id().await;
    let page =
        async |from| home.git.change(&home.who, project.id, of(&first, "long.txt"), from).await.unwrap();
    let (one, last) = (page(0).await, page(800).await);
    let lines = |diff: &FileDiff| (diff.hunks[0].at, diff.hunks[0].lines.len(), diff.total);
    assert_eq!((lines(&one), lines(&last)), ((0, 400, 1_000), (800, 200, 1_000)));
    assert_eq!(one.version, last.version);
    refused(home.change(project.id, &first, "above.txt").await, ErrorCode::NotFound, "change");
    refused(home.change(project.id, &first, "../above.txt").await, ErrorCode::Invalid, "inside");
    fs::write(dir.join("logo.png"), [PNG, b"more"].concat()).unwrap();
    fs::write(dir.join("large.txt"), vec![b'x'; 17 << 20]).unwrap();
    commit(&top).await;
    let second = id().await;
    let diff = home.change(project.id, &second, "logo.png").await.unwrap();
    assert_eq!((diff.kind, diff.old_size, diff.new_size), (DiffKind::Image, Some(9), Some(13)));
    let diff = home.change(project.id, &second, "large.txt").await.unwrap();
    assert_eq!((diff.kind, diff.old_size, diff.new_size), (DiffKind::Binary, None, Some(17 << 20)));
    let image = async |commit: &str, path: &str, side| {
        home.git.changed_image(&home.who, project.id, of(commit, path), side).await
    };
    assert_eq!(image(&second, "logo.png", Side::Old).await.unwrap().bytes, PNG);
    assert_eq!(image(&second, "logo.png", Side::New).await.unwrap().bytes.len(), 13);
    refused(image(&first, "logo.png", Side::Old).await, ErrorCode::NotFound, "image");
    refused(image(&first, "long.txt", Side::New).await, ErrorCode::NotFound, "image");
    refused(image(&first, "../logo.png", Side::New).await, ErrorCode::Invalid, "inside");
}

#[tokio::test]
async fn a_long_and_a_shallow_log_say_so() {
    let home = Home::new().await;
    let (project, path) = home.two().await;
    for n in 0..LOG_PAGE {
        git(&path, &["commit", "--quiet", "--allow-empty", "-m", &n.to_string()]).await;
    }
    let page = home.git.log(&home.who, project.id, LogQuery::default()).await.unwrap();
    assert_eq!((page.commits.len(), page.more, page.shallow), (LOG_PAGE as usize, true, false));
    let (from, to) = (format!("file://{}", path.display()), home.dir.path().join("shallow"));
    git(home.dir.path(), &["clone", "--quiet", "--depth=1", &from, to.to_str().unwrap()]).await;
    let shallow = home.add(&to).await.unwrap();
    let page = home.git.log(&home.who, shallow.id, LogQuery::default()).await.unwrap();
    assert_eq!((page.commits.len(), page.more, page.shallow), (1, false, true));
    let plain = home.directory("plain").await;
    refused(
        home.git.log(&home.who, plain.id, LogQuery::default()).await,
        ErrorCode::Conflict,
        "no git repository",
    );
    git(Path::new(&plain.path), &["init", "--quiet"]).await;
    assert!(home.subjects(plain.id, LogQuery::default()).await.is_empty());
}

#[tokio::test]
async fn a_repository_that_nobody_trusts_runs_nothing_for_its_history() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    let trap = home.dir.path().join("trap");
    let script = path.join("trap.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", trap.display())).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let run = script.to_str().unwrap();
    fs::write(path.join(".gitattributes"), "* diff=evil filter=evil\n").unwrap();
    commit(&path).await;
    for (key, value) in [
        ("log.showSignature", "true"),
        ("gpg.program", run),
        ("diff.external", run),
        ("diff.evil.textconv", run),
        ("diff.evil.command", run),
        ("filter.evil.clean", run),
        ("core.fsmonitor", run),
        ("core.pager", run),
    ] {
        git(&path, &["config", key, value]).await;
    }
    let id = home.git.log(&home.who, project.id, LogQuery::default()).await.unwrap().commits[0].id.clone();
    home.git.commit(&home.who, project.id, &id).await.unwrap();
    home.change(project.id, &id, ".gitattributes").await.unwrap();
    home.git.blame(&home.who, project.id, "a.txt", 1).await.unwrap();
    home.git.stashes(&home.who, project.id).await.unwrap();
    home.git.remotes(&home.who, project.id).await.unwrap();
    assert!(!trap.exists());
}

#[tokio::test]
async fn the_lines_of_a_file_have_their_commits() {
    let home = Home::new().await;
    let (project, path) = home.two().await;
    fs::write(path.join("a.txt"), "one\nTWO\nthree\nfour\n").unwrap();
    let blame = home.git.blame(&home.who, project.id, "a.txt", 1).await.unwrap();
    let parts: Vec<_> = blame.parts.iter().map(|part| (part.line, part.lines.join("|"))).collect();
    let expected =
        [(1, "one"), (2, "TWO"), (3, "three"), (4, "four")].map(|(line, text)| (line, text.to_owned()));
    assert_eq!(parts, expected);
    assert_eq!((blame.parts[1].author.as_str(), blame.parts[1].subject.as_str()), ("Ada", "second"));
    assert!(blame.parts[3].commit.bytes().all(|byte| byte == b'0'));
    assert!(home.git.blame(&home.who, project.id, "a.txt", 99).await.unwrap().parts.is_empty());
    for odd in ["", "../p/a.txt", "/etc/passwd", "a\0b"] {
        refused(
            home.git.blame(&home.who, project.id, odd, 1).await,
            ErrorCode::Invalid,
            "inside the project",
        );
    }
    refused(home.git.blame(&home.who, project.id, "none", 1).await, ErrorCode::NotFound, "file");
}

#[tokio::test]
async fn what_is_put_aside_comes_back_even_after_it_was_dropped() {
    let home = Home::new().await;
    let (project, path) = home.two().await;
    let stash = |untracked| Command::Stash { message: "for later".to_owned(), untracked };
    let nothing = home.git.start(&home.who, project.id, stash(true)).await.unwrap_err();
    assert_eq!(nothing.details.as_deref(), Some("nothing_changed"));
    fs::write(path.join("a.txt"), "changed\n").unwrap();
    fs::write(path.join("new.txt"), "new\n").unwrap();
    assert!(home.told(project.id, stash(true)).await.ok);
    assert!(!path.join("new.txt").exists());
    let one = home.git.stashes(&home.who, project.id).await.unwrap().remove(0);
    assert!(one.message.ends_with("for later"), "{}", one.message);
    // It is seen before it comes back: what was changed, and beside it the files that git did not know.
    let shown = home.git.commit(&home.who, project.id, &one.id).await.unwrap();
    let diff = home.change(project.id, &one.id, "a.txt").await.unwrap();
    assert_eq!(printed(&diff), ["-one", "-TWO", "-three", "+changed"]);
    let new = shown.commit.parents.get(2).expect("new files went along");
    let files = home.git.commit(&home.who, project.id, new).await.unwrap().files;
    assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["new.txt"]);
    assert_eq!(printed(&home.change(project.id, new, "new.txt").await.unwrap()), ["+new"]);
    let of = OneStash { id: one.id.clone(), message: one.message.clone() };
    let end = home.told(project.id, Command::DropStash(of.clone())).await;
    assert_eq!((end.ok, end.next.as_slice()), (true, [Command::RestoreStash(of)].as_slice()));
    let gone =
        home.git.start(&home.who, project.id, Command::Unstash { id: one.id.clone(), keep: false }).await;
    refused(gone, ErrorCode::NotFound, "stash");
    assert!(home.told(project.id, end.next[0].clone()).await.ok);
    assert_eq!(home.git.stashes(&home.who, project.id).await.unwrap()[0].message, one.message);
    assert!(home.told(project.id, Command::Unstash { id: one.id, keep: false }).await.ok);
    assert_eq!(fs::read_to_string(path.join("new.txt")).unwrap(), "new\n");
    assert!(home.git.stashes(&home.who, project.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_branch_is_deleted_as_it_was_shown_and_can_be_brought_back() {
    let home = Home::new().await;
    let (project, path) = home.two().await;
    git(&path, &["branch", "merged"]).await;
    git(&path, &["switch", "--quiet", "--create", "own"]).await;
    git(&path, &["commit", "--quiet", "--allow-empty", "-m", "own"]).await;
    git(&path, &["switch", "--quiet", "main"]).await;
    let branches = home.git.branches(&home.who, project.id).await.unwrap().branches;
    let commit = |name: &str| branches.iter().find(|one| one.name == name).unwrap().commit.clone();
    let delete =
        |name: &str, commit: String| Command::DeleteBranch { name: name.to_owned(), commit, force: false };
    let stale = home.git.start(&home.who, project.id, delete("own", commit("main"))).await.unwrap_err();
    assert_eq!(stale.details.as_deref(), Some("changed"));
    assert!(home.told(project.id, delete("merged", commit("merged"))).await.ok);
    let asks = home.told(project.id, delete("own", commit("own"))).await;
    assert!(!asks.ok && asks.words.contains("on no other one"), "{asks:?}");
    let done = home.told(project.id, asks.next[0].clone()).await;
    assert!(done.ok && done.words.contains(&commit("own")[..7]), "{done:?}");
    assert!(home.told(project.id, done.next[0].clone()).await.ok);
    let there = home.git.branches(&home.who, project.id).await.unwrap().branches;
    assert!(there.iter().any(|one| one.name == "own" && one.commit == commit("own")));
    assert!(!home.told(project.id, delete("main", commit("main"))).await.ok, "it is checked out");
}
