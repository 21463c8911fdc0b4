//! The engine on a fresh database, with temporary directories and the real git. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use app::auth::model::Identity;
use tempfile::TempDir;

use super::*;
use crate::{
    db::test_db,
    keeper::{Exec, exec},
};

struct Home {
    engine: ProjectsEngine,
    bus: Bus,
    dir: TempDir,
    _db: TempDir,
    who: Viewer,
}

impl Home {
    async fn new() -> Self {
        let (db, _db) = test_db().await;
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config {
            projects_root: dir.path().join("root"),
            ..Config::default()
        };
        let cli = dir.path().join("cli").to_str().unwrap().to_owned();
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), cli);
        let bus = Bus::default();
        let engine = ProjectsEngine::new(db, bus.clone(), Arc::new(config));
        Self {
            engine,
            bus,
            dir,
            _db,
            who: Viewer {
                identity: Identity::Open,
                label: "Test".to_owned(),
            },
        }
    }

    async fn add(&self, path: &Path) -> Result<Project, AppError> {
        let path = Some(path.to_str().unwrap().to_owned());
        self.engine.add(&self.who, NewProject { path, name: None }).await
    }

    async fn directory(&self, name: &str) -> Project {
        let path = self.dir.path().join(name);
        fs::create_dir(&path).unwrap();
        self.add(&path).await.unwrap()
    }

    /// A project whose directory is a repository with one commit of `a.txt` and `gone.txt`.
    async fn repository(&self, name: &str) -> (Project, PathBuf) {
        let project = self.directory(name).await;
        let path = PathBuf::from(&project.path);
        git(&path, &["init", "--quiet", "--initial-branch=main"]).await;
        fs::write(path.join("a.txt"), "one\ntwo\nthree\n").unwrap();
        fs::write(path.join("gone.txt"), "x\n").unwrap();
        commit(&path).await;
        (project, path)
    }

    async fn session(&self, project: ProjectId, status: &str, waits: bool) {
        let mut tx = self.engine.db.write().await.unwrap();
        queries::insert_session(&mut tx, project, status, waits)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn patch(&self, id: ProjectId, patch: ProjectPatch) -> Result<Project, AppError> {
        self.engine.update(&self.who, id, patch).await
    }

    async fn names(&self) -> Vec<String> {
        self.engine
            .list(&self.who)
            .await
            .unwrap()
            .into_iter()
            .map(|project| project.name)
            .collect()
    }

    async fn diff(&self, id: ProjectId, path: &str, group: ChangeGroup) -> Result<String, AppError> {
        self.engine.diff(&self.who, id, path, group).await
    }
}

