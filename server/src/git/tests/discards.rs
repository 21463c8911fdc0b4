//! What is discarded, what comes back, and that nothing is lost on the way.

use std::{fs, os::unix::fs::PermissionsExt};

use app::ids::DiscardId;

use super::*;

impl Home {
    async fn discard(&self, id: ProjectId, what: Chosen) -> Result<Discarded, AppError> {
        self.git.discard(&self.who, id, what).await
    }

    /// A trusted project with two changed files, a deleted one and two new ones, one of them in a folder.
    async fn untidy(&self) -> (ProjectId, PathBuf) {
        let (project, dir) = self.repository("p").await;
        self.engine.trust(&self.who, project.id).await.unwrap();
        fs::write(dir.join("run"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(dir.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
        commit(&dir).await;
        fs::write(dir.join("a.txt"), "ONE\ntwo\nTHREE\n").unwrap();
        fs::write(dir.join("run"), "#!/bin/sh\nexit\n").unwrap();
        fs::remove_file(dir.join("gone.txt")).unwrap();
        fs::create_dir(dir.join("-rf")).unwrap();
        fs::write(dir.join("-rf/new \"x\""), b"\0\xff").unwrap();
        std::os::unix::fs::symlink("/nowhere", dir.join("link")).unwrap();
        (project.id, dir)
    }
}

/// Every file of a directory but git's, as its path, mode and bytes.
fn files(dir: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, metadata) = (entry.path(), entry.path().symlink_metadata().unwrap());
            let name = path.strip_prefix(dir).unwrap().display().to_string();
            if metadata.is_symlink() {
                all.push((name, 0, fs::read_link(&path).unwrap().display().to_string().into_bytes()));
            } else if metadata.is_file() {
                all.push((name, metadata.permissions().mode() & 0o777, fs::read(&path).unwrap()));
            } else if name != ".git" {
                folders.push(path);
            }
        }
    }
    all.sort();
    all
}

#[tokio::test]
async fn groups_are_discarded_and_come_back_as_they_were() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    let before = files(&dir);
    let changed = home.discard(id, home.all(id, ChangeGroup::Changed).await).await.unwrap();
    assert_eq!((changed.files, changed.path.as_str()), (3, "a.txt"));
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "one\ntwo\nthree\n");
    assert!(dir.join("gone.txt").exists());
    let untracked = home.discard(id, home.all(id, ChangeGroup::Untracked).await).await.unwrap();
    assert_eq!(home.git.changes(&home.who, id, None).await.unwrap().total, 0);
    let listed = home.git.discarded(&home.who, id).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [untracked.id, changed.id]);
    for one in &listed {
        home.git.put_back(&home.who, id, one.id).await.unwrap();
    }
    assert_eq!(files(&dir), before);
    assert!(home.git.discarded(&home.who, id).await.unwrap().is_empty());
    assert_eq!(fs::read_dir(home.git.home.join("discarded")).unwrap().count(), 0);
    refused(home.git.put_back(&home.who, id, changed.id).await, ErrorCode::NotFound, "discard");
}

#[tokio::test]
async fn many_files_are_discarded_and_come_back_as_they_were() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    fs::create_dir(dir.join("many")).unwrap();
    for n in 0..200 {
        fs::write(dir.join(format!("many/{n}")), n.to_string()).unwrap();
    }
    let before = files(&dir);
    let done = home.discard(id, home.all(id, ChangeGroup::Untracked).await).await.unwrap();
    assert_eq!((done.files, dir.join("many/0").exists()), (202, false));
    let copies = home.git.home.join("discarded").join(done.id.to_string());
    assert_eq!(fs::read_dir(copies).unwrap().count(), 202);
    // Something newer is in the way of one: none is put back, and nothing is left beside them.
    fs::write(dir.join("many/7"), "newer").unwrap();
    let now = files(&dir);
    refused(home.git.put_back(&home.who, id, done.id).await, ErrorCode::Conflict, "many/7");
    assert_eq!(files(&dir), now);
    fs::remove_file(dir.join("many/7")).unwrap();
    home.git.put_back(&home.who, id, done.id).await.unwrap();
    assert_eq!(files(&dir), before);
}

