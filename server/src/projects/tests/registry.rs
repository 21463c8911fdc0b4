//! Projects as rows: added, listed, changed, trusted, removed.

use std::{fs, path::Path};

use app::auth::model::Identity;
use uuid::Uuid;

use super::*;

#[tokio::test]
async fn a_directory_is_registered_once_with_its_links_resolved() {
    let home = Home::new().await;
    let project = home.directory("shop").await;
    assert_eq!((project.name.as_str(), project.position, &project.trust), ("shop", 0, &None));
    let link = home.dir.path().join("link");
    std::os::unix::fs::symlink(&project.path, &link).unwrap();
    refused(home.add(&link).await, ErrorCode::Conflict, "already the project “shop”");
    assert_eq!(home.engine.get(&home.who, project.id).await.unwrap(), project);
    refused(home.engine.get(&home.who, ProjectId(Uuid::nil())).await, ErrorCode::NotFound, "no such project");
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
        assert_eq!((error.code, error.details.as_deref()), (ErrorCode::Invalid, Some("path")), "{path}");
        assert!(error.message.contains(words), "{path}: {error}");
    }
    let both = NewProject { path: Some("/".to_owned()), name: Some("x".to_owned()) };
    refused(home.engine.add(&home.who, both).await, ErrorCode::Invalid, "either");
    refused(home.engine.add(&home.who, NewProject::default()).await, ErrorCode::Invalid, "either");
}

#[tokio::test]
async fn a_name_makes_a_directory_with_a_repository() {
    let home = Home::new().await;
    let new = |name: &str| home.engine.add(&home.who, NewProject { path: None, name: Some(name.to_owned()) });
    let project = new("shop").await.unwrap();
    assert!(Path::new(&project.path).join(".git").is_dir());
    assert!(project.git.is_some_and(|git| !git.dirty && !git.branch.is_empty()));
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
    for (status, waits) in
        [("running", true), ("running", false), ("queued", false), ("idle", false), ("failed", false)]
    {
        home.session(clean.id, status, waits).await;
    }
    home.engine.seen().clear();
    let list = home.engine.list(&home.who).await.unwrap();
    let git: Vec<_> =
        list.iter().map(|project| project.git.as_ref().map(|git| (git.branch.as_str(), git.dirty))).collect();
    assert_eq!(git, [Some(("main", false)), Some(("main", true)), None]);
    assert_eq!(list[2].problem.as_deref(), Some("The directory is gone."));
    let counts = list[0].counts;
    assert_eq!((counts.waiting, counts.running, counts.idle, counts.total), (1, 2, 1, 5));
    assert_eq!(home.engine.get(&home.who, clean.id).await.unwrap().counts, counts);
    assert_eq!(list[1].counts.total, 0);
    assert_eq!(list[1].id, dirty.id);
}

#[tokio::test]
async fn a_project_is_renamed_and_every_page_told() {
    let home = Home::new().await;
    let id = home.directory("a").await.id;
    let mut pushes = home.bus.subscribe();
    let renamed =
        home.patch(id, ProjectPatch { name: Some(" Shop ".to_owned()), ..Default::default() }).await.unwrap();
    assert_eq!(renamed.name, "Shop");
    assert!(matches!(&pushes.recv().await.unwrap().push, Push::Project(project) if project.name == "Shop"));
    for name in ["", "  ", "a\nb", &"x".repeat(101)] {
        let patch = ProjectPatch { name: Some(name.to_owned()), ..Default::default() };
        refused(home.patch(id, patch).await, ErrorCode::Invalid, "A name has");
    }
}

