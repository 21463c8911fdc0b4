//! Where git keeps the state of a work tree: in the `.git` of its top, or, of a linked one, where the file `.git` says. Reads the few
//! small files that tell it, and runs no git.

use std::{
    fs::symlink_metadata,
    path::{Path, PathBuf},
};

use cap_std::{ambient_authority, fs::Dir};

use super::root::rules;
use crate::git::top;

/// The most folders of branches that are looked at; names of branches have few parts.
const FOLDERS_MAX: usize = 256;

/// The folders in which something happens when the work tree around a directory is on another commit, another branch, or has
/// something else staged.
pub(super) fn folders(dir: &Path) -> Vec<PathBuf> {
    let Some((own, shared)) = top(dir).and_then(|tree| state(&tree)) else { return Vec::new() };
    let mut found = vec![own];
    let mut open = vec![shared.join("refs/heads")];
    while let Some(folder) = open.pop().filter(|_| found.len() < FOLDERS_MAX) {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        // Links are not followed: they could lead anywhere.
        let below = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        open.extend(below.map(|entry| entry.path()));
        found.push(folder);
    }
    found
}

/// Where its own state is, and what it shares with other work trees of its repository.
fn state(tree: &Path) -> Option<(PathBuf, PathBuf)> {
    let git = tree.join(".git");
    if symlink_metadata(&git).ok()?.is_dir() {
        return Some((git.clone(), git));
    }
    let own = tree.join(text(tree, ".git")?.strip_prefix("gitdir:")?.trim()).canonicalize().ok()?;
    // A file may say anything: the repository must say the same of this work tree.
    let back = own.join(text(&own, "gitdir")?.trim()).canonicalize().ok()?;
    if back != git.canonicalize().ok()? {
        return None;
    }
    let shared = own.join(text(&own, "commondir")?.trim()).canonicalize().ok()?;
    Some((own, shared))
}

/// A small file; nothing if there is none.
fn text(dir: &Path, name: &str) -> Option<String> {
    rules(&Dir::open_ambient_dir(dir, ambient_authority()).ok()?, name)
}
