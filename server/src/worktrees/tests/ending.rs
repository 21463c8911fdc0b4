//! How worktrees are listed, brought back, removed and put back, and what is found of those that a crash has left.

use app::{
    projects::model::ProjectPatch,
    worktrees::model::{Bring, Worktree, WorktreeState},
};

use super::*;

impl Trees {
    async fn list(&self) -> All {
        self.engine.list(&self.home.who, self.project.id).await.unwrap()
    }

    /// Whether there is neither a worktree nor anything in the trash.
    async fn nothing(&self) -> bool {
        let all = self.list().await;
        all.worktrees.is_empty() && all.trash.is_empty()
    }

    async fn the_one(&self) -> Worktree {
        let mut all = self.list().await.worktrees;
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }

    async fn bring(&self, path: &str, how: Bring) -> Result<(), AppError> {
        let wish = BringBack { path: path.to_owned(), how, message: None };
        self.engine.bring_back(&self.home.who, self.project.id, wish).await
    }

    async fn remove(&self, path: &str, anyway: bool) -> Result<(), AppError> {
        let wish = RemoveWorktree { path: path.to_owned(), anyway };
        self.engine.remove(&self.home.who, self.project.id, wish).await
    }

    async fn branches(&self) -> String {
        printed(&self.path, &["branch", "--format=%(refname:short)"]).await
    }

    /// A worktree with one commit of its own.
    async fn worked(&self, branch: &str, file: &str) -> String {
        let made = self.make(branch).await.unwrap();
        identify(&self.path).await;
        write_and_commit(Path::new(&made.path), file, branch).await;
        made.path
    }
}

async fn identify(dir: &Path) {
    git(dir, &["config", "user.name", "x"]).await;
    git(dir, &["config", "user.email", "x@localhost"]).await;
}

async fn write_and_commit(dir: &Path, file: &str, text: &str) {
    fs::write(dir.join(file), text).unwrap();
    git(dir, &["add", "."]).await;
    git(dir, &["commit", "--quiet", "-m", &format!("{text} in {file}")]).await;
}

#[tokio::test]
async fn the_list_tells_how_each_stands_and_has_those_that_others_made() {
    let trees = Trees::new().await;
    assert!(trees.nothing().await);
    let path = trees.worked("fix", "b.txt").await;
    write_and_commit(&trees.path, "c.txt", "main").await;
    fs::write(Path::new(&path).join("new"), "x").unwrap();
    git(&trees.path, &["worktree", "add", "--quiet", "--lock", "--reason", "on a stick", "../other"]).await;
    let all = trees.list().await.worktrees;
    let (ours, theirs) = (&all[0], &all[1]);
    let standing = ours.standing.unwrap();
    assert_eq!((standing.ahead, standing.behind), (Some(1), Some(1)));
    assert_eq!((standing.uncommitted, standing.unsaved), (1, 1));
    assert_eq!((ours.branch.as_deref(), ours.base.as_deref()), (Some("fix"), Some("main")));
    assert!(ours.id.is_some() && ours.size.is_some_and(|size| size.bytes > 0 && !size.more));
    assert_eq!((theirs.id, theirs.branch.as_deref()), (None, Some("other")));
    assert_eq!((theirs.state, theirs.locked.as_deref()), (WorktreeState::Ready, Some("on a stick")));
    refused(trees.remove(&theirs.path, true).await, ErrorCode::Conflict, "on a stick");
}

#[tokio::test]
async fn commits_come_back_in_each_way_and_the_worktree_can_go() {
    for (how, count, subject) in [
        (Bring::Merge, "4", "Merge branch 'fix' into main"),
        (Bring::Squash, "3", "fix in b.txt"),
        (Bring::Rebase, "3", "fix in b.txt"),
    ] {
        let trees = Trees::new().await;
        let path = trees.worked("fix", "b.txt").await;
        write_and_commit(&trees.path, "c.txt", "main").await;
        refused(trees.remove(&path, false).await, ErrorCode::Conflict, "1 commit is neither in “main”");
        trees.bring(&path, how).await.unwrap();
        assert_eq!(printed(&trees.path, &["rev-list", "--count", "main"]).await, count, "{how:?}");
        assert_eq!(printed(&trees.path, &["log", "-1", "--format=%s"]).await, subject);
        assert!(trees.path.join("b.txt").exists(), "the files of the base are there too");
        assert_eq!(printed(&trees.path, &["status", "--porcelain"]).await, "");
        if how != Bring::Squash {
            refused(trees.bring(&path, how).await, ErrorCode::Conflict, "has all of its commits");
        }
        trees.remove(&path, false).await.unwrap();
        assert!(trees.nothing().await);
        assert_eq!(trees.branches().await, "main");
        assert!(!trees.beside().exists());
    }
}

