//! One hunk: its lines, which can be chosen, the comments between them, and what can be done with all of it.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::Element};

use super::{
    acts::Acts,
    comments::{Comments, Kept},
    drafts::Drafts,
};
use crate::{
    git::{
        model::{ChangeGroup, Chosen, Comment, Commented, LineRange, WhichDiff},
        review::place,
        view::diff::{Drawing, Piece, rows},
    },
    ui::{Button, Look, browser},
};

/// What a diff is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) which: StoredValue<WhichDiff>,
    pub(super) chosen: RwSignal<BTreeSet<u32>>,
    /// The line that was chosen last; with Shift all from it are.
    pub(super) anchor: StoredValue<Option<u32>>,
    /// The line that keys are about; none before a key has led to one.
    pub(super) cursor: RwSignal<Option<u32>>,
    /// The lines in the page.
    pub(super) region: NodeRef<html::Div>,
    /// The hunk that keys are about.
    pub(super) at: RwSignal<usize>,
    pub(super) split: Signal<bool>,
    pub(super) acts: Option<Acts>,
    pub(super) comments: Comments,
    /// The lines that a comment is being written on; they stay when the change becomes another one meanwhile.
    pub(super) writing: RwSignal<Option<Commented>>,
    pub(super) drafts: Drafts,
}

/// One hunk with what can be done with it.
#[component]
pub(super) fn Hunk(shown: Shown, piece: Piece) -> impl IntoView {
    let Piece { nth, hunk, version, by_line } = piece;
    let range = hunk.range;
    let group = shown.which.with_value(|which| which.group);
    let verb = verb(group);
    let words = format!("{verb} hunk");
    let label = format!("{words} {}", nth + 1);
    let act = move |act: Callback<Chosen>, label: String, words: String| {
        let version = version.clone();
        let take = move |()| act.run(chosen(shown, version.clone(), vec![range]));
        view! { <Button look=Look::Quiet class="chip-btn" label=label on_click=take>{words}</Button> }
    };
    let acts = shown.acts.filter(|_| by_line);
    let discard = acts.and_then(|acts| acts.discards(group)).map(|discard| {
        let label = format!("Discard hunk {}", nth + 1);
        act(discard, label, "Discard".to_owned())
    });
    let stage = acts.map(|acts| act(acts.stage, label, words));
    let header = hunk.header.clone();
    // Another hunk's line is no reason to draw this one anew.
    let cursor = Memo::new(move |_| shown.cursor.get().filter(|line| range.contains(*line)));
    let html = move || {
        let comments = shown.comments.all.with(|all| {
            let which = shown.which.get_value();
            let of_file =
                |comment: &&Comment| comment.about.path == which.path && comment.about.group == which.group;
            let placed = |comment: &Comment| Some((place(&comment.about, &hunk)?, comment.clone()));
            all.iter().filter(of_file).filter_map(placed).collect::<Vec<_>>()
        });
        let ends: BTreeSet<u32> = comments.iter().map(|(line, _)| *line).collect();
        let split = shown.split.get();
        let cursor = cursor.get();
        let pieces =
            shown.chosen.with(|chosen| rows(&hunk, Drawing { chosen, cursor, pick: true, split }, &ends));
        let mut ends = ends.into_iter();
        let drawn = pieces.into_iter().map(|piece| {
            let end = ends.next();
            let here = comments.iter().filter(|(line, _)| Some(*line) == end).map(|(_, comment)| {
                view! { <Kept comments=shown.comments comment=comment.clone() /> }
            });
            view! {
                <div inner_html=piece></div>
                {here.collect_view()}
            }
        });
        drawn.collect_view()
    };
    view! {
        <section class="hunk" class:at=move || shown.at.get() == nth id=format!("hunk-{nth}")>
            <header class="hunk-head" on:click=move |_| shown.at.set(nth)>
                <code class="clip grow">{header}</code>
                {discard}
                {stage}
            </header>
            <div on:click=move |event| choose(shown, nth, &event)>{html}</div>
        </section>
    }
    .into_any()
}

/// What is done with lines of a group.
pub(super) fn verb(group: ChangeGroup) -> &'static str {
    if group == ChangeGroup::Staged { "Unstage" } else { "Stage" }
}

/// These lines of the change, as it was shown.
pub(super) fn chosen(shown: Shown, version: String, lines: Vec<LineRange>) -> Chosen {
    let WhichDiff { path, was, group } = shown.which.get_value();
    Chosen { group, path: Some(path), was, version, lines }
}

/// Chooses the line that was clicked, or gives it back; with Shift all from the one before. With a mouse only at the numbers, so
/// that text can be marked.
fn choose(shown: Shown, nth: usize, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    if browser::fine_pointer() && target.tag_name() != "I" {
        return;
    }
    let row = target.closest("[data-line]").ok().flatten();
    let Some(line) = row.and_then(|row| row.get_attribute("data-line")?.parse::<u32>().ok()) else {
        return;
    };
    // Keys go on from where the last line was chosen.
    shown.cursor.update(|cursor| *cursor = cursor.and(Some(line)));
    pick(shown, line, event.shift_key());
    shown.at.set(nth);
}

/// Chooses a line or gives it back; where it is `extended`, all from the one before are chosen.
pub(super) fn pick(shown: Shown, line: u32, extended: bool) {
    let from = shown.anchor.get_value().filter(|_| extended);
    shown.chosen.update(|chosen| match from {
        Some(from) => chosen.extend(from.min(line)..=from.max(line)),
        None if chosen.remove(&line) => {}
        None => {
            chosen.insert(line);
        }
    });
    shown.anchor.set_value(Some(line));
}
