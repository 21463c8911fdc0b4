//! What git makes of a file between the work tree and the index: line ends, and filters such as those of Git LFS.

use std::{fs, os::unix::fs::PermissionsExt};

use rand::{SeedableRng, rngs::StdRng};

use super::{
    by_line::{changes, one_by_one},
    *,
};

const POINTER: &str = "version https://git-lfs.github.com/spec/v1";

impl Home {
    async fn discard_line(&self, id: ProjectId, path: &str, line: u32) {
        let version = self.diff(id, path, ChangeGroup::Changed).await.unwrap().version;
        let lines = vec![LineRange { first: line, last: line }];
        let path = Some(path.to_owned());
        let what = Chosen { group: ChangeGroup::Changed, path, was: None, version, lines };
        self.git.discard(&self.who, id, what).await.unwrap();
    }
}

/// A program that is run as `sh`.
fn script(path: &Path, text: &str) -> String {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Files that begin with `*.bin` are kept by a filter.
async fn filtered(dir: &Path, settings: &[(&str, &str)]) {
    fs::write(dir.join(".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n").unwrap();
    for (key, value) in settings {
        git(dir, &["config", &format!("filter.lfs.{key}"), value]).await;
    }
}

#[tokio::test]
async fn line_ends_are_those_of_the_index_in_it_and_stay_in_the_work_tree() {
    let home = Home::new().await;
    let mut any = StdRng::seed_from_u64(11);
    for (name, settings, attributes) in [
        ("true", ["core.autocrlf", "true"], ""),
        ("input", ["core.autocrlf", "input"], ""),
        ("crlf", ["core.eol", "lf"], "* text eol=crlf\n"),
        ("auto", ["core.eol", "crlf"], "* text=auto\n"),
    ] {
        let (project, dir) = home.repository(name).await;
        home.engine.trust(&home.who, project.id).await.unwrap();
        fs::write(dir.join(".gitattributes"), attributes).unwrap();
        commit(&dir).await;
        git(&dir, &["config", settings[0], settings[1]]).await;
        let before = home.index(&dir, "a.txt").await;
        let crlf = "zero\r\none\r\nTWO\r\nthree";
        fs::write(dir.join("a.txt"), crlf).unwrap();
        one_by_one(&home, project.id, &[ChangeGroup::Changed], "a.txt", &mut any).await;
        assert_eq!(home.index(&dir, "a.txt").await.1, b"zero\none\nTWO\nthree", "{name}");
        assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), crlf, "{name}");
        one_by_one(&home, project.id, &[ChangeGroup::Staged], "a.txt", &mut any).await;
        assert_eq!(home.index(&dir, "a.txt").await, before, "{name}");
        // The first line that differs is the new one.
        let diff = home.diff(project.id, "a.txt", ChangeGroup::Changed).await.unwrap();
        home.discard_line(project.id, "a.txt", changes(&diff)[0]).await;
        let left = fs::read_to_string(dir.join("a.txt")).unwrap();
        // Git writes the file anew, with the line ends that it has for the work tree.
        let ends = if name == "input" { "\n" } else { "\r\n" };
        assert_eq!(left, ["one", "TWO", "three"].join(ends), "{name}");
    }
}

#[tokio::test]
async fn a_file_with_other_line_ends_in_the_index_keeps_them() {
    let home = Home::new().await;
    let mut any = StdRng::seed_from_u64(12);
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    fs::write(dir.join("crlf"), "a\r\nb\r\nc\r\n").unwrap();
    fs::write(dir.join("mixed"), "a\r\nb\nc\r\n").unwrap();
    commit(&dir).await;
    git(&dir, &["config", "core.autocrlf", "true"]).await;
    for (path, text) in [("crlf", "a\r\nB\r\nc\r\nd\r\n"), ("mixed", "a\r\nB\nc\r\nd\n")] {
        fs::write(dir.join(path), text).unwrap();
        one_by_one(&home, project.id, &[ChangeGroup::Changed], path, &mut any).await;
        assert_eq!(home.index(&dir, path).await.1, text.as_bytes());
    }
}

