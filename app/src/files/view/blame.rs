//! Who wrote the lines that are in view, beside them: asked of git a page at a time, once somebody wants to know. Never asks
//! while nobody does.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    files::model::TextPage,
    git::{model::log::BlamePart, run_api},
    ids::ProjectId,
    projects::store::ProjectsStore,
    ui::{Button, IconName, Look, use_toasts},
};

/// Whether authors are shown, for the head of a file and its lines.
#[derive(Clone, Copy)]
pub(super) struct Blaming {
    project: ProjectId,
    on: RwSignal<bool>,
    /// Whether lines are in view.
    lines: RwSignal<bool>,
}

/// Provides it for what is drawn below.
pub(super) fn provide_blaming(project: ProjectId) -> Blaming {
    let blaming = Blaming { project, on: RwSignal::new(false), lines: RwSignal::new(false) };
    provide_context(blaming);
    blaming
}

/// The switch, where there are lines of a repository.
#[component]
pub(super) fn BlameSwitch(
    /// What it switches.
    blaming: Blaming,
) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let there = move || {
        blaming.lines.get() && store.get(blaming.project).is_some_and(|project| project.git.is_some())
    };
    let on = blaming.on;
    view! {
        <Show when=there>
            <Button look=Look::Quiet icon=IconName::Person label="Who wrote this" pressed=on on_click=move |()| on.update(|on| *on = !*on) />
        </Show>
    }
    .into_any()
}

/// Who wrote the lines of these pages as far as it is known; none while nobody wants to know.
pub(super) fn use_authors(
    path: StoredValue<String>,
    pages: RwSignal<Vec<TextPage>>,
) -> Signal<Option<(ProjectId, Vec<BlamePart>)>> {
    let Some(blaming) = use_context::<Blaming>() else { return Signal::stored(None) };
    let (known, toasts) = (RwSignal::new(Vec::<BlamePart>::new()), use_toasts());
    let asked = StoredValue::new(BTreeSet::<u32>::new());
    Effect::new(move |_| {
        blaming.lines.set(true);
        on_cleanup(move || {
            let _ = blaming.lines.try_set(false);
        });
    });
    Effect::new(move |_| {
        if !blaming.on.get() {
            return;
        }
        let first = |page: &TextPage| u32::try_from(page.first?).ok();
        for first in pages.with(|pages| pages.iter().filter_map(first).collect::<Vec<u32>>()) {
            if asked.try_update_value(|asked| asked.insert(first)) != Some(true) {
                continue;
            }
            spawn_local(async move {
                match run_api::blame(blaming.project, path.get_value(), first).await {
                    Ok(blame) => drop(known.try_update(|known| {
                        known.extend(blame.parts);
                        known.sort_by_key(|part| part.line);
                    })),
                    Err(error) => {
                        toasts.error(&error);
                        let _ = asked.try_update_value(|asked| asked.remove(&first));
                        let _ = blaming.on.try_set(false);
                    }
                }
            });
        }
    });
    Signal::derive(move || blaming.on.get().then(|| (blaming.project, known.get())))
}

/// The lines of the pages in pieces that came with one commit each; one piece where nothing is known of them. `parts` are in
/// order.
pub(super) fn pieces(
    pages: &[TextPage],
    parts: &[BlamePart],
    draw: impl Fn(&mut String, Option<u64>, &str),
) -> Vec<(Option<BlamePart>, String)> {
    let mut pieces: Vec<(Option<BlamePart>, String)> = Vec::new();
    let lines = pages.iter().flat_map(|page| {
        page.lines.iter().zip(0_u64..).map(|(line, nth)| (page.first.map(|first| first + nth), line))
    });
    for (number, line) in lines {
        let part = number.and_then(|number| {
            let at = parts.partition_point(|part| u64::from(part.line) <= number).checked_sub(1)?;
            parts.get(at).filter(|part| part.contains(number))
        });
        let commit = |part: Option<&BlamePart>| part.map(|part| part.commit.clone());
        match pieces.last_mut().filter(|(last, _)| commit(last.as_ref()) == commit(part)) {
            Some((_, html)) => draw(html, number, line),
            None => {
                let mut html = String::new();
                draw(&mut html, number, line);
                pieces.push((part.cloned(), html));
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_commit_stand_together_over_pages() {
        let part = |commit: &str, line, count| BlamePart {
            commit: commit.to_owned(),
            line,
            lines: vec![String::new(); count],
            ..BlamePart::default()
        };
        let page = |first, lines: &[&str]| TextPage {
            first,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ..TextPage::default()
        };
        let pages = [page(Some(1), &["a", "b"]), page(Some(3), &["c", "d"]), page(None, &["e"])];
        let of = |parts: &[BlamePart]| {
            pieces(&pages, parts, |html, _, line| html.push_str(line))
                .into_iter()
                .map(|(part, html)| (part.map(|part| part.commit).unwrap_or_default(), html))
                .collect::<Vec<_>>()
        };
        let piece = |commit: &str, html: &str| (commit.to_owned(), html.to_owned());
        let parts = [part("x", 1, 1), part("y", 2, 1), part("y", 3, 1)];
        assert_eq!(of(&parts), [piece("x", "a"), piece("y", "bc"), piece("", "de")]);
        assert_eq!(of(&[]), [piece("", "abcde")]);
    }
}
