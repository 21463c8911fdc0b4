//! The line of a diff that keys are about: it is led from line to line, chosen, and said to whoever does not see it. Does
//! nothing with what is chosen.

use leptos::prelude::*;

use super::hunk::{Shown, pick};
use crate::{
    git::{
        model::{DiffHunk, DiffLine, FileDiff, LineKind, LineRange},
        view::diff::CURSOR,
    },
    ui::{browser, use_shortcut, use_shortcut_when},
};

/// The lines of the page.
fn on_page(diff: &FileDiff) -> Option<LineRange> {
    let (first, last) = (diff.hunks.first()?, diff.hunks.last()?);
    Some(LineRange { first: first.at, last: last.numbered().last()?.0 })
}

/// The line that follows one, or is before it; the first of a hunk where there is none yet.
fn step(diff: &FileDiff, from: Option<u32>, hunk: usize, next: bool) -> Option<u32> {
    let page = on_page(diff)?;
    Some(match from {
        None => diff.hunks.get(hunk)?.at,
        Some(line) if next => line.saturating_add(1).clamp(page.first, page.last),
        Some(line) => line.saturating_sub(1).clamp(page.first, page.last),
    })
}

/// Where a line stays when the change becomes another one; none if that has no lines.
pub(super) fn kept(diff: &FileDiff, line: u32) -> Option<u32> {
    on_page(diff).map(|page| line.clamp(page.first, page.last))
}

fn hunk_of(diff: &FileDiff, line: u32) -> Option<(usize, &DiffLine)> {
    let found =
        |hunk: &DiffHunk| line.checked_sub(hunk.at).is_some_and(|nth| (nth as usize) < hunk.lines.len());
    let at = diff.hunks.iter().position(found)?;
    Some((at, &diff.hunks[at].lines[(line - diff.hunks[at].at) as usize]))
}

/// A line in words.
fn said(line: &DiffLine, chosen: bool) -> String {
    let (what, number) = match line.kind {
        LineKind::Common => ("Line", line.new),
        LineKind::Added => ("Added line", line.new),
        LineKind::Removed => ("Removed line", line.old),
    };
    let chosen = if chosen { ", chosen" } else { "" };
    format!("{what} {}{chosen}: {}", number.unwrap_or_default(), line.text)
}

/// The keys that lead from line to line and choose them.
pub(super) fn line_keys(shown: Shown, now: Memo<Option<FileDiff>>) {
    let from = move || shown.cursor.get_untracked().or(shown.anchor.get_value());
    let go = move |next: bool| {
        let found = now.with_untracked(|diff| {
            let diff = diff.as_ref()?;
            let line = step(diff, from(), shown.at.get_untracked(), next)?;
            Some((line, hunk_of(diff, line)?.0))
        });
        let (line, hunk) = found?;
        shown.cursor.set(Some(line));
        shown.at.set(hunk);
        // What has the focus would take Space for itself.
        if let Some(region) = shown.region.get_untracked() {
            let _ = region.focus();
        }
        request_animation_frame(|| browser::keep_in_view(CURSOR));
        Some(line)
    };
    let lead = move |next: bool| {
        if go(next).is_some() {
            shown.anchor.set_value(None);
        }
    };
    let extend = move |next: bool| {
        let begun = shown.anchor.get_value().or_else(from);
        if let Some(line) = go(next) {
            shown.anchor.set_value(begun.or(Some(line)));
            pick(shown, line, true);
        }
    };
    use_shortcut("j", "Next line of a change", move || lead(true));
    use_shortcut("k", "Previous line of a change", move || lead(false));
    use_shortcut("shift+j", "Choose on to the next line", move || extend(true));
    use_shortcut("shift+k", "Choose on to the previous line", move || extend(false));
    let ready = Signal::derive(move || shown.cursor.get().is_some());
    let choose = move || {
        if let Some(line) = shown.cursor.get_untracked() {
            pick(shown, line, false);
        }
    };
    use_shortcut_when(ready, "Space", "Choose the line, or give it back", choose);
    use_shortcut_when(ready, "Enter", "Choose the line, or give it back", choose);
}

/// Says the line that keys have led to.
#[component]
pub(super) fn SaidLine(shown: Shown, now: Memo<Option<FileDiff>>) -> impl IntoView {
    let words = move || {
        let at = shown.cursor.get()?;
        let chosen = shown.chosen.with(|chosen| chosen.contains(&at));
        now.with(|diff| Some(said(hunk_of(diff.as_ref()?, at)?.1, chosen)))
    };
    view! { <p class="sr" role="status">{words}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::DiffKind;

    fn diff(hunks: &[(u32, usize)]) -> FileDiff {
        let line = DiffLine {
            kind: LineKind::Removed,
            old: Some(4),
            new: None,
            text: "let a;".to_owned(),
            html: String::new(),
            cut: false,
            open_end: false,
        };
        let hunk = |&(at, lines): &(u32, usize)| DiffHunk {
            header: String::new(),
            range: LineRange { first: 0, last: 99 },
            at,
            lines: vec![line.clone(); lines],
        };
        FileDiff {
            kind: DiffKind::Text,
            version: String::new(),
            notes: Vec::new(),
            old_size: None,
            new_size: None,
            hunks: hunks.iter().map(hunk).collect(),
            total: 0,
            added: 0,
            removed: 0,
            by_line: true,
        }
    }

    #[test]
    fn keys_lead_over_all_lines_of_the_page_and_no_further() {
        let diff = diff(&[(400, 3), (403, 2)]);
        assert_eq!(step(&diff, None, 1, true), Some(403));
        assert_eq!(step(&diff, Some(402), 0, true), Some(403));
        assert_eq!(step(&diff, Some(404), 1, true), Some(404));
        assert_eq!(step(&diff, Some(400), 0, false), Some(400));
        assert_eq!(hunk_of(&diff, 403).map(|(hunk, _)| hunk), Some(1));
        assert_eq!(hunk_of(&diff, 405).map(|(hunk, _)| hunk), None);
        assert_eq!(kept(&diff, 9_000), Some(404));
    }

    #[test]
    fn a_change_without_lines_has_none_to_lead_to() {
        let diff = diff(&[]);
        assert_eq!((step(&diff, None, 0, true), kept(&diff, 3)), (None, None));
    }

    #[test]
    fn a_line_is_said_with_what_became_of_it() {
        let diff = diff(&[(0, 1)]);
        assert_eq!(said(&diff.hunks[0].lines[0], true), "Removed line 4, chosen: let a;");
    }
}
