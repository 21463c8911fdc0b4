//! Projects as work trees: what git says of them, hostile ones included.

use std::{fs, os::unix::fs::PermissionsExt};

use super::*;

#[tokio::test]
async fn changes_are_listed_by_group_with_counts() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    fs::write(path.join("a.txt"), "one\nTWO\nthree\n").unwrap();
    git(&path, &["add", "a.txt"]).await;
    fs::write(path.join("a.txt"), "one\nTWO\nthree\nfour\n").unwrap();
    fs::remove_file(path.join("gone.txt")).unwrap();
    fs::create_dir(path.join("new dir")).unwrap();
    fs::write(path.join("new dir/ü [x]*.rs"), "fn main() {}\n// end").unwrap();
    fs::write(path.join("logo.bin"), b"\0\x01").unwrap();
    let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
    let files: Vec<_> = changes
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.group, file.letter.as_str(), file.added, file.removed))
        .collect();
    let expected = [
        ("a.txt", ChangeGroup::Staged, "M", Some(1), Some(1)),
        ("a.txt", ChangeGroup::Changed, "M", Some(1), Some(0)),
        ("gone.txt", ChangeGroup::Changed, "D", Some(0), Some(1)),
        ("logo.bin", ChangeGroup::Untracked, "?", None, None),
        ("new dir/ü [x]*.rs", ChangeGroup::Untracked, "?", Some(2), Some(0)),
    ];
    assert_eq!(files, expected);
    assert_eq!((changes.total, changes.git.unwrap().branch.as_str()), (5, "main"));
    let lines = async |path, group| printed(&home.diff(project.id, path, group).await.unwrap());
    assert_eq!(lines("a.txt", ChangeGroup::Staged).await, [" one", "-two", "+TWO", " three"]);
    assert_eq!(lines("a.txt", ChangeGroup::Changed).await, [" one", " TWO", " three", "+four"]);
    assert_eq!(lines("gone.txt", ChangeGroup::Changed).await, ["-x"]);
    let new = home.diff(project.id, "new dir/ü [x]*.rs", ChangeGroup::Untracked).await.unwrap();
    assert_eq!(printed(&new), ["+fn main() {}", "+// end"]);
    assert!(new.hunks[0].lines[0].html.contains("hl-k"), "{new:?}");
    let binary = home.diff(project.id, "logo.bin", ChangeGroup::Untracked).await.unwrap();
    assert_eq!((binary.kind, binary.old_size, binary.new_size), (DiffKind::Binary, None, Some(2)));
}

#[tokio::test]
async fn a_directory_below_the_top_of_its_repository_sees_only_its_own() {
    let home = Home::new().await;
    let (_, top) = home.repository("top").await;
    fs::create_dir(top.join("sub")).unwrap();
    fs::write(top.join("sub/b.txt"), "b\n").unwrap();
    commit(&top).await;
    let sub = home.add(&top.join("sub")).await.unwrap();
    fs::write(top.join("a.txt"), "changed\n").unwrap();
    assert_eq!(home.git.changes(&home.who, sub.id, None).await.unwrap().total, 0);
    fs::write(top.join("sub/b.txt"), "c\n").unwrap();
    let changes = home.git.changes(&home.who, sub.id, None).await.unwrap();
    assert_eq!((changes.files[0].path.as_str(), changes.files[0].added), ("b.txt", Some(1)));
    let diff = home.diff(sub.id, "b.txt", ChangeGroup::Changed).await.unwrap();
    assert_eq!(printed(&diff), ["-b", "+c"]);
}

