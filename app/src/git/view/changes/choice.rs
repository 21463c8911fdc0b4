//! What can be done with chosen lines, by buttons and by keys.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    comments::Write,
    hunk::{Shown, chosen, verb},
};
use crate::{
    git::{
        model::{ChangeGroup, Chosen, DiffHunk, FileDiff, LineKind, LineRange},
        review::commented,
    },
    ui::{Button, IconName, Look, browser, use_shortcut},
};

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
pub(super) fn Chooser(shown: Shown, now: Memo<Option<FileDiff>>) -> impl IntoView {
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
    let done = Callback::new(move |()| {
        shown.writing.set(None);
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
                <Button on_click=move |()| write(shown, now)>"Comment"</Button>
                <Button look=Look::Quiet icon=IconName::Close label="Choose none" on_click=move |()| shown.chosen.set(BTreeSet::new()) />
            </div>
        </Show>
        <Show when=move || shown.writing.with(Option::is_some)>
            <Write comments=shown.comments drafts=shown.drafts about=shown.writing done=done />
        </Show>
    }
    .into_any()
}

/// Begins a comment on the chosen lines.
fn write(shown: Shown, now: Memo<Option<FileDiff>>) {
    let which = shown.which.get_value();
    let about = shown
        .chosen
        .with_untracked(|chosen| now.with_untracked(|diff| commented(&which, diff.as_ref()?, chosen)));
    shown.writing.set(about);
}

/// The keys of a diff: from hunk to hunk, and what is done with the one or with the chosen lines.
pub(super) fn keys(shown: Shown, now: Memo<Option<FileDiff>>) {
    let step = move |next: bool| {
        let last =
            now.with_untracked(|diff| diff.as_ref().map_or(0, |diff| diff.hunks.len().saturating_sub(1)));
        shown.at.update(|at| *at = if next { (*at + 1).min(last) } else { at.saturating_sub(1) });
        let line = now.with_untracked(|diff| Some(diff.as_ref()?.hunks.get(shown.at.get_untracked())?.at));
        shown.cursor.update(|cursor| *cursor = cursor.and(line));
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
        if shown.chosen.with_untracked(BTreeSet::is_empty) {
            let at = shown.at.get_untracked();
            let lines = now.with_untracked(|diff| {
                Some(diff.as_ref()?.hunks.get(at)?.numbered().map(|(number, _)| number).collect())
            });
            shown.chosen.set(lines.unwrap_or_default());
        }
        write(shown, now);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::{DiffKind, DiffLine};

    #[test]
    fn only_changes_are_meant_and_those_beside_each_other_are_one_range() {
        let line = |kind| DiffLine {
            kind,
            old: None,
            new: None,
            text: String::new(),
            html: String::new(),
            cut: false,
            open_end: false,
        };
        let kinds = [LineKind::Common, LineKind::Removed, LineKind::Added, LineKind::Common, LineKind::Added];
        let hunk = |at| DiffHunk {
            header: String::new(),
            range: LineRange { first: at, last: at + 4 },
            at,
            lines: kinds.map(line).to_vec(),
        };
        let diff = FileDiff {
            kind: DiffKind::Text,
            version: String::new(),
            notes: Vec::new(),
            old_size: None,
            new_size: None,
            hunks: vec![hunk(0), hunk(5)],
            total: 10,
            added: 4,
            removed: 2,
            by_line: true,
        };
        let of = |lines: &[u32]| ranges(&diff, &lines.iter().copied().collect());
        let range = |first, last| LineRange { first, last };
        assert_eq!(of(&[0, 1, 2, 3, 4, 6]), [range(1, 2), range(4, 4), range(6, 6)]);
        assert_eq!(of(&[0, 3, 99]), []);
    }
}
