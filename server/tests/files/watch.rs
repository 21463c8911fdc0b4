//! What is told of a project while somebody looks: entries by name, a flood as "look again", and nothing of what git ignores.

use std::{os::unix::fs::symlink, path::Path, process::Command, time::Duration};

use app::files::{
    model::{CHANGED_MAX, Changed},
    port::Files,
};
use futures::stream::{BoxStream, StreamExt};

use super::Place;

/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(30);

struct Looking {
    changes: BoxStream<'static, Changed>,
    heard: Vec<Changed>,
}

impl Place {
    async fn look(&self) -> Looking {
        let changes = self.files.watch(&self.who, self.id).await.unwrap();
        Looking { changes, heard: Vec::new() }
    }
}

impl Looking {
    /// Listens until something of this kind is told.
    async fn until(&mut self, wanted: impl Fn(&Changed) -> bool) {
        let heard = &mut self.heard;
        let listen = async {
            while let Some(changed) = self.changes.next().await {
                heard.push(changed);
                if heard.last().is_some_and(&wanted) {
                    return true;
                }
            }
            false
        };
        assert!(tokio::time::timeout(PATIENCE, listen).await.expect("a word"), "the watch ended");
    }
}

fn git(dir: &Path, args: &[&str]) {
    let own = ["-c", "user.name=Ada", "-c", "user.email=ada@localhost"];
    let done = Command::new("git").args(own).args(args).current_dir(dir).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test]
async fn entries_are_told_by_name_also_in_folders_that_are_new() {
    let place = Place::new().await;
    place.write("src/a.txt", "a");
    let mut looking = place.look().await;
    place.write("src/a.txt", "b");
    looking.until(|changed| changed.touches("src/a.txt")).await;
    place.write("new/deep/b.txt", "b");
    looking.until(|changed| changed.touches("new")).await;
    place.write("new/deep/c.txt", "c");
    looking.until(|changed| changed.touches("new/deep/c.txt")).await;
    std::fs::rename(place.root().join("new"), place.root().join("old")).unwrap();
    looking.until(|changed| changed.touches("old")).await;
    place.write("old/deep/d.txt", "d");
    looking.until(|changed| changed.touches("old/deep/d.txt")).await;
    assert!(looking.heard.iter().all(|changed| !changed.all && !changed.partial && !changed.git));
}

#[tokio::test]
async fn what_git_ignores_and_what_is_behind_links_is_not_watched() {
    let place = Place::new().await;
    place.write(".gitignore", "build/\n");
    place.write("build/old.txt", "old");
    symlink(place.dir.path().join("outside"), place.root().join("out")).unwrap();
    let mut looking = place.look().await;
    place.write("build/new.txt", "new");
    place.write("build/deep/new.txt", "new");
    std::fs::write(place.dir.path().join("outside/new"), "new").unwrap();
    place.write("seen.txt", "seen");
    looking.until(|changed| changed.touches("seen.txt")).await;
    let told: Vec<_> = looking.heard.iter().flat_map(|changed| &changed.paths).collect();
    assert_eq!(told, ["seen.txt"]);
    place.write(".gitignore", "");
    looking.until(|changed| changed.all).await;
    place.write("build/newer.txt", "new");
    looking.until(|changed| changed.touches("build/newer.txt")).await;
}

#[tokio::test]
async fn a_commit_is_told_as_gits_own() {
    let place = Place::new().await;
    git(&place.root(), &["init", "--quiet"]);
    place.write("a.txt", "a");
    let mut looking = place.look().await;
    git(&place.root(), &["add", "a.txt"]);
    looking.until(|changed| changed.git).await;
    assert!(looking.heard.iter().flat_map(|changed| &changed.paths).all(|path| !path.starts_with(".git")));
}

#[tokio::test]
async fn what_is_done_in_a_terminal_to_a_linked_work_tree_is_told_of_it() {
    let place = Place::new().await;
    let repository = place.dir.path().join("repository");
    git(place.dir.path(), &["init", "--quiet", "--initial-branch=main", "repository"]);
    git(&repository, &["commit", "--quiet", "--allow-empty", "-m", "first"]);
    git(&repository, &["worktree", "add", "--quiet", "-b", "side", "../project"]);
    let mut looking = place.look().await;
    git(&place.root(), &["commit", "--quiet", "--allow-empty", "-m", "second"]);
    looking.until(|changed| changed.git).await;
    git(&place.root(), &["switch", "--quiet", "-c", "deep/er"]);
    looking.until(|changed| changed.git).await;
    // What came in late of the switch is told before what is waited for.
    place.write("a.txt", "a");
    looking.until(|changed| changed.touches("a.txt")).await;
    git(&place.root(), &["update-ref", "refs/heads/deep/er", "HEAD~1"]);
    looking.until(|changed| changed.git).await;
    assert!(looking.heard.iter().flat_map(|changed| &changed.paths).all(|path| path == "a.txt"));
}

#[tokio::test]
async fn a_repository_that_is_made_later_is_told_too() {
    let place = Place::new().await;
    let mut looking = place.look().await;
    git(&place.root(), &["init", "--quiet"]);
    looking.until(|changed| changed.all).await;
    git(&place.root(), &["commit", "--quiet", "--allow-empty", "-m", "first"]);
    looking.until(|changed| changed.git).await;
}

#[tokio::test]
async fn a_flood_is_look_again_and_what_follows_has_names_again() {
    let place = Place::new().await;
    let (mut looking, mut other) = (place.look().await, place.look().await);
    for n in 0..CHANGED_MAX * 4 {
        place.write(format!("flood-{n}"), "x");
    }
    looking.until(|changed| changed.all).await;
    other.until(|changed| changed.all).await;
    place.write("last", "x");
    looking.until(|changed| !changed.all && changed.touches("last")).await;
    drop(looking);
    place.write("for the other", "x");
    other.until(|changed| changed.touches("for the other")).await;
    drop(other);
    let mut anew = place.look().await;
    place.write("anew", "x");
    anew.until(|changed| changed.touches("anew")).await;
}
