//! Every regular file of a project in order, folder by folder, for searches. Follows no link, and enters neither git's own
//! directory nor what the caller leaves out.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use cap_std::fs::Dir;

use super::{path::is_git, root::Root, rules::Rules};

/// The longest path that is gone; a deeper folder is passed over.
const PATH_MAX: usize = 4096;

/// What is left out.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    /// Names that begin with a dot are in.
    pub(super) hidden: bool,
    /// What git ignores is in.
    pub(super) ignored: bool,
}

/// Gives `each` the path of every file until it breaks. `enters` says whether a path is of interest, and whether it is a
/// folder. What cannot be read, and names that are not UTF-8, are passed over.
pub(super) fn walk(
    root: &Root,
    scope: Scope,
    enters: impl Fn(&Path, bool) -> bool,
    mut each: impl FnMut(String) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut folders = vec![(PathBuf::new(), Rules::at_root(&root.dir))];
    while let Some((at, rules)) = folders.pop() {
        let here = if at.as_os_str().is_empty() { Path::new(".") } else { &at };
        let Ok(dir) = root.dir.open_dir(here) else { continue };
        let mut names = names(&dir, scope);
        names.sort_unstable();
        let has_rules = names.iter().any(|(name, is_dir)| !is_dir && name == ".gitignore") || !scope.hidden;
        let rules = match at.iter().count() {
            0 => rules,
            depth if has_rules && !scope.ignored => rules.below(&dir, depth),
            _ => rules,
        };
        let mut inner = Vec::new();
        for (name, is_dir) in names {
            let path = at.join(name);
            if path.as_os_str().len() > PATH_MAX || !enters(&path, is_dir) {
                continue;
            }
            if !scope.ignored && rules.ignore(&path, is_dir) {
                continue;
            }
            if is_dir {
                inner.push((path, rules.clone()));
            } else if let Ok(path) = path.into_os_string().into_string() {
                each(path)?;
            }
        }
        folders.extend(inner.into_iter().rev());
    }
    ControlFlow::Continue(())
}

/// The folders and the regular files of a folder, and which of them are folders.
fn names(dir: &Dir, scope: Scope) -> Vec<(String, bool)> {
    let Ok(entries) = dir.entries() else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let kind = entry.file_type().ok()?;
            let wanted = (kind.is_dir() || kind.is_file()) && !is_git(&name);
            let name = name.into_string().ok().filter(|_| wanted)?;
            (scope.hidden || !name.starts_with('.')).then(|| (name, kind.is_dir()))
        })
        .collect()
}
