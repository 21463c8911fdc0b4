//! What git says of the files in the tree: a letter beside each that is changed, and a dot beside the folders they are in. Asked
//! for in one call, and again when something changes.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::{
    files::{model::split, store::use_changes},
    git::{
        api,
        model::{ChangeGroup, ChangedFile},
    },
    ids::ProjectId,
    ui::use_remote,
};

/// What stands beside a folder with changes in it.
const INSIDE: &str = "•";

/// The mark of each entry that has one.
pub(super) type Marks = BTreeMap<String, String>;

/// The marks of a project.
pub(super) fn use_marks(project: ProjectId) -> Memo<Marks> {
    let remote = use_remote(move || api::changes(project));
    use_changes(project, move |_| remote.reload());
    Memo::new(move |before: Option<&Marks>| {
        remote.value.with(|answer| match answer {
            Some(Ok(changes)) => marks(&changes.files),
            // Without git there is nothing to mark; while it is asked again, what was known stays.
            _ => before.cloned().unwrap_or_default(),
        })
    })
}

/// A file that is changed twice has the mark of what is not staged.
fn marks(files: &[ChangedFile]) -> Marks {
    let mut marks = Marks::new();
    for file in files {
        let path = file.path.trim_end_matches('/');
        let staged = file.group == ChangeGroup::Staged;
        if !staged || !marks.contains_key(path) {
            marks.insert(path.to_owned(), file.letter.clone());
        }
        let mut folder = split(path).0;
        while !folder.is_empty() {
            marks.entry(folder.to_owned()).or_insert_with(|| INSIDE.to_owned());
            folder = split(folder).0;
        }
    }
    marks
}

/// What a mark means.
pub(super) fn in_words(mark: &str) -> &'static str {
    match mark {
        "A" => "added",
        "D" => "deleted",
        "M" => "changed",
        "R" => "renamed",
        "U" => "conflicted",
        "?" => "untracked",
        _ => "with changes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_letters_and_their_folders_dots() {
        let file = |path: &str, group, letter: &str| ChangedFile {
            path: path.to_owned(),
            was: None,
            group,
            letter: letter.to_owned(),
            added: None,
            removed: None,
            submodule: false,
            version: String::new(),
        };
        let marks = marks(&[
            file("src/deep/a.rs", ChangeGroup::Staged, "A"),
            file("src/deep/a.rs", ChangeGroup::Changed, "M"),
            file("new/", ChangeGroup::Untracked, "?"),
        ]);
        let all: Vec<_> = marks.iter().map(|(path, mark)| (path.as_str(), mark.as_str())).collect();
        assert_eq!(all, [("new", "?"), ("src", INSIDE), ("src/deep", INSIDE), ("src/deep/a.rs", "M")]);
    }
}