#[tokio::test]
async fn a_filter_of_a_repository_that_nobody_trusts_is_not_run_by_looking() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    fs::write(dir.join("x.bin"), "content\n").unwrap();
    commit(&dir).await;
    let trap = home.dir.path().join("trap");
    let run = script(&home.dir.path().join("filter"), &format!("touch {}\ncat", trap.display()));
    filtered(&dir, &[("clean", &run), ("smudge", &run), ("process", &run), ("required", "true")]).await;
    fs::write(dir.join("x.bin"), "content and more\n").unwrap();
    fs::write(dir.join("new.bin"), "new\n").unwrap();
    let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
    assert_eq!((changes.counts.changed, changes.counts.untracked), (1, 2));
    let diff = home.diff(project.id, "x.bin", ChangeGroup::Changed).await.unwrap();
    assert_eq!(printed(&diff), ["-content", "+content and more"]);
    home.diff(project.id, "new.bin", ChangeGroup::Untracked).await.unwrap();
    assert!(!trap.exists());
}

#[tokio::test]
async fn a_pointer_of_git_lfs_is_told_as_what_it_is_and_taken_only_whole() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    // As git-lfs does it: the index gets a pointer, the work tree the file.
    let clean =
        format!("echo \"{POINTER}\"; echo \"oid sha256:$(sha256sum | cut -d' ' -f1)\"; echo 'size 9'");
    let clean = script(&home.dir.path().join("clean"), &clean);
    filtered(&dir, &[("clean", &clean), ("smudge", "cat"), ("required", "true")]).await;
    fs::write(dir.join("x.bin"), "content\n").unwrap();
    commit(&dir).await;
    assert!(home.index(&dir, "x.bin").await.1.starts_with(POINTER.as_bytes()));
    fs::write(dir.join("x.bin"), "another content\n").unwrap();
    let diff = home.diff(project.id, "x.bin", ChangeGroup::Changed).await.unwrap();
    let lines = printed(&diff);
    assert_eq!(lines[0], format!(" {POINTER}"));
    assert!(lines[1].starts_with("-oid") && lines[2].starts_with("+oid"), "{lines:?}");
    assert!(diff.notes.iter().any(|note| note.contains("Git LFS keeps this file")), "{:?}", diff.notes);
    assert!(!diff.by_line);
    let half = home.take(project.id, ChangeGroup::Changed, "x.bin", &[1]).await;
    refused(half, ErrorCode::Conflict, "only as a whole");
    let whole = home.shown(project.id, ChangeGroup::Changed, "x.bin").await;
    home.git.stage(&home.who, project.id, whole).await.unwrap();
    assert!(home.index(&dir, "x.bin").await.1.starts_with(POINTER.as_bytes()));
}

#[tokio::test]
async fn changes_are_told_where_the_program_of_a_filter_is_missing() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    fs::write(dir.join("x.bin"), format!("{POINTER}\noid sha256:0\nsize 9\n")).unwrap();
    commit(&dir).await;
    let missing = "git-lfs-that-is-not-here";
    let of = |what: &str| format!("{missing} {what}");
    let (clean, process) = (of("clean -- %f"), of("filter-process"));
    filtered(&dir, &[("clean", &clean), ("process", &process), ("required", "true")]).await;
    fs::write(dir.join("x.bin"), "content\n").unwrap();
    fs::write(dir.join("a.txt"), "one\n").unwrap();
    let changes = home.git.changes(&home.who, project.id, None).await.unwrap();
    let paths: Vec<_> = changes.files.iter().map(|file| (file.path.as_str(), file.removed)).collect();
    assert_eq!(paths, [("a.txt", Some(2)), ("x.bin", Some(3)), (".gitattributes", Some(0))]);
    let diff = home.diff(project.id, "x.bin", ChangeGroup::Changed).await.unwrap();
    assert_eq!(printed(&diff).last().map(String::as_str), Some("+content"));
    // Only what is looked at is told without it: the index never gets the file in the place of its pointer.
    let whole = home.shown(project.id, ChangeGroup::Changed, "x.bin").await;
    let staged = home.git.stage(&home.who, project.id, whole).await;
    refused(staged, ErrorCode::Unavailable, "install git-lfs first");
    assert!(home.index(&dir, "x.bin").await.1.starts_with(POINTER.as_bytes()));
}