#[tokio::test]
async fn a_conflict_is_told_and_changes_nothing() {
    for how in [Bring::Merge, Bring::Squash, Bring::Rebase] {
        let trees = Trees::new().await;
        let path = trees.worked("fix", "a.txt").await;
        write_and_commit(&trees.path, "a.txt", "main").await;
        let tips = || printed(&trees.path, &["for-each-ref", "--format=%(objectname)", "refs"]);
        let before = tips().await;
        refused(
            trees.bring(&path, how).await,
            ErrorCode::Conflict,
            "Both sides changed a.txt. “main” is as it was.",
        );
        assert_eq!(tips().await, before);
        for dir in [trees.path.as_path(), Path::new(&path)] {
            assert_eq!(printed(dir, &["status", "--porcelain"]).await, "", "{how:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_brought_back_over_what_is_not_committed_or_at_work() {
    let trees = Trees::new().await;
    let path = trees.worked("fix", "a.txt").await;
    fs::write(Path::new(&path).join("new"), "x").unwrap();
    refused(trees.bring(&path, Bring::Merge).await, ErrorCode::Conflict, "1 file is not committed");
    fs::remove_file(Path::new(&path).join("new")).unwrap();
    fs::write(trees.path.join("gone.txt"), "changed").unwrap();
    refused(trees.bring(&path, Bring::Merge).await, ErrorCode::Conflict, "changes are not committed");
    git(&trees.path, &["checkout", "--quiet", "."]).await;
    trees.home.session(trees.project.id, "running", false).await;
    refused(trees.bring(&path, Bring::Merge).await, ErrorCode::Conflict, "“n” is at work");
    // An untracked file in the way is git's own to refuse.
    let trees = Trees::new().await;
    let path = trees.worked("fix", "new.txt").await;
    fs::write(trees.path.join("new.txt"), "mine").unwrap();
    refused(trees.bring(&path, Bring::Squash).await, ErrorCode::Conflict, "would be overwritten");
    assert_eq!(fs::read_to_string(trees.path.join("new.txt")).unwrap(), "mine");
}

#[tokio::test]
async fn a_base_that_is_checked_out_nowhere_moves_alone() {
    let trees = Trees::new().await;
    let path = trees.worked("fix", "b.txt").await;
    git(&trees.path, &["switch", "--quiet", "--create", "other"]).await;
    trees.bring(&path, Bring::Rebase).await.unwrap();
    assert_eq!(printed(&trees.path, &["rev-list", "--count", "main"]).await, "2");
    assert!(!trees.path.join("b.txt").exists());
}

#[tokio::test]
async fn what_is_removed_anyway_can_be_put_back_as_it_was() {
    let trees = Trees::new().await;
    let path = trees.worked("fix", "b.txt").await;
    let dir = Path::new(&path);
    for (file, text) in [("a.txt", "changed"), ("new", "untracked"), ("staged", "staged")] {
        fs::write(dir.join(file), text).unwrap();
    }
    fs::remove_file(dir.join("gone.txt")).unwrap();
    git(dir, &["add", "staged"]).await;
    let status = async || printed(dir, &["status", "--porcelain"]).await;
    let before = status().await;
    refused(trees.remove(&path, false).await, ErrorCode::Conflict, "4 files are not committed, and 1 commit");
    assert_eq!(status().await, before);
    trees.remove(&path, true).await.unwrap();
    assert!(!dir.exists());
    assert_eq!(trees.branches().await, "main");
    assert_eq!(printed(&trees.path, &["for-each-ref", "refs/roost"]).await, "");
    let all = trees.list().await;
    let [kept] = all.trash.as_slice() else { panic!("{all:#?}") };
    assert_eq!((kept.branch.as_deref(), kept.by.as_str()), (Some("fix"), "Test"));
    let patch = fs::read_to_string(Path::new(&kept.kept_in).join("changes.patch")).unwrap();
    assert!(patch.contains("+untracked") && patch.contains("+fix"), "{patch}");
    // Even after git has thrown away all that no branch has.
    git(&trees.path, &["reflog", "expire", "--expire=now", "--all"]).await;
    git(&trees.path, &["gc", "--quiet", "--prune=now"]).await;
    trees.engine.put_back(&trees.home.who, trees.project.id, kept.id).await.unwrap();
    assert_eq!(status().await, before);
    assert_eq!(fs::read_to_string(dir.join("new")).unwrap(), "untracked");
    assert_eq!(trees.the_one().await.branch.as_deref(), Some("fix"));
    assert!(trees.list().await.trash.is_empty());
}

#[tokio::test]
async fn what_is_put_back_takes_nobodys_place_and_the_trash_expires() {
    let trees = Trees::new().await;
    for _ in 0..2 {
        let path = trees.worked("fix", "b.txt").await;
        trees.remove(&path, true).await.unwrap();
    }
    let trash = trees.list().await.trash;
    for kept in &trash {
        trees.engine.put_back(&trees.home.who, trees.project.id, kept.id).await.unwrap();
    }
    assert_eq!(trees.branches().await, "fix\nfix-2\nmain");
    assert!(trees.beside().join("fix").exists() && trees.beside().join("fix-2").exists());
    trees.remove(trees.beside().join("fix").to_str().unwrap(), true).await.unwrap();
    let kept = trees.list().await.trash.remove(0);
    let mut tx = trees.engine.db.write().await.unwrap();
    queries::expire(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    trees.engine.start().await;
    assert!(trees.list().await.trash.is_empty() && !Path::new(&kept.kept_in).exists());
    let gone = trees.engine.put_back(&trees.home.who, trees.project.id, kept.id).await;
    refused(gone, ErrorCode::NotFound, "trash");
}

#[tokio::test]
async fn nothing_is_removed_that_is_in_use_or_holds_a_repository() {
    let trees = Trees::new().await;
    let made = trees.make("fix").await.unwrap();
    trees.home.terminal(made.id, None, "running").await;
    refused(
        trees.home.engine.remove(&trees.home.who, trees.project.id).await,
        ErrorCode::Conflict,
        "1 open terminal",
    );
    let inner = Path::new(&made.path).join("inner");
    fs::create_dir(&inner).unwrap();
    git(&inner, &["init", "--quiet"]).await;
    identify(&inner).await;
    write_and_commit(&inner, "x", "x").await;
    let before = printed(Path::new(&made.path), &["status", "--porcelain"]).await;
    refused(trees.remove(&made.path, true).await, ErrorCode::Conflict, "a repository of its own in inner");
    assert_eq!(printed(Path::new(&made.path), &["status", "--porcelain"]).await, before);
    assert!(inner.join("x").exists() && trees.list().await.trash.is_empty());
    let patch = ProjectPatch { archived: Some(true), ..ProjectPatch::default() };
    refused(trees.home.patch(made.id, patch).await, ErrorCode::Conflict, "It is a worktree");
    refused(
        trees.home.engine.remove(&trees.home.who, made.id).await,
        ErrorCode::Conflict,
        "It is a worktree",
    );
    for path in ["", "/", "..", "fix", trees.path.to_str().unwrap(), "/etc", "--force", "a\0b"] {
        refused(trees.remove(path, true).await, ErrorCode::NotFound, "worktree");
    }
}

#[tokio::test]
async fn what_a_crash_leaves_is_found_and_cleared_away() {
    let trees = Trees::new().await;
    // Killed between the row and the last step: before git, and after it.
    for (branch, by_git) in [("early", false), ("late", true)] {
        let made = trees.make(branch).await.unwrap();
        let mut tx = trees.engine.db.write().await.unwrap();
        queries::unready(&mut tx, made.id).await.unwrap();
        tx.commit().await.unwrap();
        if !by_git {
            git(&trees.path, &["worktree", "remove", &made.path]).await;
        }
    }
    trees.engine.start().await;
    let all = trees.list().await.worktrees;
    assert_eq!(all.iter().map(|one| one.state).collect::<Vec<_>>(), [WorktreeState::Unfinished; 2]);
    for one in &all {
        trees.remove(&one.path, false).await.unwrap();
    }
    assert!(trees.nothing().await);
    assert_eq!(trees.branches().await, "main");
    // Killed while the worktree that was never finished was removed: git has taken away what makes it one, but not all of it.
    let made = trees.make("half").await.unwrap();
    let mut tx = trees.engine.db.write().await.unwrap();
    queries::unready(&mut tx, made.id).await.unwrap();
    tx.commit().await.unwrap();
    fs::remove_file(Path::new(&made.path).join(".git")).unwrap();
    trees.remove(&made.path, false).await.unwrap();
    assert!(trees.nothing().await && !Path::new(&made.path).exists());
    assert!(!printed(&trees.path, &["worktree", "list"]).await.contains("half"));
    assert_eq!(trees.branches().await, "main");
    // An entry and a place without their directory: the branch stays.
    let path = trees.worked("gone", "b.txt").await;
    fs::remove_dir_all(&path).unwrap();
    assert_eq!(trees.the_one().await.state, WorktreeState::Missing);
    trees.remove(&path, false).await.unwrap();
    assert!(trees.nothing().await);
    assert_eq!(trees.branches().await, "gone\nmain");
    assert!(!printed(&trees.path, &["worktree", "list"]).await.contains("gone"));
    // A directory that git does not know.
    let stray = trees.beside().join("stray");
    fs::create_dir_all(&stray).unwrap();
    fs::write(stray.join("file"), "x").unwrap();
    assert_eq!(trees.the_one().await.state, WorktreeState::Stray);
    refused(trees.remove(stray.to_str().unwrap(), false).await, ErrorCode::Conflict, "does not know");
    trees.remove(stray.to_str().unwrap(), true).await.unwrap();
    let kept = trees.list().await.trash.remove(0);
    assert!(!stray.exists() && trees.list().await.worktrees.is_empty());
    trees.engine.put_back(&trees.home.who, trees.project.id, kept.id).await.unwrap();
    assert!(stray.join("file").exists());
}

#[tokio::test]
async fn a_removal_that_was_killed_loses_nothing_and_can_be_done_again() {
    let trees = Trees::new().await;
    let path = trees.worked("fix", "b.txt").await;
    fs::write(Path::new(&path).join("mine.txt"), "mine").unwrap();
    // Killed when the trash had it, before git was asked.
    let git = trees.engine.repository(trees.project.id).await.unwrap();
    let one = trees.engine.find(&git, trees.project.id, &path).await.unwrap();
    trees.engine.keep(&trees.home.who, &git, trees.project.id, &one).await.unwrap();
    trees.engine.start().await;
    let all = trees.list().await;
    assert_eq!((all.worktrees[0].state, all.trash.len()), (WorktreeState::Ready, 1));
    // Killed when git had removed half of it.
    fs::remove_file(Path::new(&path).join("b.txt")).unwrap();
    fs::remove_file(Path::new(&path).join(".git")).unwrap();
    assert_eq!(trees.the_one().await.state, WorktreeState::Stray);
    refused(trees.remove(&path, false).await, ErrorCode::Conflict, "does not know");
    trees.remove(&path, true).await.unwrap();
    assert!(trees.list().await.worktrees.is_empty());
    assert!(!printed(&trees.path, &["worktree", "list"]).await.contains("fix"));
    assert_eq!(
        trees.branches().await,
        "fix\nmain",
        "its commits stay where nobody could tell what would be lost"
    );
    let whole = all.trash[0].id;
    trees.engine.put_back(&trees.home.who, trees.project.id, whole).await.unwrap();
    let back = trees.the_one().await.path;
    assert_eq!(fs::read_to_string(Path::new(&back).join("mine.txt")).unwrap(), "mine");
    assert!(Path::new(&back).join("b.txt").exists());
}

#[tokio::test]
async fn what_was_kept_of_a_project_goes_with_it() {
    let trees = Trees::new().await;
    let path = trees.worked("fix", "b.txt").await;
    trees.remove(&path, true).await.unwrap();
    let kept = trees.list().await.trash.remove(0);
    trees.engine.start().await;
    assert!(Path::new(&kept.kept_in).exists());
    trees.home.engine.remove(&trees.home.who, trees.project.id).await.unwrap();
    trees.engine.start().await;
    assert!(!Path::new(&kept.kept_in).exists());
}

#[tokio::test]
async fn small_files_that_git_ignores_are_kept_and_put_back() {
    let trees = Trees::new().await;
    fs::write(trees.path.join(".gitignore"), ".env\n*.log\nnode_modules/\n").unwrap();
    commit(&trees.path).await;
    fs::write(trees.path.join(".env"), "KEY=1").unwrap();
    let path = trees.make("fix").await.unwrap().path;
    trees.remove(&path, false).await.unwrap();
    assert!(trees.nothing().await, "it is as in the project, so nothing is lost with it");
    let path = trees.make("fix").await.unwrap().path;
    let at = |name: &str| Path::new(&path).join(name);
    fs::write(at(".env"), "KEY=2").unwrap();
    fs::create_dir_all(at("deep/er")).unwrap();
    fs::write(at("deep/er/a.log"), "log").unwrap();
    fs::create_dir(at("node_modules")).unwrap();
    fs::write(at("node_modules/large"), "x").unwrap();
    trees.remove(&path, false).await.unwrap();
    let kept = trees.list().await.trash.remove(0);
    trees.engine.put_back(&trees.home.who, trees.project.id, kept.id).await.unwrap();
    let read = |name: &str| fs::read_to_string(at(name)).ok();
    assert_eq!(read(".env").as_deref(), Some("KEY=2"), "and not that of the project");
    assert_eq!((read("deep/er/a.log").as_deref(), read("node_modules/large")), (Some("log"), None));
}
