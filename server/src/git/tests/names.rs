//! Names that are no plain words, and changes of nothing but a mode: told, taken and discarded, or refused in words.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, os::unix::fs::PermissionsExt};

use rand::{SeedableRng, rngs::StdRng};

use super::{by_line::one_by_one, *};

#[tokio::test]
async fn any_name_that_is_utf_8_is_taken_by_line_and_discarded() {
    let home = Home::new().await;
    let mut any = StdRng::seed_from_u64(13);
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    let names = [
        "two\nlines",
        "a \"quoted\" \\ name",
        "tab\there",
        "b/ü ☃.txt",
        ":(top)x",
        "-n",
        " ",
        "a/x b/x",
        "\u{7f}\r",
    ];
    for name in names {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "one\ntwo\n").unwrap();
    }
    commit(&dir).await;
    for name in names {
        fs::write(dir.join(name), "ONE\ntwo\nthree").unwrap();
        one_by_one(&home, project.id, &[ChangeGroup::Changed], name, &mut any).await;
        assert_eq!(home.index(&dir, name).await.1, b"ONE\ntwo\nthree", "{name:?}");
        let staged = home.shown(project.id, ChangeGroup::Staged, name).await;
        home.git.stage(&home.who, project.id, staged).await.unwrap();
        let shown = home.shown(project.id, ChangeGroup::Changed, name).await;
        let done = home.git.discard(&home.who, project.id, shown).await.unwrap();
        assert_eq!(fs::read(dir.join(name)).unwrap(), b"one\ntwo\n", "{name:?}");
        home.git.put_back(&home.who, project.id, done.id).await.unwrap();
        assert_eq!(fs::read(dir.join(name)).unwrap(), b"ONE\ntwo\nthree", "{name:?}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_utf_8_is_shown_and_stands_in_nobodys_way() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    let odd = dir.join(OsStr::from_bytes(b"caf\xe9"));
    let shown = "caf\u{fffd}";
    fs::write(&odd, "x\n").unwrap();
    fs::write(dir.join("plain"), "x\n").unwrap();
    let group = ChangeGroup::Untracked;
    let files = home.git.changes(&home.who, project.id, None).await.unwrap().files;
    assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), [shown, "plain"]);
    refused(home.diff(project.id, shown, group).await, ErrorCode::Conflict, "not UTF-8");
    let alone = home.shown(project.id, group, shown).await;
    refused(home.git.stage(&home.who, project.id, alone.clone()).await, ErrorCode::Conflict, "not UTF-8");
    refused(home.git.discard(&home.who, project.id, alone).await, ErrorCode::Conflict, "not UTF-8");
    home.git.stage(&home.who, project.id, home.all(project.id, group).await).await.unwrap();
    let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
    assert_eq!((changes.counts.staged, changes.counts.untracked), (1, 1));
    fs::write(dir.join("other"), "x\n").unwrap();
    let done = home.git.discard(&home.who, project.id, home.all(project.id, group).await).await.unwrap();
    assert_eq!((done.files, dir.join("other").exists(), odd.exists()), (1, false, true));
}

#[tokio::test]
async fn a_change_of_the_mode_alone_has_no_line_and_is_taken_whole() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    fs::set_permissions(dir.join("a.txt"), fs::Permissions::from_mode(0o755)).unwrap();
    let diff = home.diff(project.id, "a.txt", ChangeGroup::Changed).await.unwrap();
    assert_eq!((diff.kind, diff.total, diff.by_line), (DiffKind::Text, 0, false));
    assert_eq!(diff.notes, ["old mode 100644", "new mode 100755"]);
    let whole = home.shown(project.id, ChangeGroup::Changed, "a.txt").await;
    home.git.stage(&home.who, project.id, whole).await.unwrap();
    assert_eq!(home.index(&dir, "a.txt").await.0, "100755");
    let staged = home.shown(project.id, ChangeGroup::Staged, "a.txt").await;
    home.git.stage(&home.who, project.id, staged).await.unwrap();
    let shown = home.shown(project.id, ChangeGroup::Changed, "a.txt").await;
    let done = home.git.discard(&home.who, project.id, shown).await.unwrap();
    let mode = || fs::metadata(dir.join("a.txt")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o644);
    home.git.put_back(&home.who, project.id, done.id).await.unwrap();
    assert_eq!(mode(), 0o755);
}
