//! Who last changed each line of a file, as it is in the work tree. Changes nothing.

use leptos::prelude::*;

use crate::{
    git::{
        model::log::{Blame, BlamePart},
        run_api,
        view::author::Author,
    },
    ids::ProjectId,
    ui::{Button, use_call, use_remote},
};

/// The lines of a file with their authors.
#[component]
pub fn BlameOf(
    /// Whose.
    project: ProjectId,
    /// Which file.
    path: String,
) -> impl IntoView {
    let path = StoredValue::new(path);
    let remote = use_remote(move || run_api::blame(project, path.get_value(), 1));
    remote.show("Loading who wrote it", 4, move |first: Blame| {
        let (parts, next) = (RwSignal::new(first.parts), RwSignal::new(first.next));
        let call = use_call();
        let more = move |()| {
            if let Some(line) = next.get_untracked() {
                call.run(run_api::blame(project, path.get_value(), line), move |page: Blame| {
                    next.set(page.next);
                    parts.update(|all| all.extend(page.parts));
                });
            }
        };
        view! {
            <div class="blame" tabindex="0" role="region" aria-label="Who wrote it">
                <For each=move || parts.get() key=|part| part.line let:part><Part project=project part=part /></For>
                <Show when=move || next.with(Option::is_some)>
                    <Button busy=call.busy on_click=more>"Show more"</Button>
                </Show>
            </div>
        }
    })
}

#[component]
fn Part(project: ProjectId, part: BlamePart) -> impl IntoView {
    let lines = part.lines.clone().into_iter().zip(part.line..);
    let lines =
        lines.map(|(line, number)| view! { <span class="faint num">{number}</span><code>{line}</code> });
    let lines = lines.collect_view();
    view! {
        <div class="blame-part">
            <Author project=project part=part />
            <div class="blame-lines">{lines}</div>
        </div>
    }
    .into_any()
}