async fn git(dir: &Path, args: &[&str]) {
    let output = exec(Exec::new("git", dir).args(args)).await.unwrap();
    assert!(
        output.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

async fn commit(dir: &Path) {
    git(dir, &["add", "."]).await;
    git(
        dir,
        &[
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@localhost",
            "commit",
            "--quiet",
            "-m",
            "x",
        ],
    )
    .await;
}

fn refused<T: std::fmt::Debug>(result: Result<T, AppError>, code: ErrorCode, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(words), "{error}");
}

#[tokio::test]
async fn a_directory_is_registered_once_with_its_links_resolved() {
    let home = Home::new().await;
    let project = home.directory("shop").await;
    assert_eq!(
        (project.name.as_str(), project.position, &project.trust),
        ("shop", 0, &None)
    );
    let link = home.dir.path().join("link");
    std::os::unix::fs::symlink(&project.path, &link).unwrap();
    refused(
        home.add(&link).await,
        ErrorCode::Conflict,
        "already the project “shop”",
    );
    assert_eq!(home.engine.get(&home.who, project.id).await.unwrap(), project);
    refused(
        home.engine.get(&home.who, ProjectId(Uuid::nil())).await,
        ErrorCode::NotFound,
        "no such project",
    );
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused_with_the_reason() {
    let home = Home::new().await;
    let file = home.dir.path().join("file");
    fs::write(&file, "").unwrap();
    for (path, words) in [
        ("", "empty"),
        ("relative/path", "absolute"),
        ("/no/such/directory", "no such"),
        (file.to_str().unwrap(), "a file"),
        (file.join("below").to_str().unwrap(), "a file"),
        ("/with\0nul", "cannot be reached"),
    ] {
        let error = home.add(Path::new(path)).await.unwrap_err();
        assert_eq!(
            (error.code, error.details.as_deref()),
            (ErrorCode::Invalid, Some("path")),
            "{path}"
        );
        assert!(error.message.contains(words), "{path}: {error}");
    }
    let both = NewProject {
        path: Some("/".to_owned()),
        name: Some("x".to_owned()),
    };
    refused(
        home.engine.add(&home.who, both).await,
        ErrorCode::Invalid,
        "either",
    );
    refused(
        home.engine.add(&home.who, NewProject::default()).await,
        ErrorCode::Invalid,
        "either",
    );
}

#[tokio::test]
async fn a_name_makes_a_directory_with_a_repository() {
    let home = Home::new().await;
    let new = |name: &str| {
        home.engine.add(
            &home.who,
            NewProject {
                path: None,
                name: Some(name.to_owned()),
            },
        )
    };
    let project = new("shop").await.unwrap();
    assert!(Path::new(&project.path).join(".git").is_dir());
    assert!(
        project
            .git
            .is_some_and(|git| !git.dirty && !git.branch.is_empty())
    );
    refused(new("shop").await, ErrorCode::Conflict, "exists already");
    refused(new("../up").await, ErrorCode::Invalid, "A name has");
}

#[tokio::test]
async fn cards_tell_branch_dirt_problems_and_counts() {
    let home = Home::new().await;
    let (clean, _) = home.repository("clean").await;
    let (dirty, path) = home.repository("dirty").await;
    let gone = home.directory("gone").await;
    fs::write(path.join("new"), "").unwrap();
    fs::remove_dir(&gone.path).unwrap();
    for (status, waits) in [
        ("running", true),
        ("running", false),
        ("queued", false),
        ("idle", false),
        ("failed", false),
    ] {
        home.session(clean.id, status, waits).await;
    }
    home.engine.seen().clear();
    let list = home.engine.list(&home.who).await.unwrap();
    let git: Vec<_> = list
        .iter()
        .map(|project| project.git.as_ref().map(|git| (git.branch.as_str(), git.dirty)))
        .collect();
    assert_eq!(git, [Some(("main", false)), Some(("main", true)), None]);
    assert_eq!(list[2].problem.as_deref(), Some("The directory is gone."));
    let counts = list[0].counts;
    assert_eq!(
        (counts.waiting, counts.running, counts.idle, counts.total),
        (1, 2, 1, 5)
    );
    assert_eq!(home.engine.get(&home.who, clean.id).await.unwrap().counts, counts);
    assert_eq!(list[1].counts.total, 0);
    assert_eq!(list[1].id, dirty.id);
}

#[tokio::test]
async fn projects_are_renamed_moved_and_put_away() {
    let home = Home::new().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(home.directory(name).await.id);
    }
    let mut pushes = home.bus.subscribe();
    let renamed = home
        .patch(
            ids[0],
            ProjectPatch {
                name: Some(" Shop ".to_owned()),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(renamed.name, "Shop");
    assert!(matches!(&*pushes.recv().await.unwrap(), Push::Project(project) if project.name == "Shop"));
    for name in ["", "  ", "a\nb", &"x".repeat(101)] {
        let patch = ProjectPatch {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        refused(home.patch(ids[0], patch).await, ErrorCode::Invalid, "A name has");
    }
    home.patch(
        ids[2],
        ProjectPatch {
            position: Some(0),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(home.names().await, ["c", "Shop", "b"]);
    home.patch(
        ids[2],
        ProjectPatch {
            position: Some(99),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(home.names().await, ["Shop", "b", "c"]);
    refused(
        home.patch(
            ids[2],
            ProjectPatch {
                position: Some(-1),
                ..Default::default()
            },
        )
        .await,
        ErrorCode::Invalid,
        "from 0",
    );
    let archived = home
        .patch(
            ids[0],
            ProjectPatch {
                archived: Some(true),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    assert!(archived.archived);
    assert_eq!(home.names().await, ["b", "c", "Shop"]);
    home.patch(
        ids[0],
        ProjectPatch {
            archived: Some(false),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(home.names().await, ["Shop", "b", "c"]);
    refused(
        home.patch(ProjectId(Uuid::nil()), ProjectPatch::default()).await,
        ErrorCode::NotFound,
        "no such",
    );
}

#[tokio::test]
async fn live_sessions_hold_a_project_and_removing_leaves_its_files() {
    let home = Home::new().await;
    let (busy, path) = home.repository("busy").await;
    let rest = home.directory("rest").await;
    home.session(busy.id, "idle", false).await;
    home.session(rest.id, "completed", true).await;
    let archive = ProjectPatch {
        archived: Some(true),
        ..Default::default()
    };
    refused(
        home.patch(busy.id, archive).await,
        ErrorCode::Conflict,
        "1 live session.",
    );
    refused(
        home.engine.remove(&home.who, busy.id).await,
        ErrorCode::Conflict,
        "1 live session.",
    );
    let mut pushes = home.bus.subscribe();
    home.engine.remove(&home.who, rest.id).await.unwrap();
    assert!(matches!(&*pushes.recv().await.unwrap(), Push::SessionGone { .. }));
    assert!(matches!(&*pushes.recv().await.unwrap(), Push::ProjectGone { project } if *project == rest.id));
    assert_eq!(
        queries::rows_of_sessions(home.engine.db.read()).await.unwrap(),
        2,
        "those of the other project"
    );
    assert!(Path::new(&rest.path).is_dir() && path.join("a.txt").exists());
    refused(
        home.engine.remove(&home.who, rest.id).await,
        ErrorCode::NotFound,
        "no such",
    );
}

#[tokio::test]
async fn trust_is_recorded_here_and_in_the_file_of_the_cli() {
    let home = Home::new().await;
    let project = home.directory("p").await;
    let file = home.dir.path().join("cli/.claude.json");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "{ broken").unwrap();
    refused(
        home.engine.trust(&home.who, project.id).await,
        ErrorCode::Unavailable,
        "not valid JSON",
    );
    assert_eq!(home.engine.get(&home.who, project.id).await.unwrap().trust, None);
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ broken");
    fs::write(&file, "{}").unwrap();
    let trust = home
        .engine
        .trust(&home.who, project.id)
        .await
        .unwrap()
        .trust
        .unwrap();
    assert_eq!(trust.by, "Test");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(json["projects"][&project.path]["hasTrustDialogAccepted"], true);
    let other = Viewer {
        identity: Identity::Open,
        label: "Other".to_owned(),
    };
    assert_eq!(
        home.engine
            .trust(&other, project.id)
            .await
            .unwrap()
            .trust
            .unwrap(),
        trust,
        "the first record stays"
    );
    fs::remove_dir(&project.path).unwrap();
    refused(
        home.engine.trust(&home.who, project.id).await,
        ErrorCode::Conflict,
        "gone",
    );
    refused(
        home.engine.trust_report(&home.who, project.id).await,
        ErrorCode::Conflict,
        "gone",
    );
}

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
    let changes = home.engine.changes(&home.who, project.id).await.unwrap();
    let files: Vec<_> = changes
        .files
        .iter()
        .map(|file| {
            (
                file.path.as_str(),
                file.group,
                file.letter.as_str(),
                file.added,
                file.removed,
            )
        })
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
    let staged = home.diff(project.id, "a.txt", ChangeGroup::Staged).await.unwrap();
    assert!(
        staged.contains("<span>TWO</span>") && !staged.contains("four"),
        "{staged}"
    );
    assert!(
        home.diff(project.id, "a.txt", ChangeGroup::Changed)
            .await
            .unwrap()
            .contains("four")
    );
    assert!(
        home.diff(project.id, "gone.txt", ChangeGroup::Changed)
            .await
            .unwrap()
            .contains("dl d")
    );
    let new = home
        .diff(project.id, "new dir/ü [x]*.rs", ChangeGroup::Untracked)
        .await
        .unwrap();
    assert!(
        new.contains("hl-k") && new.lines().all(|row| row.starts_with("<div class=\"dl a\">")),
        "{new}"
    );
    assert!(
        home.diff(project.id, "logo.bin", ChangeGroup::Untracked)
            .await
            .unwrap()
            .contains("2 bytes")
    );
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
    assert_eq!(home.engine.changes(&home.who, sub.id).await.unwrap().total, 0);
    fs::write(top.join("sub/b.txt"), "c\n").unwrap();
    let changes = home.engine.changes(&home.who, sub.id).await.unwrap();
    assert_eq!(
        (changes.files[0].path.as_str(), changes.files[0].added),
        ("b.txt", Some(1))
    );
    assert!(
        home.diff(sub.id, "b.txt", ChangeGroup::Changed)
            .await
            .unwrap()
            .contains("dl a")
    );
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
    let merge = [
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@localhost",
        "merge",
        "--quiet",
        "other",
    ];
    assert_eq!(
        exec(Exec::new("git", &path).args(merge)).await.unwrap().code,
        Some(1)
    );
    let changes = home.engine.changes(&home.who, project.id).await.unwrap();
    assert_eq!(
        (changes.files[0].group, changes.files[0].letter.as_str()),
        (ChangeGroup::Conflicted, "U")
    );
    let html = home
        .diff(project.id, "a.txt", ChangeGroup::Conflicted)
        .await
        .unwrap();
    assert!(html.contains("&lt;&lt;&lt;&lt;&lt;&lt;&lt;"), "{html}");
    let plain = home.directory("plain").await;
    assert_eq!(
        home.engine.changes(&home.who, plain.id).await.unwrap(),
        Changes::default()
    );
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
    for bad in [
        "",
        "/etc/passwd",
        "../secret.txt",
        "a/../../secret.txt",
        ".",
        "a\0b",
    ] {
        for group in [ChangeGroup::Untracked, ChangeGroup::Changed] {
            refused(
                home.diff(project.id, bad, group).await,
                ErrorCode::Invalid,
                "inside the project",
            );
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
    let link = home
        .diff(project.id, "link", ChangeGroup::Untracked)
        .await
        .unwrap();
    assert!(
        link.contains("a symbolic link") && !link.contains("<span>secret"),
        "{link}"
    );
    assert!(
        home.diff(project.id, "out/secret.txt", ChangeGroup::Untracked)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_hostile_repository_runs_nothing() {
    let home = Home::new().await;
    let (project, path) = home.repository("p").await;
    let ran = home.dir.path().join("ran");
    let trap = home.dir.path().join("trap");
    fs::write(
        &trap,
        format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", ran.display()),
    )
    .unwrap();
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
    git(
        &path,
        &["config", "core.hooksPath", home.dir.path().to_str().unwrap()],
    )
    .await;
    fs::write(
        path.join(".git/info/attributes"),
        "* filter=evil diff=evil\nb.txt filter=evil=x\n",
    )
    .unwrap();
    for hook in ["post-index-change", "pre-commit", "fsmonitor-watchman"] {
        fs::copy(trap, home.dir.path().join(hook)).unwrap();
        fs::copy(trap, path.join(".git/hooks").join(hook)).unwrap();
    }
    fs::write(path.join("a.txt"), "changed\n").unwrap();
    fs::write(path.join("b.txt"), "new\n").unwrap();
    home.engine.seen().clear();
    assert!(
        home.engine
            .get(&home.who, project.id)
            .await
            .unwrap()
            .git
            .unwrap()
            .dirty
    );
    assert_eq!(home.engine.changes(&home.who, project.id).await.unwrap().total, 2);
    assert!(
        home.diff(project.id, "a.txt", ChangeGroup::Changed)
            .await
            .unwrap()
            .contains("changed")
    );
    home.diff(project.id, "b.txt", ChangeGroup::Untracked)
        .await
        .unwrap();
    home.engine.trust_report(&home.who, project.id).await.unwrap();
    assert!(!ran.exists(), "{}", fs::read_to_string(&ran).unwrap_or_default());
    // Once trusted, the person's filters work again; it also shows that the trap would have snapped.
    home.engine.trust(&home.who, project.id).await.unwrap();
    home.engine.changes(&home.who, project.id).await.unwrap();
    assert!(fs::read_to_string(&ran).unwrap().contains("trap"));
}