#[tokio::test]
async fn projects_are_moved_and_put_away() {
    let home = Home::new().await;
    let mut ids = Vec::new();
    for name in ["Shop", "b", "c"] {
        ids.push(home.directory(name).await.id);
    }
    home.patch(ids[2], ProjectPatch { position: Some(0), ..Default::default() }).await.unwrap();
    assert_eq!(home.names().await, ["c", "Shop", "b"]);
    home.patch(ids[2], ProjectPatch { position: Some(99), ..Default::default() }).await.unwrap();
    assert_eq!(home.names().await, ["Shop", "b", "c"]);
    refused(
        home.patch(ids[2], ProjectPatch { position: Some(-1), ..Default::default() }).await,
        ErrorCode::Invalid,
        "from 0",
    );
    let archived =
        home.patch(ids[0], ProjectPatch { archived: Some(true), ..Default::default() }).await.unwrap();
    assert!(archived.archived);
    assert_eq!(home.names().await, ["b", "c", "Shop"]);
    home.patch(ids[0], ProjectPatch { archived: Some(false), ..Default::default() }).await.unwrap();
    assert_eq!(home.names().await, ["Shop", "b", "c"]);
    refused(
        home.patch(ProjectId(Uuid::nil()), ProjectPatch::default()).await,
        ErrorCode::NotFound,
        "no such",
    );
}

#[tokio::test]
async fn what_runs_holds_a_project_and_removing_leaves_its_files() {
    let home = Home::new().await;
    let (busy, path) = home.repository("busy").await;
    let rest = home.directory("rest").await;
    home.session(busy.id, "idle", false).await;
    home.session(rest.id, "completed", true).await;
    let archive = ProjectPatch { archived: Some(true), ..Default::default() };
    refused(home.patch(busy.id, archive).await, ErrorCode::Conflict, "1 live session.");
    refused(home.engine.remove(&home.who, busy.id).await, ErrorCode::Conflict, "1 live session.");
    home.terminal(busy.id, None, "running").await;
    home.terminal(busy.id, None, "running").await;
    let both = "1 live session and 2 open terminals.";
    refused(home.engine.remove(&home.who, busy.id).await, ErrorCode::Conflict, both);
    home.terminal(rest.id, None, "ended").await;
    let mut pushes = home.bus.subscribe();
    home.engine.remove(&home.who, rest.id).await.unwrap();
    assert!(matches!(&pushes.recv().await.unwrap().push, Push::SessionGone { .. }));
    assert!(
        matches!(&pushes.recv().await.unwrap().push, Push::ProjectGone { project } if *project == rest.id)
    );
    assert_eq!(
        queries::rows_of_sessions(home.engine.db.read()).await.unwrap(),
        2,
        "those of the other project"
    );
    assert!(Path::new(&rest.path).is_dir() && path.join("a.txt").exists());
    refused(home.engine.remove(&home.who, rest.id).await, ErrorCode::NotFound, "no such");
}

#[tokio::test]
async fn trust_is_recorded_here_and_in_the_file_of_the_cli() {
    let home = Home::new().await;
    let project = home.directory("p").await;
    let file = home.dir.path().join("cli/.claude.json");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "{ broken").unwrap();
    refused(home.engine.trust(&home.who, project.id).await, ErrorCode::Unavailable, "not valid JSON");
    assert_eq!(home.engine.get(&home.who, project.id).await.unwrap().trust, None);
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ broken");
    fs::write(&file, "{}").unwrap();
    let trust = home.engine.trust(&home.who, project.id).await.unwrap().trust.unwrap();
    assert_eq!(trust.by, "Test");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(json["projects"][&project.path]["hasTrustDialogAccepted"], true);
    let other = Viewer { identity: Identity::Open, label: "Other".to_owned() };
    assert_eq!(
        home.engine.trust(&other, project.id).await.unwrap().trust.unwrap(),
        trust,
        "the first record stays"
    );
    fs::remove_dir(&project.path).unwrap();
    refused(home.engine.trust(&home.who, project.id).await, ErrorCode::Conflict, "gone");
    refused(home.engine.trust_report(&home.who, project.id).await, ErrorCode::Conflict, "gone");
}