#[tokio::test]
async fn a_conflict_and_a_plain_directory_are_no_errors() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    git(&path, &["checkout", "--quiet", "-b", "other"]).await;
    fs::write(path.join("a.txt"), "theirs\n").unwrap();
    commit(&path).await;
    git(&path, &["checkout", "--quiet", "main"]).await;
    fs::write(path.join("a.txt"), "ours\n").unwrap();
    commit(&path).await;
    let merge = ["-c", "user.name=x", "-c", "user.email=x@localhost", "merge", "--quiet", "other"];
    assert_eq!(exec(Exec::new("git", &path).args(merge)).await.unwrap().code, Some(1));
    let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
    assert_eq!((changes.files[0].group, changes.files[0].letter.as_str()), (ChangeGroup::Conflicted, "U"));
    let diff = home.diff(project.id, "a.txt", ChangeGroup::Conflicted).await.unwrap();
    assert!(printed(&diff).iter().any(|line| line.starts_with("+<<<<<<<")) && !diff.by_line, "{diff:?}");
    let plain = home.directory("plain").await;
    assert_eq!(home.git.changes(&home.who, plain.id, None).await.unwrap(), Changes::default());
}

#[tokio::test]
async fn a_large_change_is_told_in_pages_and_counted_whole() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    for n in 0..1_003 {
        fs::write(path.join(format!("f{n:04}")), "x\n").unwrap();
    }
    fs::write(path.join("a.txt"), "changed\n").unwrap();
    let ask = |page| home.git.changes(&home.who, project.id, page);
    let first = ask(None).await.unwrap();
    assert_eq!((first.counts.untracked, first.counts.changed, first.total), (1_003, 1, 1_004));
    assert_eq!((first.files.len(), first.files[0].path.as_str()), (501, "a.txt"));
    let mut seen: Vec<String> = first.files.into_iter().skip(1).map(|file| file.path).collect();
    while let Some(after) = seen.last().cloned() {
        let page = ChangePage { group: ChangeGroup::Untracked, after };
        let next = ask(Some(page)).await.unwrap();
        assert_eq!(next.counts.untracked, 1_003);
        if next.files.is_empty() {
            break;
        }
        seen.extend(next.files.into_iter().map(|file| file.path));
    }
    assert_eq!(seen, (0..1_003).map(|n| format!("f{n:04}")).collect::<Vec<_>>());
    git(&path, &["add", "."]).await;
    let staged = ask(None).await.unwrap();
    assert_eq!((staged.counts.staged, staged.files.len()), (1_004, 500));
    assert_eq!((staged.files[0].added, staged.files[0].removed), (Some(1), Some(3)));
}

#[tokio::test]
async fn what_git_is_in_the_middle_of_is_told() {
    let home = Home::new().await;
    let empty = home.directory("empty").await;
    git(Path::new(&empty.path), &["init", "--quiet"]).await;
    assert!(home.git.changes(&home.who, empty.id, None).await.unwrap().head.unborn);
    let (project, path) = home.repository("p").await;
    for (branch, text) in [("theirs", "1\n"), ("ours", "2\n")] {
        git(&path, &["switch", "--quiet", "--create", branch, "main"]).await;
        fs::write(path.join("a.txt"), text).unwrap();
        commit(&path).await;
    }
    let told = async || {
        let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
        (changes.under_way.map(|one| (one.what, one.step, one.steps)), changes.counts.conflicted)
    };
    assert_eq!(told().await, (None, 0));
    let run = async |args: &[&str]| {
        let own = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        exec(Exec::new("git", &path).args(own).args(args)).await.unwrap()
    };
    for (command, what, step) in [
        ("merge", Operation::Merge, None),
        ("rebase", Operation::Rebase, Some(1)),
        ("cherry-pick", Operation::CherryPick, None),
    ] {
        run(&[command, "theirs"]).await;
        assert_eq!(told().await, (Some((what, step, step)), 1), "{command}");
        git(&path, &[command, "--abort"]).await;
    }
    git(&path, &["bisect", "start"]).await;
    assert_eq!(told().await, (Some((Operation::Bisect, None, None)), 0));
    git(&path, &["bisect", "reset"]).await;
    git(&path, &["switch", "--quiet", "--detach"]).await;
    assert!(home.git.changes(&home.who, project.id, None).await.unwrap().head.detached);
    git(&path, &["switch", "--quiet", "--create", "late", "--track", "main"]).await;
    run(&["commit", "--quiet", "--allow-empty", "-m", "one more"]).await;
    let head = home.git.changes(&home.who, project.id, None).await.unwrap().head;
    assert_eq!((head.upstream.as_deref(), head.ahead, head.behind), (Some("main"), Some(1), Some(0)));
}

