//! Copies ignored files, such as `.env`, into a new worktree, and out of one that goes: git brings along only what it knows. Few and
//! small ones, and only files: a link could lead anywhere.

use std::{
    io,
    path::{Path, PathBuf},
};

use app::error::AppError;
use cap_std::{ambient_authority, fs::Dir};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::{
    db::Fault,
    git::{PATIENT, Repository},
    offload::blocking,
};

/// What is copied unless the project says otherwise.
pub(super) const DEFAULT: &str = ".env*";
/// The most patterns of a project, and the most characters of one.
const PATTERNS: usize = 50;
const PATTERN: usize = 200;
/// The most files that are copied, and the most bytes of all of them.
const FILES: usize = 200;
const BYTES: u64 = 20 << 20;

/// The patterns, a line each; 400 for one that is none.
pub(super) fn patterns(text: &str) -> Result<GlobSet, AppError> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > PATTERNS {
        return Err(AppError::invalid("copy", format!("At most {PATTERNS} patterns can be given.")));
    }
    let mut set = GlobSetBuilder::new();
    for line in lines {
        let plain =
            line.len() <= PATTERN && !line.starts_with('/') && !line.split('/').any(|part| part == "..");
        let glob = GlobBuilder::new(line).literal_separator(true).build().ok().filter(|_| plain);
        let Some(glob) = glob else {
            let message = format!("“{}” is no pattern of paths in the project.", line.escape_debug());
            return Err(AppError::invalid("copy", message));
        };
        // As in .gitignore: without a slash it is the name of a file anywhere.
        if !line.contains('/') {
            let anywhere = GlobBuilder::new(&format!("**/{line}")).literal_separator(true).build();
            set.add(anywhere.map_err(|error| AppError::invalid("copy", error.to_string()))?);
        }
        set.add(glob);
    }
    set.build().map_err(|error| AppError::invalid("copy", error.to_string()))
}

/// Copies what fits from one work tree into another, and returns the paths.
pub(super) async fn copy(from: &Repository, to: &Path, patterns: GlobSet) -> Result<Vec<String>, AppError> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let listed = ignored(from).await?;
    let (from, to) = (from.dir.clone(), to.to_owned());
    let copied = blocking(move || {
        let wanted = listed.iter().map(String::as_str).filter(|path| patterns.is_match(path));
        all(&from, &to, wanted.take(FILES))
    });
    copied.await?.map_err(|error| Fault::from(error).into())
}

/// Keeps the ignored files of a work tree that is about to go in a new directory, as many as are copied into one.
pub(super) async fn keep(from: &Repository, to: &Path) -> Result<(), AppError> {
    let listed = ignored(from).await?;
    let (from, to) = (from.dir.clone(), to.to_owned());
    let kept = blocking(move || {
        std::fs::create_dir(&to)?;
        all(&from, &to, listed.iter().map(String::as_str).take(FILES)).map(drop)
    });
    kept.await?.map_err(|error| Fault::from(error).into())
}

/// Puts what was kept back, over what the work tree has got meanwhile. There may be nothing.
pub(super) fn restore(from: &Path, to: &Path) -> io::Result<()> {
    if std::fs::symlink_metadata(from).is_err() {
        return Ok(());
    }
    let from = Dir::open_ambient_dir(from, ambient_authority())?;
    let to = Dir::open_ambient_dir(to, ambient_authority())?;
    let mut dirs = vec![PathBuf::from(".")];
    while let Some(dir) = dirs.pop() {
        to.create_dir_all(&dir)?;
        for entry in from.read_dir(&dir)? {
            let entry = entry?;
            let path = dir.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                dirs.push(path);
            } else {
                from.copy(&path, &to, &path)?;
            }
        }
    }
    Ok(())
}

/// Whether a work tree has files that would be copied, and that are not as in the directory they are copied from.
pub(super) async fn differs(tree: &Repository, from: &Path, patterns: GlobSet) -> Result<bool, AppError> {
    if patterns.is_empty() {
        return Ok(false);
    }
    let listed = ignored(tree).await?;
    let (tree, from) = (tree.dir.clone(), from.to_owned());
    let differs = blocking(move || {
        let tree = Dir::open_ambient_dir(tree, ambient_authority())?;
        let from = Dir::open_ambient_dir(from, ambient_authority())?;
        let wanted = listed.iter().filter(|path| patterns.is_match(path)).take(FILES);
        let small = |path: &&String| {
            tree.symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() <= BYTES)
        };
        let length = |dir: &Dir, path: &String| dir.symlink_metadata(path).map(|found| found.len()).ok();
        let own = |path: &String| {
            length(&tree, path) != length(&from, path) || tree.read(path).ok() != from.read(path).ok()
        };
        Ok::<_, io::Error>(wanted.filter(small).any(own))
    });
    differs.await?.map_err(|error| Fault::from(error).into())
}

/// The files that git ignores. Directories that are ignored as a whole are not looked into: they are what a set-up makes anew.
async fn ignored(tree: &Repository) -> Result<Vec<String>, AppError> {
    let list = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
    let listed = tree.run(list, PATIENT).await?.stdout;
    let listed = String::from_utf8_lossy(&listed);
    let files = listed.split('\0').filter(|path| !path.is_empty() && !path.ends_with('/'));
    Ok(files.map(str::to_owned).collect())
}

/// What is there already stays.
fn all<'a>(from: &Path, to: &Path, wanted: impl Iterator<Item = &'a str>) -> io::Result<Vec<String>> {
    let from = Dir::open_ambient_dir(from, ambient_authority())?;
    let to = Dir::open_ambient_dir(to, ambient_authority())?;
    let (mut copied, mut left) = (Vec::new(), BYTES);
    for path in wanted {
        let Ok(found) = from.symlink_metadata(path) else { continue };
        let fits = found.is_file() && found.len() <= left && to.symlink_metadata(path).is_err();
        if !fits {
            continue;
        }
        if let Some(parent) = Path::new(path).parent() {
            to.create_dir_all(parent)?;
        }
        left -= from.copy(path, &to, path)?;
        copied.push(path.to_owned());
    }
    Ok(copied)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_slash_is_a_name_anywhere() {
        let set = patterns(" .env* \n\nconfig/*.local\n").unwrap();
        for (path, fits) in [
            (".env", true),
            ("deep/er/.env.local", true),
            ("config/x.local", true),
            ("deep/config/x.local", false),
            ("config/deep/x.local", false),
            (".env.d/", false),
            ("x.env", false),
        ] {
            assert_eq!(set.is_match(path), fits, "{path}");
        }
        for text in
            ["../x", "/etc/passwd", "a/../b", "[", &"x".repeat(PATTERN + 1), &"x\n".repeat(PATTERNS + 1)]
        {
            assert!(patterns(text).is_err(), "{text}");
        }
        assert!(patterns("").unwrap().is_empty());
    }
}
