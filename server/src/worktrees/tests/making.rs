//! How worktrees are made: where, from what, under which name, and that nothing stays of one that could not be.

use std::os::unix::fs::symlink;

use app::git::port::history::History;

use super::*;

#[tokio::test]
async fn a_worktree_is_a_trusted_place_beside_its_project() {
    let trees = Trees::new().await;
    let made = trees.make("fix/login").await.unwrap();
    assert_eq!(Path::new(&made.path), trees.beside().join("fix-login"));
    assert_eq!(printed(Path::new(&made.path), &["branch", "--show-current"]).await, "fix/login");
    let place = trees.home.engine.trusted_place(made.id).await.unwrap();
    assert_eq!(place.dir, Path::new(&made.path));
    let cli = fs::read_to_string(trees.home.dir.path().join("cli/.claude.json")).unwrap();
    assert!(cli.contains(&made.path), "the CLI asks no more: {cli}");
    let all = trees.home.engine.list(&trees.home.who).await.unwrap();
    let shown = all.iter().find(|one| one.id == made.id).unwrap();
    assert_eq!((shown.worktree_of, shown.name.as_str()), (Some(trees.project.id), "fix/login"));
    assert!(!printed(&trees.path, &["status", "--porcelain"]).await.contains("worktrees"));
    // Another session works in the same one.
    let wish = InWorktree { id: Some(made.id), ..InWorktree::default() };
    let again = trees.engine.choose(trees.project.id, &wish, "").await.unwrap();
    assert_eq!((again.id, again.made), (made.id, false));
}

#[tokio::test]
async fn a_branch_nobody_named_is_named_by_the_words_and_starts_from_the_base() {
    let trees = Trees::new().await;
    git(&trees.path, &["switch", "--quiet", "--create", "other"]).await;
    fs::write(trees.path.join("other.txt"), "x").unwrap();
    commit(&trees.path).await;
    let words = "Fix it\nand more";
    for (base, branch, there) in [(None, "fix-it", false), (Some("other"), "fix-it-2", true)] {
        let wish = InWorktree { base: base.map(str::to_owned), ..InWorktree::default() };
        let made = trees.engine.choose(trees.project.id, &wish, words).await.unwrap();
        let path = Path::new(&made.path);
        assert_eq!(printed(path, &["branch", "--show-current"]).await, branch);
        assert_eq!(path.join("other.txt").exists(), there, "the default branch unless another is named");
    }
}

#[tokio::test]
async fn a_project_inside_a_repository_is_worked_on_at_the_same_place_in_the_worktree() {
    let home = Home::new().await;
    let (_, top) = home.repository("top").await;
    fs::create_dir(top.join("part")).unwrap();
    fs::write(top.join("part/b.txt"), "x").unwrap();
    commit(&top).await;
    let part = home.add(&top.join("part")).await.unwrap();
    home.engine.trust(&home.who, part.id).await.unwrap();
    let engine = home.worktrees().await;
    let made = engine.choose(part.id, &InWorktree::default(), "x").await.unwrap();
    assert!(made.path.ends_with("/top.worktrees/x/part"), "{}", made.path);
    // A base from before the directory was there.
    let wish = InWorktree { base: Some("old".to_owned()), ..InWorktree::default() };
    git(&top, &["branch", "old", "HEAD~1"]).await;
    refused(engine.choose(part.id, &wish, "y").await, ErrorCode::Conflict, "has no directory part");
    assert!(!made.path.is_empty() && !top.with_file_name("top.worktrees").join("y").exists());
}

#[tokio::test]
async fn what_cannot_be_a_branch_is_refused_and_nothing_stays() {
    let trees = Trees::new().await;
    git(&trees.path, &["branch", "taken"]).await;
    let before = (printed(&trees.path, &["branch"]).await, trees.known().await);
    let long = "x".repeat(300);
    for name in [
        "..",
        "../x",
        "/etc",
        "-rf",
        "--upload-pack=x",
        "a\0b",
        "a b",
        "@",
        "",
        "x.lock",
        "a..b",
        "a~1",
        &long,
    ] {
        refused(trees.make(name).await, ErrorCode::Invalid, "name of a branch");
    }
    refused(trees.make("taken").await, ErrorCode::Conflict, "a branch “taken” already");
    refused(trees.make("taken/deeper").await, ErrorCode::Conflict, "cannot lock ref");
    let based = |base: &str| InWorktree { base: Some(base.to_owned()), ..InWorktree::default() };
    let from = async |base: &str| trees.engine.choose(trees.project.id, &based(base), "x").await;
    refused(from("nowhere").await, ErrorCode::NotFound, "branch");
    refused(from("main~1").await, ErrorCode::Invalid, "name of a branch");
    let unknown = InWorktree { id: Some(trees.project.id), ..InWorktree::default() };
    refused(trees.engine.choose(trees.project.id, &unknown, "").await, ErrorCode::NotFound, "worktree");
    assert_eq!((printed(&trees.path, &["branch"]).await, trees.known().await), before);
    assert!(!trees.beside().exists());
}

