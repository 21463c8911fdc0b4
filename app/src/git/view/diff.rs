//! One file's change: hunks with what can be done with each, lines that can be chosen, an image beside what it was. A page of
//! lines at a time, so that a long diff costs no more than a short one. Never changes the file by itself.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys::Element};

use super::{
    comments::{Comments, Kept, Write},
    file::Acts,
    rows::{Drawing, rows},
};
use crate::{
    files::model::{bytes_in_words, escaped},
    git::{
        api,
        model::{
            ChangeGroup, Chosen, Comment, DIFF_LINES_MAX, DiffHunk, DiffKind, FileDiff, LineKind, LineRange,
            WhichDiff,
        },
        review::{commented, place},
    },
    ids::ProjectId,
    ui::{Button, Look, Segment, Segmented, browser, use_remote, use_shortcut},
};

/// Under which name a browser keeps how diffs are drawn.
const KEPT: &str = "roost.diff";

/// What a diff is drawn with.
#[derive(Clone, Copy)]
struct Shown {
    which: StoredValue<WhichDiff>,
    chosen: RwSignal<BTreeSet<u32>>,
    /// The line that was chosen last; with Shift all from it are.
    anchor: StoredValue<Option<u32>>,
    /// The hunk that keys are about.
    at: RwSignal<usize>,
    split: Signal<bool>,
    acts: Option<Acts>,
    comments: Comments,
    /// Whether a comment on the chosen lines is being written.
    writing: RwSignal<bool>,
}

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
        writing: RwSignal::new(false),
    };
    Effect::new(move |_| {
        remote.value.with(|_| ());
        shown.chosen.set(BTreeSet::new());
        shown.anchor.set_value(None);
        shown.writing.set(false);
    });
    let now = Signal::derive(move || remote.value.with(|answer| answer.as_ref()?.as_ref().ok().cloned()));
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

/// One hunk with what can be done with it.
#[component]
fn Hunk(shown: Shown, nth: usize, hunk: DiffHunk, version: String, by_line: bool) -> impl IntoView {
    let range = hunk.range;
    let group = shown.which.with_value(|which| which.group);
    let verb = verb(group);
    let words = format!("{verb} hunk");
    let label = format!("{verb} lines {} to {}", range.first + 1, range.last + 1);
    let act = move |act: Callback<Chosen>, label: String, words: String| {
        let version = version.clone();
        let take = move |()| act.run(chosen(shown, version.clone(), vec![range]));
        view! { <Button look=Look::Quiet class="chip-btn" label=label on_click=take>{words}</Button> }
    };
    let acts = shown.acts.filter(|_| by_line);
    let discard = acts.and_then(|acts| acts.discards(group)).map(|discard| {
        let label = format!("Discard lines {} to {}", range.first + 1, range.last + 1);
        act(discard, label, "Discard".to_owned())
    });
    let stage = acts.map(|acts| act(acts.stage, label, words));
    let header = hunk.header.clone();
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
        let pieces = shown.chosen.with(|chosen| rows(&hunk, Drawing { chosen, pick: true, split }, &ends));
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
fn verb(group: ChangeGroup) -> &'static str {
    if group == ChangeGroup::Staged { "Unstage" } else { "Stage" }
}

fn chosen(shown: Shown, version: String, lines: Vec<LineRange>) -> Chosen {
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
    let from = shown.anchor.get_value().filter(|_| event.shift_key());
    shown.chosen.update(|chosen| match from {
        Some(from) => chosen.extend(from.min(line)..=from.max(line)),
        None if chosen.remove(&line) => {}
        None => {
            chosen.insert(line);
        }
    });
    shown.anchor.set_value(Some(line));
    shown.at.set(nth);
}

/// The chosen lines that are changes, as ranges.
fn ranges(diff: &FileDiff, chosen: &BTreeSet<u32>) -> Vec<LineRange> {
    let mut ranges: Vec<LineRange> = Vec::new();
    let lines = diff.hunks.iter().flat_map(DiffHunk::numbered);
    for (number, _) in lines.filter(|(number, line)| line.kind != LineKind::Common && chosen.contains(number))
    {
        match ranges.last_mut() {
            Some(range) if range.last + 1 == number => range.last = number,
            _ => ranges.push(LineRange { first: number, last: number }),
        }
    }
    ranges
}

