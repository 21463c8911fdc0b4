//! The tree of a project; each folder is asked for when it is opened. Arrow keys, Home and End move as in any tree.

use std::collections::BTreeSet;

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use super::{
    acts::use_throw_away,
    marks::{Marks, in_words, use_marks},
    place::{Asked, Place},
};
use crate::{
    files::{
        api,
        model::{Entry, EntryKind, ListOptions, Listing, bytes_in_words, join, split},
        store::use_changes,
    },
    time::Millis,
    ui::{
        Button, Empty, Failing, Icon, IconName, Loading, Look,
        browser::{self, Step},
        use_call, use_remote,
    },
};

const KEYS: [(&str, Step); 4] =
    [("ArrowDown", Step::Next), ("ArrowUp", Step::Back), ("Home", Step::First), ("End", Step::Last)];

/// Letters that follow each other within this time are one word.
const TYPING_MS: i64 = 800;

/// What every row knows of the tree it is in.
#[derive(Clone, Copy)]
struct Branches {
    place: Place,
    asked: Asked,
    open: RwSignal<BTreeSet<String>>,
    /// The row that Tab leads to; none is the first one.
    at: RwSignal<Option<String>>,
    /// What git says of the entries.
    marks: Memo<Marks>,
    tree: NodeRef<html::Div>,
}

/// The tree, with the folders open that lead to the file in view.
#[component]
pub(super) fn Tree(
    /// Where a person is.
    place: Place,
    /// What is left out.
    asked: Asked,
    /// The folders that are open.
    open: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let tree = NodeRef::new();
    let branches =
        Branches { place, asked, open, at: RwSignal::new(None), marks: use_marks(place.shelf.project), tree };
    Effect::new(move |_| {
        let Some(path) = place.shelf.path.get() else { return };
        let mut folder = split(&path).0;
        place.folder.set(folder.to_owned());
        branches.open.update(|open| {
            while !folder.is_empty() {
                open.insert(folder.to_owned());
                folder = split(folder).0;
            }
        });
        branches.at.set(Some(path));
    });
    let typed = StoredValue::new((String::new(), Millis(0)));
    let keys = move |event: KeyboardEvent| {
        browser::step_by_key(&event, tree.get_untracked(), &KEYS);
        type_ahead(&event, tree, typed);
    };
    view! {
        <div class="tree" role="tree" aria-label="Files" node_ref=tree on:keydown=keys>
            <Level branches=branches path=String::new() depth=1 />
        </div>
    }
    .into_any()
}

/// Goes to the next row that begins with what is typed.
fn type_ahead(event: &KeyboardEvent, tree: NodeRef<html::Div>, typed: StoredValue<(String, Millis)>) {
    let key = event.key();
    let letter = key.chars().count() == 1 && key != " ";
    if !letter || event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    event.prevent_default();
    let now = browser::now().unwrap_or(Millis(0));
    let begin = typed
        .try_update_value(|(text, at)| {
            if now.0 - at.0 > TYPING_MS {
                text.clear();
            }
            text.push_str(&key.to_lowercase());
            *at = now;
            text.clone()
        })
        .unwrap_or_default();
    if let Some(tree) = tree.get_untracked() {
        browser::focus_by_text(&tree, &begin);
    }
}

/// What is in one folder.
#[component]
fn Level(
    branches: Branches,
    path: String,
    /// From 1.
    depth: usize,
) -> AnyView {
    let (place, asked) = (branches.place, branches.asked);
    let folder = path.clone();
    let remote = use_remote(move || {
        place.anew.track();
        api::list(place.shelf.project, folder.clone(), asked.listed())
    });
    let own = path.clone();
    use_changes(place.shelf.project, move |changed| {
        if changed.is_in(&own) {
            remote.reload();
        }
    });
    // Rows stay when the folder is read again: what is open in them is open still.
    let listing = RwSignal::new(Listing::default());
    Effect::new(move |_| {
        if let Some(Ok(now)) = remote.value.get() {
            listing.set(now);
        }
    });
    let state = Memo::new(move |_| {
        remote.value.with(|value| Some(value.as_ref()?.as_ref().map(|_| ()).map_err(Clone::clone)))
    });
    let draw = move || match state.get() {
        None => view! { <Loading what="Loading the folder" lines=3 /> }.into_any(),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| remote.reload());
            view! { <Failing error=error retry=retry /> }.into_any()
        }
        Some(Ok(())) => {
            view! { <Rows branches=branches path=path.clone() depth=depth listing=listing /> }.into_any()
        }
    };
    view! { <div role="group">{draw}</div> }.into_any()
}