#[tokio::test]
async fn what_is_there_already_is_left_alone() {
    let trees = Trees::new().await;
    fs::create_dir_all(trees.beside().join("x")).unwrap();
    fs::write(trees.beside().join("x/mine"), "x").unwrap();
    let made = trees.make("x").await.unwrap();
    assert_eq!(Path::new(&made.path), trees.beside().join("x-2"));
    fs::rename(trees.beside(), trees.home.dir.path().join("away")).unwrap();
    symlink("away", trees.beside()).unwrap();
    refused(trees.make("y").await, ErrorCode::Conflict, "no directory of its own");
    assert!(trees.home.dir.path().join("away/x/mine").exists());
}

#[tokio::test]
async fn where_no_worktree_can_be_it_is_said() {
    let home = Home::new().await;
    let engine = home.worktrees().await;
    let plain = home.directory("plain").await;
    let wish = InWorktree::default();
    refused(engine.choose(plain.id, &wish, "x").await, ErrorCode::Untrusted, "trusted");
    home.engine.trust(&home.who, plain.id).await.unwrap();
    refused(engine.choose(plain.id, &wish, "x").await, ErrorCode::Conflict, "no git repository");
    git(Path::new(&plain.path), &["init", "--quiet", "--initial-branch=main"]).await;
    refused(engine.choose(plain.id, &wish, "x").await, ErrorCode::Conflict, "no commit");
}

#[tokio::test]
async fn a_worktree_without_its_session_is_taken_back() {
    let trees = Trees::new().await;
    let before = (printed(&trees.path, &["branch"]).await, trees.known().await);
    let made = trees.make("x").await.unwrap();
    trees.engine.take_back(made).await;
    assert_eq!((printed(&trees.path, &["branch"]).await, trees.known().await), before);
    assert!(!trees.beside().exists());
    assert!(!printed(&trees.path, &["worktree", "list"]).await.contains("p.worktrees"));
}

#[tokio::test]
async fn ignored_files_that_are_listed_come_along_and_links_do_not() {
    let trees = Trees::new().await;
    let (path, outside) = (&trees.path, trees.home.dir.path().join("secret"));
    fs::write(path.join(".gitignore"), ".env*\nbuild/\n*.key\n").unwrap();
    commit(path).await;
    fs::create_dir_all(path.join("part")).unwrap();
    fs::create_dir_all(path.join("build")).unwrap();
    fs::write(&outside, "secret").unwrap();
    for file in [".env", "part/.env.local", "build/.env", "x.key"] {
        fs::write(path.join(file), file).unwrap();
    }
    symlink(&outside, path.join(".env.link")).unwrap();
    let made = trees.make("one").await.unwrap();
    let there = |file: &str| fs::read_to_string(Path::new(&made.path).join(file)).ok();
    assert_eq!(there(".env").as_deref(), Some(".env"));
    assert_eq!(there("part/.env.local").as_deref(), Some("part/.env.local"));
    assert_eq!((there("build/.env"), there("x.key"), there(".env.link")), (None, None, None));
    let settings = |copy: &str| WorktreeSettings { copy: copy.to_owned(), setup: String::new() };
    let change = async |copy: &str| {
        trees.engine.change_settings(&trees.home.who, trees.project.id, settings(copy)).await
    };
    refused(change("../secret").await, ErrorCode::Invalid, "no pattern");
    change("*.key\n").await.unwrap();
    let made = trees.make("two").await.unwrap();
    let there = |file: &str| Path::new(&made.path).join(file).exists();
    assert_eq!((there("x.key"), there(".env")), (true, false));
    let all = trees.engine.list(&trees.home.who, trees.project.id).await.unwrap();
    assert_eq!(
        (all.settings.copy.as_str(), &all.worktrees[0].copied[..]),
        ("*.key\n", &["x.key".to_owned()][..])
    );
}

#[tokio::test]
async fn a_pull_request_goes_into_the_branch_that_the_worktree_was_made_from() {
    let trees = Trees::new().await;
    git(&trees.path, &["remote", "add", "origin", "git@github.com:o/r.git"]).await;
    for branch in ["dev", "local"] {
        git(&trees.path, &["branch", branch]).await;
    }
    // The remote has only one of them, as far as is known.
    git(&trees.path, &["update-ref", "refs/remotes/origin/dev", "HEAD"]).await;
    for (base, into) in [("dev", "dev"), ("local", "main")] {
        let wish = InWorktree { base: Some(base.to_owned()), ..InWorktree::default() };
        let made = trees.engine.choose(trees.project.id, &wish, "fix it").await.unwrap();
        let known = trees.home.git.remotes(&trees.home.who, made.id).await.unwrap();
        assert_eq!(known.pull_request.unwrap().base, into, "{base}");
    }
}
