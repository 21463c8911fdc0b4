//! A box to search in, the tree or what was found, and the file beside it. Where there is no room for both, one of them.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    find::Results,
    place::{Asked, Place, Shelf},
    tree::Tree,
    uploads::{FolderBar, dropped},
    viewer::Viewer,
};
use crate::{
    files::{store::use_changes, upload::Uploads},
    ui::{Button, Empty, IconName, Look, TextInput, use_toasts},
};

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