#[tokio::test]
async fn lines_and_hunks_are_discarded() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    let lines = async |path: &str, group, first, last| {
        let version = home.diff(id, path, group).await.unwrap().version;
        let lines = vec![LineRange { first, last }];
        Chosen { group, path: Some(path.to_owned()), was: None, version, lines }
    };
    // -one +ONE, two, -three +THREE
    let what = lines("a.txt", ChangeGroup::Changed, 0, 1).await;
    let done = home.discard(id, what.clone()).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "one\ntwo\nTHREE\n");
    refused(home.discard(id, what).await, ErrorCode::Conflict, "changed since it was shown");
    home.git.put_back(&home.who, id, done.id).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "ONE\ntwo\nTHREE\n");
    let back = lines("gone.txt", ChangeGroup::Changed, 0, 0).await;
    home.discard(id, back).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("gone.txt")).unwrap(), "x\n");
    fs::write(dir.join("new"), "a\nb\n").unwrap();
    let one = lines("new", ChangeGroup::Untracked, 1, 1).await;
    home.discard(id, one).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("new")).unwrap(), "a\n");
}

#[tokio::test]
async fn nothing_newer_is_overwritten() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    let shown = home.shown(id, ChangeGroup::Changed, "a.txt").await;
    fs::write(dir.join("a.txt"), "newer than that\n").unwrap();
    refused(home.discard(id, shown).await, ErrorCode::Conflict, "changed since it was shown");
    let done = home.discard(id, home.shown(id, ChangeGroup::Changed, "a.txt").await).await.unwrap();
    fs::write(dir.join("a.txt"), "written since\n").unwrap();
    let back = home.git.put_back(&home.who, id, done.id).await;
    refused(back, ErrorCode::Conflict, "a.txt was changed since it was discarded, so nothing was put back");
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "written since\n");
    // The copy is still there, and comes back once what is newer is out of the way.
    git(&dir, &["restore", "a.txt"]).await;
    home.git.put_back(&home.who, id, done.id).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "newer than that\n");
    let none = DiscardId(Uuid::nil());
    refused(home.git.put_back(&home.who, id, none).await, ErrorCode::NotFound, "discard");
}

#[tokio::test]
async fn what_is_not_to_be_discarded_is_refused_and_what_fails_loses_nothing() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    git(&dir, &["add", "a.txt"]).await;
    let staged = home.all(id, ChangeGroup::Staged).await;
    refused(home.discard(id, staged).await, ErrorCode::Invalid, "Unstage it first");
    for bad in ["../p/a.txt", "/etc/passwd", ".git/config", "a\0b", "", "--", "link/x"] {
        let what = Chosen { path: Some(bad.to_owned()), ..home.all(id, ChangeGroup::Untracked).await };
        refused(home.discard(id, what).await, ErrorCode::NotFound, "change");
    }
    // A folder that cannot be written to: git says so, and the copy is not kept as if something was discarded.
    let before = files(&dir);
    fs::write(dir.join(".git/index.lock"), "").unwrap();
    let what = home.shown(id, ChangeGroup::Changed, "run").await;
    refused(home.discard(id, what).await, ErrorCode::Conflict, "index.lock");
    fs::remove_file(dir.join(".git/index.lock")).unwrap();
    assert_eq!(files(&dir), before);
    assert!(home.git.discarded(&home.who, id).await.unwrap().is_empty());
    let (stranger, _) = home.repository("untrusted").await;
    let what = Chosen { path: None, ..home.all(stranger.id, ChangeGroup::Changed).await };
    refused(home.discard(stranger.id, what).await, ErrorCode::Untrusted, "trusted");
}

#[tokio::test]
async fn a_crash_half_way_loses_nothing() {
    let home = Home::new().await;
    let (id, dir) = home.untidy().await;
    let keep = async || {
        let one = Discarded {
            id: DiscardId(Uuid::now_v7()),
            at: crate::clock::now(),
            by: String::new(),
            files: 1,
            path: "a.txt".to_owned(),
            bytes: 0,
        };
        home.git.keep(id, &dir, one, vec!["a.txt".to_owned()]).await.unwrap().0.id
    };
    // Ended before anything was discarded: there is nothing to put back.
    let before = keep().await;
    home.git.put_back(&home.who, id, before).await.unwrap();
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), "ONE\ntwo\nTHREE\n");
    // Ended after that: what is there now may be somebody's work, and the copy is where it says.
    let after = keep().await;
    git(&dir, &["restore", "a.txt"]).await;
    let error = home.git.put_back(&home.who, id, after).await.unwrap_err();
    let copy = error.message.rsplit_once(" is ").unwrap().1.trim_end_matches('.');
    assert_eq!(fs::read_to_string(copy).unwrap(), "ONE\ntwo\nTHREE\n");
    assert_eq!(home.git.discarded(&home.who, id).await.unwrap()[0].id, after);
}
