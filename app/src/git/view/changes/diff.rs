//! One file's change, a page of lines at a time, so that a long diff costs no more than a short one. Never changes the file by
//! itself.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    choice::{Chooser, keys},
    comments::Comments,
    file::Acts,
    hunk::{Hunk, Shown},
    image::{Images, sizes},
};
use crate::{
    git::{
        api,
        model::{DIFF_LINES_MAX, DiffKind, FileDiff, WhichDiff},
    },
    ids::ProjectId,
    ui::{Button, Segment, Segmented, browser, use_remote},
};

/// Under which name a browser keeps how diffs are drawn.
const KEPT: &str = "roost.diff";

/// A change of one file.
#[component]
pub fn Diff(
    /// Whose.
    project: ProjectId,
    /// Which.
    which: WhichDiff,
    /// What the list says it is like; asked for anew when that changes.
    version: Signal<String>,
    /// Whether there may be room for both sides beside each other.
    wide: bool,
    /// The comments on changes of the project.
    comments: Comments,
    /// What can be done with parts of it.
    #[prop(optional_no_strip)]
    acts: Option<Acts>,
) -> impl IntoView {
    let from = RwSignal::new(0_u32);
    let which = StoredValue::new(which);
    let remote = use_remote(move || {
        version.with(|_| ());
        api::diff(project, which.get_value(), from.get())
    });
    let beside = RwSignal::new(false);
    Effect::new(move |_| beside.set(browser::recall(KEPT).is_some_and(|kept| kept == "split")));
    let shown = Shown {
        which,
        chosen: RwSignal::new(BTreeSet::new()),
        anchor: StoredValue::new(None),
        at: RwSignal::new(0),
        split: Signal::derive(move || wide && beside.get()),
        acts,
        comments,
        writing: RwSignal::new(None),
    };
    Effect::new(move |_| {
        let total =
            remote.value.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.total)).unwrap_or_default();
        // It may have become shorter than where the page began.
        if from.get_untracked() > 0 && from.get_untracked() >= total {
            from.set(0);
        }
        shown.chosen.set(BTreeSet::new());
        shown.anchor.set_value(None);
    });
    let now = Memo::new(move |_| remote.value.with(|answer| answer.as_ref()?.as_ref().ok().cloned()));
    keys(shown, now);
    let draw = remote.show("Loading the change", 2, move |diff| {
        view! { <Whole project=project shown=shown diff=diff from=from /> }
    });
    view! {
        <div class="file-diff">
            {wide.then(|| view! { <HowDrawn beside=beside /> })}
            <div class="diff" tabindex="0" role="region" aria-label="Change">{draw}</div>
            <Chooser shown=shown now=now />
        </div>
    }
    .into_any()
}

/// The switch between one column and two.
#[component]
fn HowDrawn(beside: RwSignal<bool>) -> impl IntoView {
    let change = move |key: &'static str| {
        browser::remember(KEPT, Some(key));
        beside.set(key == "split");
    };
    let segments = vec![
        Segment { key: "unified", words: "Unified", icon: None },
        Segment { key: "split", words: "Side by side", icon: None },
    ];
    let value = Signal::derive(move || if beside.get() { "split" } else { "unified" });
    view! {
        <div class="diff-bar">
            <Segmented label="How changes are drawn" segments=segments value=value on_change=change />
        </div>
    }
    .into_any()
}

/// What is said of the file, its hunks, and the way to other pages of them.
#[component]
fn Whole(project: ProjectId, shown: Shown, diff: FileDiff, from: RwSignal<u32>) -> impl IntoView {
    let notes =
        diff.notes.iter().map(|note| view! { <p class="diff-note">{note.clone()}</p> }).collect_view();
    let body = match diff.kind {
        DiffKind::Image => {
            view! { <Images project=project which=shown.which.get_value() diff=diff.clone() /> }.into_any()
        }
        DiffKind::Binary => {
            view! { <p class="diff-note">{format!("No text that can be compared: {}.", sizes(&diff))}</p> }
                .into_any()
        }
        DiffKind::Text if diff.total == 0 => view! { <p class="diff-note">"No line differs."</p> }.into_any(),
        DiffKind::Text => {
            let hunks = diff.hunks.iter().cloned().enumerate().map(|(nth, hunk)| {
                view! { <Hunk shown=shown nth=nth hunk=hunk version=diff.version.clone() by_line=diff.by_line /> }
            });
            hunks.collect_view().into_any()
        }
    };
    view! {
        {notes}
        {body}
        <Pages total=diff.total from=from />
    }
    .into_any()
}

/// The way to other pages.
#[component]
fn Pages(total: u32, from: RwSignal<u32>) -> impl IntoView {
    let page = u32::try_from(DIFF_LINES_MAX).unwrap_or(u32::MAX);
    let at = from.get_untracked();
    let last = at.saturating_add(page).min(total);
    (total > page).then(move || {
        view! {
            <nav class="diff-pages" aria-label="Pages of the change">
                <Button disabled=at == 0 on_click=move |()| from.set(at.saturating_sub(page))>"Earlier"</Button>
                <span class="faint sm num">{format!("Lines {}–{last} of {total}", at + 1)}</span>
                <Button disabled=last == total on_click=move |()| from.set(last)>"Later"</Button>
            </nav>
        }
    })
}
