//! What git ignores, by the `.gitignore` of each folder and the repository's own list. The files are read through the
//! project's root: the crate's own walker would follow a `.gitignore` that is a link to anywhere, and wait for one that is a
//! pipe. Never runs git, and knows no rules from outside of the project.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use cap_std::fs::Dir;
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::root;

/// Git's name for a file of rules.
const NAME: &str = ".gitignore";
/// Where a repository has rules that are not shared.
const OWN: &str = ".git/info/exclude";

/// The rules in force in one folder: its own and those of the folders above it.
#[derive(Clone, Default)]
pub(super) struct Rules(Option<Arc<Level>>);

struct Level {
    own: Gitignore,
    /// How many parts the path of its folder has.
    depth: usize,
    above: Rules,
}

impl Rules {
    /// Those of the project's own directory.
    pub(super) fn at_root(root: &Dir) -> Self {
        Self::default().with(root::rules(root, OWN), 0).with(root::rules(root, NAME), 0)
    }

    /// Those of a folder below, whose path has `depth` parts.
    pub(super) fn below(&self, folder: &Dir, depth: usize) -> Self {
        self.with(root::rules(folder, NAME), depth)
    }

    /// Those on the way to a folder and in it, and whether it is ignored itself.
    pub(super) fn on_the_way(root: &Dir, folder: &Path) -> (Self, bool) {
        let (mut rules, mut ignored) = (Self::at_root(root), false);
        let mut way = PathBuf::new();
        for part in folder.iter().filter(|part| *part != ".") {
            way.push(part);
            ignored = ignored || rules.ignore(&way, true);
            if let Ok(dir) = root.open_dir(&way) {
                rules = rules.below(&dir, way.iter().count());
            }
        }
        (rules, ignored)
    }

    /// Whether these rules ignore the path, which is relative to the project. Those nearest to it count most.
    pub(super) fn ignore(&self, path: &Path, is_dir: bool) -> bool {
        let mut rules = self;
        while let Some(level) = &rules.0 {
            let below: PathBuf = path.iter().filter(|part| *part != ".").skip(level.depth).collect();
            match level.own.matched(&below, is_dir) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = &level.above,
            }
        }
        false
    }

    fn with(&self, text: Option<String>, depth: usize) -> Self {
        let Some(text) = text else { return self.clone() };
        let mut builder = GitignoreBuilder::new("");
        for line in text.lines() {
            // A line that is no rule is passed over, as git does.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) if !own.is_empty() => Self(Some(Arc::new(Level { own, depth, above: self.clone() }))),
            _ => self.clone(),
        }
    }
}
