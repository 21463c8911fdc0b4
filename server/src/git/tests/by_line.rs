//! Lines and hunks that are staged and unstaged, by the real git: whatever order they are taken in, the end is the file.

use std::fs;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

impl Home {
    /// Stages or unstages these lines of the change as it is now.
    pub(super) async fn take(
        &self,
        id: ProjectId,
        group: ChangeGroup,
        path: &str,
        lines: &[u32],
    ) -> Result<(), AppError> {
        let version = self.diff(id, path, group).await?.version;
        let lines = lines.iter().map(|line| LineRange { first: *line, last: *line }).collect();
        self.git
            .stage(&self.who, id, Chosen { group, path: Some(path.to_owned()), was: None, version, lines })
            .await
    }

    /// What git has in the index for a path, with its mode.
    pub(super) async fn index(&self, dir: &Path, path: &str) -> (String, Vec<u8>) {
        let run = async |args: &[&str]| exec(Exec::new("git", dir).args(args)).await.unwrap().stdout;
        let entry = String::from_utf8(run(&["ls-files", "--stage", "--", path]).await).unwrap();
        let mode = entry.split(' ').next().unwrap_or_default().to_owned();
        (mode, run(&["cat-file", "blob", &format!(":{path}")]).await)
    }
}

/// The numbers of the lines that are changes.
pub(super) fn changes(diff: &FileDiff) -> Vec<u32> {
    let lines = diff.hunks.iter().flat_map(|hunk| hunk.numbered());
    lines.filter(|(_, line)| line.kind != LineKind::Common).map(|(number, _)| number).collect()
}

/// Takes one line of any of these groups after the other until none is left.
pub(super) async fn one_by_one(
    home: &Home,
    id: ProjectId,
    groups: &[ChangeGroup],
    path: &str,
    any: &mut StdRng,
) {
    for _ in 0..200 {
        let mut lines = Vec::new();
        for group in groups {
            if let Ok(diff) = home.diff(id, path, *group).await {
                lines.extend(changes(&diff).into_iter().map(|line| (*group, line)));
            }
        }
        if lines.is_empty() {
            return;
        }
        let (group, line) = lines[any.random_range(0..lines.len())];
        home.take(id, group, path, &[line]).await.unwrap();
    }
    panic!("{path} has no end");
}

#[tokio::test]
async fn all_lines_in_any_order_are_the_file() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    let mut any = StdRng::seed_from_u64(7);
    let lines = |numbers: std::ops::Range<u32>| numbers.map(|n| format!("line {n}\n")).collect::<String>();
    let cases: [(&str, Option<String>, Option<String>); 10] = [
        ("middle", Some("a\nb\nc\n".to_owned()), Some("a\nB\nB2\nc\n".to_owned())),
        ("start and end", Some(lines(0..30)), Some(format!("new\n{}last\n", lines(1..29)))),
        ("open \"end\"", Some("a\nb".to_owned()), Some("a\nb\nc".to_owned())),
        ("end opens", Some("a\nb\n".to_owned()), Some("x\nb".to_owned())),
        ("crlf", Some("a\r\nb\r\nc\r\n".to_owned()), Some("a\r\nx\r\nc\r\nd\r\n".to_owned())),
        ("emptied", Some("a\nb\n".to_owned()), Some(String::new())),
        ("filled", Some(String::new()), Some("a\nb".to_owned())),
        ("new", None, Some("a\nb\nc\n".to_owned())),
        ("gone", Some("a\nb\nc".to_owned()), None),
        ("-rf", Some(lines(0..12)), Some(lines(6..20))),
    ];
    for (path, old, _) in &cases {
        if let Some(old) = old {
            fs::write(dir.join(path), old).unwrap();
        }
    }
    commit(&dir).await;
    for (path, old, new) in &cases {
        let before = home.index(&dir, path).await;
        match new {
            Some(new) => fs::write(dir.join(path), new).unwrap(),
            None => fs::remove_file(dir.join(path)).unwrap(),
        }
        let there = [ChangeGroup::Changed, ChangeGroup::Untracked];
        one_by_one(&home, project.id, &there, path, &mut any).await;
        let staged = home.index(&dir, path).await;
        assert_eq!(staged.1, new.clone().unwrap_or_default().into_bytes(), "{path}");
        assert_eq!(staged.0.is_empty(), new.is_none(), "{path}");
        one_by_one(&home, project.id, &[ChangeGroup::Staged], path, &mut any).await;
        assert_eq!(home.index(&dir, path).await, before, "{path} of {old:?}");
    }
}

