//! Repositories of a given size.

use std::{fs, path::Path, process::Command};

/// A repository with one commit of `folders` times `files` small files of 20 lines.
pub(super) fn make(dir: &Path, folders: usize, files: usize) {
    for folder in 0..folders {
        let folder = dir.join(format!("part-{:02}/module-{folder:04}", folder % 40));
        fs::create_dir_all(&folder).unwrap();
        for file in 0..files {
            fs::write(folder.join(format!("source_{file:03}.rs")), text(file)).unwrap();
        }
    }
    git(dir, &["init", "-q", "-b", "main"]);
    git(dir, &["add", "--all"]);
    git(dir, &["commit", "-q", "-m", "All of it"]);
    // Without this git looks at every file again while the index is as young as they are.
    git(dir, &["update-index", "--refresh", "-q"]);
}

fn text(seed: usize) -> String {
    (0..20).map(|line| format!("pub fn item_{seed}_{line}() -> usize {{ {seed} * {line} }}\n")).collect()
}

fn git(dir: &Path, args: &[&str]) {
    let name = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"];
    let done = Command::new("git").args(name).args(args).current_dir(dir).output().unwrap();
    assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}
