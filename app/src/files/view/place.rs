//! Where a person is among the files: which one is in view, in which folder they act, and what they search for. What every part
//! of the view shares; draws nothing.

use leptos::prelude::*;

use crate::{
    files::model::{ListOptions, SearchOptions, split},
    ids::ProjectId,
};

/// A file to be shown, or none, and its lines that are marked: the first and the last one.
pub type Goal = (Option<String>, Option<(u64, u64)>);

/// Which file is in view, and how to look at another.
#[derive(Clone, Copy)]
pub struct Shelf {
    /// Whose files.
    pub project: ProjectId,
    /// The file in view.
    pub path: Signal<Option<String>>,
    /// Its lines that are marked: the first and the last one.
    pub lines: Signal<Option<(u64, u64)>>,
    /// Shows it.
    pub go: Callback<Goal>,
}

/// Where in the tree a person is, and how the tree hears that it is another; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The file in view.
    pub(super) shelf: Shelf,
    /// The folder that is acted on; the project itself is the empty one.
    pub(super) folder: RwSignal<String>,
    /// How often the tree was changed.
    pub(super) anew: RwSignal<u32>,
}

impl Place {
    /// Has the tree asked for again.
    pub(super) fn changed(self) {
        let _ = self.anew.try_update(|anew| *anew += 1);
    }

    /// The same once an entry is gone: nothing of it is in view any more.
    pub(super) fn left(self, path: &str) {
        if self
            .shelf
            .path
            .with_untracked(|shown| shown.as_deref().is_some_and(|shown| below(shown, path).is_some()))
        {
            self.shelf.go.run((None, None));
        }
        if self.folder.with_untracked(|folder| below(folder, path).is_some()) {
            self.folder.set(split(path).0.to_owned());
        }
        self.changed();
    }

    /// The same once an entry is elsewhere: what is in view of it is followed there.
    pub(super) fn moved(self, from: &str, to: &str) {
        let there = |path: &str| below(path, from).map(|rest| format!("{to}{rest}"));
        if let Some(path) = self.shelf.path.with_untracked(|shown| there(shown.as_deref()?)) {
            self.shelf.go.run((Some(path), None));
        }
        if let Some(folder) = self.folder.with_untracked(|folder| there(folder)) {
            self.folder.set(folder);
        }
        self.changed();
    }
}

/// What follows `folder` in a path that is it or in it.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is typed, and what is searched for it.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) text: RwSignal<String>,
    /// Contents instead of names.
    pub(super) contents: RwSignal<bool>,
    pub(super) regex: RwSignal<bool>,
    pub(super) word: RwSignal<bool>,
    pub(super) case: RwSignal<bool>,
    pub(super) globs: RwSignal<String>,
    pub(super) hidden: RwSignal<bool>,
    pub(super) ignored: RwSignal<bool>,
}

impl Asked {
    pub(super) fn new() -> Self {
        let off = || RwSignal::new(false);
        Self {
            text: RwSignal::default(),
            contents: off(),
            regex: off(),
            word: off(),
            case: off(),
            globs: RwSignal::default(),
            // Much of what steers a project begins with a dot.
            hidden: RwSignal::new(true),
            ignored: off(),
        }
    }

    /// What the tree and the names leave out.
    pub(super) fn listed(self) -> ListOptions {
        ListOptions { hidden: self.hidden.get(), ignored: self.ignored.get(), skip: 0 }
    }

    /// How contents are searched.
    pub(super) fn searched(self) -> SearchOptions {
        SearchOptions {
            regex: self.regex.get(),
            word: self.word.get(),
            case: self.case.get(),
            globs: self.globs.get(),
            hidden: self.hidden.get(),
            ignored: self.ignored.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_its_folder_and_itself_and_nothing_that_begins_alike() {
        assert_eq!(below("src/a.rs", "src"), Some("/a.rs"));
        assert_eq!(below("src", "src"), Some(""));
        assert_eq!(below("srcs/a.rs", "src"), None);
        assert_eq!(below("a/src", "src"), None);
    }
}