/// The entries of a folder as far as they are here, and a way to more.
#[component]
fn Rows(branches: Branches, path: String, depth: usize, listing: RwSignal<Listing>) -> AnyView {
    let empty = move || {
        match (listing.with(|listing| listing.total), depth) {
        (0, 1) => Some(
            view! { <Empty icon=IconName::Folder title="No files" text="Nothing is here, or all of it is left out." /> }
                .into_any(),
        ),
        (0, _) => {
            Some(view! { <p class=format!("tree-note faint sm depth-{}", depth.min(DEEPEST))>"Empty"</p> }.into_any())
        }
        _ => None,
    }
    };
    let total = move || listing.with(|listing| listing.total) as usize;
    let here = move || listing.with(|listing| listing.entries.len());
    let drawn = RwSignal::new(ROWS);
    let shown =
        move || listing.with(|listing| listing.entries.iter().take(drawn.get()).cloned().collect::<Vec<_>>());
    let left = move || total().saturating_sub(drawn.get().min(here()));
    let call = use_call();
    let folder = StoredValue::new(path.clone());
    let more = move |()| {
        drawn.update(|drawn| *drawn += ROWS);
        let have = untrack(here);
        if have >= drawn.get_untracked().min(untrack(total)) {
            return;
        }
        let skip = u32::try_from(have).unwrap_or(u32::MAX);
        let options = ListOptions { skip, ..untrack(|| branches.asked.listed()) };
        let ask = api::list(branches.place.shelf.project, folder.get_value(), options);
        call.run(ask, move |next| listing.update(|listing| listing.entries.extend(next.entries)));
    };
    view! {
        {empty}
        <For each=shown key=row_key let:entry>
            <Row branches=branches path=join(&path, &entry.name) depth=depth entry=entry />
        </For>
        <Show when=move || { left() > 0 }>
            <Button look=Look::Quiet class="tree-more" on_click=more>
                {move || format!("Show {} more", left().min(ROWS))}
            </Button>
        </Show>
    }
    .into_any()
}

/// What makes a row another one: a folder stays itself whatever its date is.
fn row_key(entry: &Entry) -> (String, bool, Option<u64>, Option<String>, bool) {
    (entry.name.clone(), entry.kind == EntryKind::Dir, entry.size, entry.target.clone(), entry.ignored)
}

/// How many rows are drawn at once: a browser is slower with them than the server.
const ROWS: usize = 500;
/// Indents of deeper folders are the same: the names need the room.
const DEEPEST: usize = 12;

