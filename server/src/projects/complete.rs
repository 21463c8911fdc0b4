//! Completion of a typed path, directories only. Never opens a file.

use std::{fs, path::Path};

use crate::config;

/// How many completions are offered.
const MOST: usize = 20;
/// How many entries of one directory are looked at.
const LOOKED_AT: usize = 10_000;

/// Directories that begin with what was typed, in the form it was typed, at most 20. Hidden ones only when the last
/// part begins with a dot. Nothing for a relative path.
pub(super) fn directories(typed: &str) -> Vec<String> {
    let typed = match typed.trim_start() {
        "" | "~" => "~/",
        typed => typed,
    };
    let Some(cut) = typed.rfind('/').map(|at| at + 1) else {
        return Vec::new();
    };
    let (dir, leaf) = typed.split_at(cut);
    let path = config::expand(Path::new(dir));
    if !path.is_absolute() {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    let wanted = leaf.to_lowercase();
    let mut names: Vec<String> = entries
        .take(LOOKED_AT)
        .flatten()
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry)))
        .filter(|(name, _)| {
            name.to_lowercase().starts_with(&wanted) && name.starts_with('.') == leaf.starts_with('.')
        })
        // A link to a directory counts as one.
        .filter(|(_, entry)| entry.path().is_dir())
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable_by_key(|name| (name.to_lowercase(), name.clone()));
    names.truncate(MOST);
    names.into_iter().map(|name| format!("{dir}{name}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn directories_are_completed_as_typed() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["alpha", "Alps", "beta", ".hidden"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        fs::write(dir.path().join("album"), "").unwrap();
        std::os::unix::fs::symlink(dir.path().join("beta"), dir.path().join("alias")).unwrap();
        let base = dir.path().to_str().unwrap();
        let complete = |leaf: &str| {
            let found = directories(&format!("{base}/{leaf}"));
            found
                .iter()
                .map(|path| path.strip_prefix(&format!("{base}/")).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(complete("al"), ["alias", "alpha", "Alps"]);
        assert_eq!(complete(""), ["alias", "alpha", "Alps", "beta"]);
        assert_eq!(complete("."), [".hidden"]);
        assert!(complete("none/x").is_empty());
        assert!(directories("relative").is_empty() && directories("re/lative").is_empty());
    }

    #[test]
    fn no_more_than_twenty_are_offered() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..MOST + 5 {
            fs::create_dir(dir.path().join(format!("d{n:02}"))).unwrap();
        }
        assert_eq!(directories(&format!("{}/", dir.path().display())).len(), MOST);
    }
}