#[tokio::test]
async fn a_diff_shows_nothing_but_changes_inside_the_project() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    let secret = home.dir.path().join("secret.txt");
    fs::write(&secret, "secret\n").unwrap();
    fs::write(path.join(".gitignore"), "ignored\n").unwrap();
    fs::write(path.join("ignored"), "secret\n").unwrap();
    std::os::unix::fs::symlink(&secret, path.join("link")).unwrap();
    std::os::unix::fs::symlink(home.dir.path(), path.join("out")).unwrap();
    for bad in ["", "/etc/passwd", "../secret.txt", "a/../../secret.txt", ".", "a\0b"] {
        for group in [ChangeGroup::Untracked, ChangeGroup::Changed] {
            refused(home.diff(project.id, bad, group).await, ErrorCode::Invalid, "inside the project");
        }
    }
    for missing in ["ignored", "a.txt", "none", "--help", "-p", ":(glob)*"] {
        refused(
            home.diff(project.id, missing, ChangeGroup::Untracked).await,
            ErrorCode::NotFound,
            "no such change",
        );
        refused(
            home.diff(project.id, missing, ChangeGroup::Changed).await,
            ErrorCode::NotFound,
            "no such change",
        );
    }
    let link = home.diff(project.id, "link", ChangeGroup::Untracked).await.unwrap();
    assert_eq!(printed(&link), [format!("+{}", secret.display())]);
    assert!(!link.by_line);
    assert!(home.diff(project.id, "out/secret.txt", ChangeGroup::Untracked).await.is_err());
}

#[tokio::test]
async fn a_hostile_repository_runs_nothing() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    let ran = home.dir.path().join("ran");
    let trap = home.dir.path().join("trap");
    fs::write(&trap, format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", ran.display())).unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil=x.process",
        "pager.diff",
        "pager.status",
        "core.alternateRefsCommand",
        "credential.helper",
        "interactive.diffFilter",
    ] {
        git(&path, &["config", key, trap]).await;
    }
    git(&path, &["config", "filter.evil.required", "true"]).await;
    git(&path, &["config", "core.hooksPath", home.dir.path().to_str().unwrap()]).await;
    fs::write(path.join(".git/info/attributes"), "* filter=evil diff=evil\nb.txt filter=evil=x\n").unwrap();
    for hook in ["post-index-change", "pre-commit", "fsmonitor-watchman"] {
        fs::copy(trap, home.dir.path().join(hook)).unwrap();
        fs::copy(trap, path.join(".git/hooks").join(hook)).unwrap();
    }
    fs::write(path.join("a.txt"), "changed\n").unwrap();
    fs::write(path.join("b.txt"), "new\n").unwrap();
    home.engine.forget_looks();
    assert!(home.engine.get(&home.who, project.id).await.unwrap().git.unwrap().dirty);
    assert_eq!(home.git.changes(&home.who, project.id, None).await.unwrap().total, 2);
    let diff = home.diff(project.id, "a.txt", ChangeGroup::Changed).await.unwrap();
    assert!(printed(&diff).contains(&"+changed".to_owned()));
    home.diff(project.id, "b.txt", ChangeGroup::Untracked).await.unwrap();
    home.engine.trust_report(&home.who, project.id).await.unwrap();
    home.git.branches(&home.who, project.id).await.unwrap();
    assert!(!ran.exists(), "{}", fs::read_to_string(&ran).unwrap_or_default());
    // Once trusted, the person's filters work again; it also shows that the trap would have snapped.
    home.engine.trust(&home.who, project.id).await.unwrap();
    home.git.changes(&home.who, project.id, None).await.unwrap();
    assert!(fs::read_to_string(&ran).unwrap().contains("trap"));
}