/// What can be done with the chosen lines.
#[component]
fn Chooser(shown: Shown, now: Signal<Option<FileDiff>>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        shown
            .chosen
            .with(|chosen| now.with(|diff| diff.as_ref().map(|diff| ranges(diff, chosen))))
            .unwrap_or_default()
    });
    let count =
        move || lines.with(|lines| lines.iter().map(|range| range.last - range.first + 1).sum::<u32>());
    let words = move || match (verb(shown.which.with_value(|which| which.group)), count()) {
        (verb, 1) => format!("{verb} 1 line"),
        (verb, count) => format!("{verb} {count} lines"),
    };
    let by_line = move || now.with(|diff| diff.as_ref().is_some_and(|diff| diff.by_line));
    let none = Signal::derive(move || count() == 0 || !by_line());
    let about = Signal::derive(move || {
        let which = shown.which.get_value();
        shown.chosen.with(|chosen| now.with(|diff| commented(&which, diff.as_ref()?, chosen)))
    });
    let done = Callback::new(move |()| {
        shown.writing.set(false);
        shown.chosen.set(BTreeSet::new());
    });
    let run = move |act: Callback<Chosen>| {
        if let Some(diff) = now.get_untracked() {
            act.run(chosen(shown, diff.version, lines.get_untracked()));
        }
    };
    let group = shown.which.with_value(|which| which.group);
    let acts = move || {
        let acts = shown.acts?;
        let discard = acts.discards(group).map(|discard| {
            view! { <Button disabled=none on_click=move |()| run(discard)>"Discard"</Button> }
        });
        Some(view! {
            <Button disabled=none on_click=move |()| run(acts.stage)>{words}</Button>
            {discard}
        })
    };
    view! {
        <Show when=move || shown.chosen.with(|chosen| !chosen.is_empty())>
            <div class="diff-chosen" role="group" aria-label="Chosen lines">
                {acts}
                <Button on_click=move |()| shown.writing.set(true)>"Comment"</Button>
                <Button look=Look::Quiet on_click=move |()| shown.chosen.set(BTreeSet::new())>"None"</Button>
            </div>
            <Show when=move || shown.writing.get()>
                <Write comments=shown.comments about=about done=done />
            </Show>
        </Show>
    }
    .into_any()
}

/// The keys of a diff: from hunk to hunk, and what is done with the one or with the chosen lines.
fn keys(shown: Shown, now: Signal<Option<FileDiff>>) {
    let step = move |next: bool| {
        let last =
            now.with_untracked(|diff| diff.as_ref().map_or(0, |diff| diff.hunks.len().saturating_sub(1)));
        shown.at.update(|at| *at = if next { (*at + 1).min(last) } else { at.saturating_sub(1) });
        browser::reveal(&format!("hunk-{}", shown.at.get_untracked()));
    };
    use_shortcut("n", "Next hunk", move || step(true));
    use_shortcut("p", "Previous hunk", move || step(false));
    let meant = move || {
        let diff = now.get_untracked().filter(|diff| diff.by_line)?;
        let mut lines = shown.chosen.with_untracked(|chosen| ranges(&diff, chosen));
        if lines.is_empty() {
            lines.push(diff.hunks.get(shown.at.get_untracked())?.range);
        }
        Some(chosen(shown, diff.version, lines))
    };
    use_shortcut("c", "Comment on the hunk or the chosen lines", move || {
        if shown.chosen.with_untracked(BTreeSet::is_empty)
            && let Some(range) =
                now.with_untracked(|diff| Some(diff.as_ref()?.hunks.get(shown.at.get_untracked())?.range))
        {
            shown.chosen.set((range.first..=range.last).collect());
        }
        shown.writing.set(true);
    });
    let Some(acts) = shown.acts else { return };
    let run = move |act: Callback<Chosen>| {
        if let Some(what) = meant() {
            act.run(what);
        }
    };
    let group = shown.which.with_value(|which| which.group);
    if group == ChangeGroup::Staged {
        use_shortcut("u", "Unstage the hunk or the chosen lines", move || run(acts.stage));
    } else {
        use_shortcut("s", "Stage the hunk or the chosen lines", move || run(acts.stage));
    }
    if let Some(discard) = acts.discards(group) {
        use_shortcut("x", "Discard the hunk or the chosen lines", move || run(discard));
    }
}

/// An image as it was and as it is.
#[component]
fn Images(project: ProjectId, which: WhichDiff, diff: FileDiff) -> impl IntoView {
    let group = match which.group {
        ChangeGroup::Staged => "staged",
        ChangeGroup::Changed => "changed",
        ChangeGroup::Untracked => "untracked",
        ChangeGroup::Conflicted => "conflicted",
    };
    let was = which.was.map(|was| format!("&was={}", escaped(&was))).unwrap_or_default();
    let one = |side: &str, words: &'static str, size: Option<u64>| {
        // Another version is another address: the browser may keep one.
        let address = format!(
            "/api/v1/projects/{project}/changes/image?path={}{was}&group={group}&side={side}&version={}",
            escaped(&which.path),
            diff.version
        );
        size.map(|size| {
            view! {
                <figure>
                    <figcaption class="faint sm">{words} ", " {bytes_in_words(size)}</figcaption>
                    <img src=address alt=words />
                </figure>
            }
        })
    };
    view! { <div class="diff-images">{one("old", "Before", diff.old_size)} {one("new", "Now", diff.new_size)}</div> }
        .into_any()
}

/// The sizes of a file before and now, in words.
fn sizes(diff: &FileDiff) -> String {
    match (diff.old_size, diff.new_size) {
        (Some(old), Some(new)) => format!("{} before, {} now", bytes_in_words(old), bytes_in_words(new)),
        (Some(old), None) => format!("{} before, gone now", bytes_in_words(old)),
        (None, Some(new)) => format!("new, {}", bytes_in_words(new)),
        (None, None) => "of unknown size".to_owned(),
    }
}