/// One entry, and its own entries once it is open.
#[component]
fn Row(branches: Branches, path: String, depth: usize, entry: Entry) -> AnyView {
    let Branches { place, open, at, marks, tree, .. } = branches;
    let shelf = place.shelf;
    let kind = entry.really();
    let is_dir = kind == Some(EntryKind::Dir);
    // A name with losses is no path, and what is neither file nor folder is not opened.
    let dead = entry.lossy || !matches!(kind, Some(EntryKind::Dir | EntryKind::File));
    let own = StoredValue::new(path.clone());
    let is_open = Memo::new(move |_| is_dir && open.with(|open| own.with_value(|own| open.contains(own))));
    let in_view =
        Memo::new(move |_| shelf.path.with(|path| own.with_value(|own| path.as_ref() == Some(own))));
    let toggle = move || {
        open.update(|open| {
            let own = own.get_value();
            if !open.remove(&own) {
                open.insert(own);
            }
        });
    };
    // Not every browser puts the focus on what is clicked.
    let here = move || {
        place.folder.set(own.with_value(|own| if is_dir { own.clone() } else { split(own).0.to_owned() }));
    };
    let mark = Memo::new(move |_| marks.with(|marks| own.with_value(|own| marks.get(own).cloned())));
    let choose = move |_| {
        here();
        if dead {
            return;
        }
        if is_dir {
            toggle();
        } else {
            shelf.go.run((own.try_get_value(), None));
        }
    };
    let throw_away = use_throw_away(place);
    let keys = move |event: KeyboardEvent| {
        let step = |to: Step| {
            if let Some(tree) = tree.get_untracked() {
                browser::focus_item(&tree, to);
            }
        };
        match event.key().as_str() {
            "ArrowRight" if is_open.get_untracked() => step(Step::Next),
            "ArrowRight" if is_dir && !dead => toggle(),
            "ArrowLeft" if is_open.get_untracked() => toggle(),
            "ArrowLeft" => focus_folder(&event),
            "Delete" if !dead => throw_away.run(own.get_value()),
            _ => return,
        }
        event.prevent_default();
    };
    let tab = move || {
        let first = own.with_value(|own| !own.contains('/'));
        let here = at.with(|at| at.as_ref().map_or(first, |at| own.with_value(|own| at == own)));
        if here { "0" } else { "-1" }
    };
    let icon = if is_dir { IconName::Folder } else { IconName::File };
    let target = entry.target.clone().map(|target| format!("→ {target}"));
    let told = match (&entry.target, kind) {
        _ if entry.lossy => Some("The name is not UTF-8; the file cannot be opened here.".to_owned()),
        (Some(_), None) => Some("The link leads out of the project or nowhere.".to_owned()),
        (_, Some(EntryKind::Other)) => Some("A pipe, a socket or a device; it is not opened.".to_owned()),
        _ => None,
    };
    view! {
        <button
            type="button"
            role="treeitem"
            class=format!("tree-row depth-{}", depth.min(DEEPEST))
            class:on=in_view
            class:faint=entry.ignored || dead
            title=told.unwrap_or_else(|| path.clone())
            aria-expanded=is_dir.then_some(move || if is_open.get() { "true" } else { "false" })
            aria-selected=move || if in_view.get() { "true" } else { "false" }
            aria-disabled=dead.then_some("true")
            tabindex=tab
            on:focus=move |_| {
                at.set(own.try_get_value());
                here();
            }
            on:click=choose
            on:keydown=keys
        >
            <span class="tree-twist" class:open=is_open>{is_dir.then(|| view! { <Icon name=IconName::ChevronRight /> })}</span>
            <Icon name=icon />
            <span class="clip grow">
                {entry.name.clone()} {target.map(|target| view! { <span class="faint">" " {target}</span> })}
            </span>
            {entry.lossy.then(|| view! { <span class="xs faint">"not UTF-8"</span> })}
            {move || mark.get().map(|mark| {
                let words = in_words(&mark);
                view! { <span class="tree-mark xs" title=words>{mark} <span class="sr">{words}</span></span> }
            })}
            {entry.size.map(|size| view! { <span class="xs faint num">{bytes_in_words(size)}</span> })}
        </button>
        <Show when=move || is_open.get()>
            <Level branches=branches path=own.get_value() depth=depth + 1 />
        </Show>
    }
    .into_any()
}

/// Puts the focus on the row of the folder that a row is in.
fn focus_folder(event: &KeyboardEvent) {
    let row = event.current_target().and_then(|row| row.dyn_into::<HtmlElement>().ok());
    let group = row.and_then(|row| row.closest("[role=group]").ok().flatten());
    let folder = group.and_then(|group| group.previous_element_sibling());
    if let Some(folder) = folder.and_then(|folder| folder.dyn_into::<HtmlElement>().ok()) {
        let _ = folder.focus();
    }
}
