//! What is staged and unstaged, what is refused, and that nothing but the index changes.

use std::fs;

use super::*;

impl Home {
    /// Every change as its group and path.
    async fn groups(&self, id: ProjectId) -> Vec<(ChangeGroup, String)> {
        let files = self.git.changes(&self.who, id, None).await.unwrap().files;
        files.into_iter().map(|file| (file.group, file.path)).collect()
    }

    /// The file as it is shown now.
    pub(super) async fn shown(&self, id: ProjectId, group: ChangeGroup, path: &str) -> Chosen {
        let files = self.git.changes(&self.who, id, None).await.unwrap().files;
        let file = files.into_iter().find(|file| file.group == group && file.path == path).unwrap();
        Chosen { path: Some(file.path), version: file.version, ..none_of(group) }
    }

    /// All of a group as it is shown now.
    pub(super) async fn all(&self, id: ProjectId, group: ChangeGroup) -> Chosen {
        let versions = self.git.changes(&self.who, id, None).await.unwrap().versions;
        Chosen { version: versions.of(group).to_owned(), ..none_of(group) }
    }

    async fn stage(&self, id: ProjectId, what: Chosen) -> Result<(), AppError> {
        self.git.stage(&self.who, id, what).await
    }

    async fn changed(&self) -> (Project, PathBuf) {
        let (project, path) = self.repository("p").await;
        let project = self.engine.trust(&self.who, project.id).await.unwrap();
        fs::write(path.join("a.txt"), "one\n").unwrap();
        fs::remove_file(path.join("gone.txt")).unwrap();
        fs::write(path.join(":(glob)*"), "new\n").unwrap();
        (project, path)
    }
}

const fn none_of(group: ChangeGroup) -> Chosen {
    Chosen { group, path: None, was: None, version: String::new(), lines: Vec::new() }
}

fn named(group: ChangeGroup, paths: &[&str]) -> Vec<(ChangeGroup, String)> {
    paths.iter().map(|path| (group, (*path).to_owned())).collect()
}

#[tokio::test]
async fn a_file_is_staged_and_unstaged_as_it_was_shown() {
    use ChangeGroup::{Changed, Staged, Untracked};
    let home = Home::new().await;
    let (project, path) = home.changed().await;
    for (group, file) in [(Changed, "gone.txt"), (Untracked, ":(glob)*"), (Changed, "a.txt")] {
        home.stage(project.id, home.shown(project.id, group, file).await).await.unwrap();
    }
    assert_eq!(home.groups(project.id).await, named(Staged, &[":(glob)*", "a.txt", "gone.txt"]));
    home.stage(project.id, home.shown(project.id, Staged, "gone.txt").await).await.unwrap();
    let expected = [named(Staged, &[":(glob)*", "a.txt"]), named(Changed, &["gone.txt"])].concat();
    assert_eq!(home.groups(project.id).await, expected);
    assert_eq!(fs::read_to_string(path.join("a.txt")).unwrap(), "one\n");
}

#[tokio::test]
async fn a_group_is_staged_at_once_and_a_rename_unstaged_whole() {
    use ChangeGroup::{Changed, Staged, Untracked};
    let home = Home::new().await;
    let (project, path) = home.changed().await;
    home.stage(project.id, home.all(project.id, Changed).await).await.unwrap();
    home.stage(project.id, home.all(project.id, Untracked).await).await.unwrap();
    assert_eq!(home.groups(project.id).await, named(Staged, &[":(glob)*", "a.txt", "gone.txt"]));
    home.stage(project.id, home.all(project.id, Staged).await).await.unwrap();
    assert!(home.groups(project.id).await.iter().all(|(group, _)| *group != Staged));
    git(&path, &["reset", "--quiet", "--hard"]).await;
    git(&path, &["mv", "a.txt", "b.txt"]).await;
    let renamed = home.shown(project.id, Staged, "b.txt").await;
    home.stage(project.id, renamed).await.unwrap();
    let (changed, untracked) = (named(Changed, &["a.txt"]), named(Untracked, &[":(glob)*", "b.txt"]));
    assert_eq!(home.groups(project.id).await, [changed, untracked].concat());
}

#[tokio::test]
async fn without_a_commit_and_below_the_top_it_is_the_same() {
    use ChangeGroup::{Staged, Untracked};
    let home = Home::new().await;
    let top = home.directory("top").await;
    git(Path::new(&top.path), &["init", "--quiet"]).await;
    let sub = PathBuf::from(&top.path).join("sub");
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join("x"), "x\n").unwrap();
    fs::write(Path::new(&top.path).join("y"), "y\n").unwrap();
    let project = home.add(&sub).await.unwrap();
    home.engine.trust(&home.who, project.id).await.unwrap();
    home.engine.trust(&home.who, top.id).await.unwrap();
    home.stage(project.id, home.all(project.id, Untracked).await).await.unwrap();
    let expected = [named(Staged, &["sub/x"]), named(Untracked, &["y"])].concat();
    assert_eq!(home.groups(top.id).await, expected);
    home.stage(project.id, home.shown(project.id, Staged, "x").await).await.unwrap();
    assert_eq!(home.groups(top.id).await, named(Untracked, &["sub/x", "y"]));
}

#[tokio::test]
async fn what_was_changed_since_and_what_is_in_the_way_is_refused() {
    use ChangeGroup::{Changed, Conflicted, Staged};
    let home = Home::new().await;
    let (project, path) = home.changed().await;
    let shown = home.shown(project.id, Changed, "a.txt").await;
    fs::write(path.join("a.txt"), "one and more\n").unwrap();
    refused(home.stage(project.id, shown).await, ErrorCode::Conflict, "changed since it was shown");
    let none = Chosen { path: Some("../a.txt".to_owned()), ..none_of(Changed) };
    refused(home.stage(project.id, none).await, ErrorCode::NotFound, "change");
    refused(
        home.stage(project.id, home.all(project.id, Conflicted).await).await,
        ErrorCode::Invalid,
        "one by one",
    );
    let group = home.all(project.id, Changed).await;
    fs::write(path.join("a.txt"), "once more\n").unwrap();
    refused(home.stage(project.id, group).await, ErrorCode::Conflict, "changed since they were shown");
    fs::write(path.join(".git/index.lock"), "").unwrap();
    refused(
        home.stage(project.id, home.all(project.id, Changed).await).await,
        ErrorCode::Conflict,
        "index.lock",
    );
    fs::remove_file(path.join(".git/index.lock")).unwrap();
    assert!(home.groups(project.id).await.iter().all(|(group, _)| *group != Staged));
    let (stranger, _) = home.repository("untrusted").await;
    refused(
        home.stage(stranger.id, home.all(stranger.id, Changed).await).await,
        ErrorCode::Untrusted,
        "trusted",
    );
}
