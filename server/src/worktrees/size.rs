//! How much room worktrees take on the disk: counted within a budget, so that a list never waits for a large one. Waits: not for a
//! worker.

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use app::worktrees::model::Size;

use super::list::Found;

/// The most files and directories that are counted for one list.
const FILES: usize = 200_000;
/// How long they may take.
const TIME: Duration = Duration::from_millis(1500);
/// The unit that the system counts blocks in.
const BLOCK: u64 = 512;

/// What is left to count with.
struct Budget {
    files: usize,
    until: Instant,
}

/// Fills the sizes in, each with its share of the budget.
pub(super) fn measure(found: &mut [Found]) {
    let end = Instant::now() + TIME;
    let mut left = found.len();
    let mut files = FILES;
    for one in found {
        let now = Instant::now();
        let share = end.saturating_duration_since(now) / u32::try_from(left).unwrap_or(u32::MAX);
        let mut budget = Budget { files: files / left, until: now + share };
        let given = budget.files;
        one.shown.size = of(&one.root, &mut budget);
        files -= given - budget.files;
        left -= 1;
    }
}

/// The room of a directory for whoever has no list to fill.
pub(super) fn bytes(dir: &Path) -> u64 {
    let mut budget = Budget { files: FILES, until: Instant::now() + TIME };
    of(dir, &mut budget).map_or(0, |size| size.bytes)
}

/// The room of one directory; nothing if it is gone. Links are not followed, and a file with several names counts once.
fn of(root: &Path, budget: &mut Budget) -> Option<Size> {
    fs::symlink_metadata(root).ok().filter(fs::Metadata::is_dir)?;
    let mut size = Size::default();
    let mut seen = HashSet::new();
    let mut dirs: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        let Ok(entries) = fs::read_dir(&dir) else {
            size.more = true;
            continue;
        };
        for entry in entries.flatten() {
            if budget.files == 0 || Instant::now() > budget.until {
                size.more = true;
                return Some(size);
            }
            budget.files -= 1;
            let Ok(found) = entry.metadata() else { continue };
            if found.nlink() > 1 && !found.is_dir() && !seen.insert((found.dev(), found.ino())) {
                continue;
            }
            size.bytes += found.blocks() * BLOCK;
            if found.is_dir() {
                dirs.push(entry.path());
            }
        }
    }
    Some(size)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_counted_without_links_and_each_file_once() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("w");
        fs::create_dir_all(root.join("deep/er")).unwrap();
        fs::write(root.join("deep/er/file"), vec![1; 100_000]).unwrap();
        let count = |files| {
            let mut budget = Budget { files, until: Instant::now() + Duration::from_secs(600) };
            of(&root, &mut budget).unwrap()
        };
        let before = count(FILES);
        assert!(before.bytes >= 100_000 && !before.more);
        fs::hard_link(root.join("deep/er/file"), root.join("again")).unwrap();
        std::os::unix::fs::symlink(&root, root.join("around")).unwrap();
        assert!(count(FILES).bytes < before.bytes + 50_000);
        assert!(count(2).more, "what is over the budget is said");
        let mut budget = Budget { files: FILES, until: Instant::now() };
        assert_eq!(of(&dir.path().join("gone"), &mut budget), None);
    }
}
