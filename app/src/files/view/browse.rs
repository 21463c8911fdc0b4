//! A box to search in, the tree or what was found, and the file beside it. Where there is no room for both, one of them.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{find::Results, tree::Tree, viewer::Viewer};
use crate::{
    files::model::{ListOptions, SearchOptions},
    ids::ProjectId,
    ui::{Button, Empty, IconName, Look, TextInput},
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
    // Stays while something is searched.
    let open = RwSignal::new(BTreeSet::new());
    let searching = Memo::new(move |_| asked.text.with(|text| !text.trim().is_empty()));
    view! {
        <div class="files" class:reading=move || shelf.path.with(Option::is_some)>
            <div class="files-side">
                <SearchBox asked=asked />
                <div class="scroll">
                    {move || {
                        if searching.get() {
                            view! { <Results shelf=shelf asked=asked /> }.into_any()
                        } else {
                            view! { <Tree shelf=shelf asked=asked open=open /> }.into_any()
                        }
                    }}
                </div>
            </div>
            {move || match shelf.path.get() {
                Some(path) => view! { <Viewer shelf=shelf path=path /> }.into_any(),
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
