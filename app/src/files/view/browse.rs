//! A box to search in, the tree or what was found, and the file beside it. Where there is no room for both, one of them.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    find::Results,
    tree::Tree,
    uploads::{FolderBar, dropped},
    viewer::Viewer,
};
use crate::{
    files::{
        model::{ListOptions, SearchOptions, split},
        store::use_changes,
        upload::Uploads,
    },
    ids::ProjectId,
    ui::{Button, Empty, IconName, Look, TextInput, use_toasts},
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
    fn new() -> Self {
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

/// All of it.
#[component]
pub(super) fn Browse(
    /// Which file is in view.
    shelf: Shelf,
) -> impl IntoView {
    let asked = Asked::new();
    let place = Place { shelf, folder: RwSignal::default(), anew: RwSignal::new(0) };
    let uploads = Uploads::new(shelf.project, use_toasts());
    let partial = RwSignal::new(false);
    use_changes(shelf.project, move |changed| partial.set(changed.partial));
    // Stays while something is searched.
    let open = RwSignal::new(BTreeSet::new());
    let searching = Memo::new(move |_| asked.text.with(|text| !text.trim().is_empty()));
    view! {
        <div class="files" class:reading=move || shelf.path.with(Option::is_some)>
            <div class="files-side" on:dragover=|event| event.prevent_default() on:drop=dropped(place, uploads)>
                <SearchBox asked=asked />
                <FolderBar place=place uploads=uploads />
                <Show when=move || partial.get()>
                    <p class="files-locked xs soft">"Not every folder is watched: there are too many. Read again what may have changed."</p>
                </Show>
                <div class="scroll">
                    {move || {
                        if searching.get() {
                            view! { <Results shelf=shelf asked=asked /> }.into_any()
                        } else {
                            view! { <Tree place=place asked=asked open=open /> }.into_any()
                        }
                    }}
                </div>
            </div>
            {move || match shelf.path.get() {
                Some(path) => view! { <Viewer place=place path=path /> }.into_any(),
                None => {
                    view! {
                        <div class="files-view center">
                            <Empty icon=IconName::File title="No file in view" text="Choose one from the tree, or find it by its name." />
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn SearchBox(asked: Asked) -> impl IntoView {
    let switch = |words: &'static str, label: &'static str, value: RwSignal<bool>| {
        view! {
            <Button look=Look::Quiet class="chip-btn" pressed=value label=label on_click=move |()| value.update(|on| *on = !*on)>
                {words}
            </Button>
        }
    };
    let placeholder = move || if asked.contents.get() { "Search in files" } else { "Find a file" };
    view! {
        <div class="files-search" role="search">
            <input
                type="search"
                class="input"
                aria-label=placeholder
                placeholder=placeholder
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=asked.text
                on:input=move |event| asked.text.set(event_target_value(&event))
            />
            <div class="row wrap files-switches">
                {switch("Contents", "Contents", asked.contents)}
                {switch("Hidden", "Hidden", asked.hidden)}
                {switch("Ignored", "Ignored", asked.ignored)}
            </div>
            <Show when=move || asked.contents.get()>
                <div class="row wrap files-switches">
                    {switch("Aa", "Match case", asked.case)}
                    {switch("Whole words", "Whole words", asked.word)}
                    {switch(".*", "Regular expression", asked.regex)}
                </div>
                <TextInput value=asked.globs mono=true label="Which files" placeholder="*.rs !tests/**" />
            </Show>
        </div>
    }
    .into_any()
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