#[tokio::test]
async fn a_hunk_is_taken_and_the_others_stay() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    let text = |first: &str, last: &str| format!("{first}\n{}{last}\n", "x\n".repeat(20));
    fs::write(dir.join("a.txt"), text("a", "b")).unwrap();
    commit(&dir).await;
    fs::write(dir.join("a.txt"), text("A", "B")).unwrap();
    let diff = home.diff(project.id, "a.txt", ChangeGroup::Changed).await.unwrap();
    assert_eq!((diff.hunks.len(), diff.by_line, diff.added, diff.removed), (2, true, 2, 2));
    let second = Chosen {
        group: ChangeGroup::Changed,
        path: Some("a.txt".to_owned()),
        was: None,
        version: diff.version,
        lines: vec![diff.hunks[1].range],
    };
    home.git.stage(&home.who, project.id, second.clone()).await.unwrap();
    assert_eq!(home.index(&dir, "a.txt").await.1, text("a", "B").into_bytes());
    // What was shown is no more what is there.
    let again = home.git.stage(&home.who, project.id, second).await;
    refused(again, ErrorCode::Conflict, "a.txt was changed since it was shown");
    assert_eq!(fs::read_to_string(dir.join("a.txt")).unwrap(), text("A", "B"));
}

#[tokio::test]
async fn what_has_no_lines_of_its_own_is_refused_in_words() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    std::os::unix::fs::symlink("a.txt", dir.join("link")).unwrap();
    fs::write(dir.join("logo.png"), b"\x89PNG\r\n\x1a\n\0").unwrap();
    let take =
        async |path: &str, lines: &[u32]| home.take(project.id, ChangeGroup::Untracked, path, lines).await;
    for path in ["link", "logo.png"] {
        refused(take(path, &[0]).await, ErrorCode::Conflict, "only as a whole");
    }
    fs::write(dir.join("new"), "a\n").unwrap();
    refused(take("new", &[7]).await, ErrorCode::Invalid, "None of these lines");
    let no_file = Chosen {
        group: ChangeGroup::Changed,
        path: None,
        was: None,
        version: String::new(),
        lines: vec![LineRange { first: 0, last: 0 }],
    };
    refused(home.git.stage(&home.who, project.id, no_file).await, ErrorCode::Invalid, "say of which");
    let which = |group| WhichDiff { path: "logo.png".to_owned(), was: None, group };
    let image = async |group, side| home.git.image(&home.who, project.id, which(group), side).await;
    assert_eq!(image(ChangeGroup::Untracked, Side::New).await.unwrap().media_type, "image/png");
    refused(image(ChangeGroup::Untracked, Side::Old).await, ErrorCode::NotFound, "image");
    git(&dir, &["add", "logo.png"]).await;
    assert_eq!(image(ChangeGroup::Staged, Side::New).await.unwrap().bytes.len(), 9);
    refused(image(ChangeGroup::Staged, Side::Old).await, ErrorCode::NotFound, "image");
}

#[tokio::test]
async fn a_long_diff_is_told_in_pages() {
    let home = Home::new().await;
    let (project, dir) = home.repository("p").await;
    let long = "y".repeat(5_000);
    let text: String = (0..1_000).map(|n| format!("{n}\n")).collect();
    fs::write(dir.join("new"), format!("{long}\n{text}")).unwrap();
    let ask = async |from| {
        let which = WhichDiff { path: "new".to_owned(), was: None, group: ChangeGroup::Untracked };
        home.git.diff(&home.who, project.id, which, from).await.unwrap()
    };
    let first = ask(0).await;
    let lines = |diff: &FileDiff| (diff.hunks[0].at, diff.hunks[0].lines.len(), diff.hunks[0].range);
    let range = LineRange { first: 0, last: 1_000 };
    assert_eq!((first.total, first.added, lines(&first)), (1_001, 1_001, (0, 400, range)));
    assert!(first.hunks[0].lines[0].cut && first.hunks[0].lines[0].text.len() == 1_000);
    let last = ask(800).await;
    assert_eq!((lines(&last), last.version), ((800, 201, range), first.version));
    assert_eq!(last.hunks[0].lines[200].new, Some(1_001));
    assert!(ask(5_000).await.hunks.is_empty());
}
