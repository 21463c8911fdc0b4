//! Who last changed each line of a file, as it is in the work tree. Changes nothing.

use leptos::prelude::*;

use crate::{
    git::{
        model::log::{Blame, BlamePart},
        run_api,
    },
    ids::ProjectId,
    ui::{Button, RelativeTime, use_call, use_remote},
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
                <For each=move || parts.get() key=|part| part.line let:part><Part part=part /></For>
                <Show when=move || next.with(Option::is_some)>
                    <Button busy=call.busy on_click=more>"Show more"</Button>
                </Show>
            </div>
        }
    })
}

#[component]
fn Part(part: BlamePart) -> impl IntoView {
    let own = part.commit.bytes().all(|byte| byte == b'0');
    let who = if own { "Not committed".to_owned() } else { part.author };
    let first = part.line;
    let lines = part.lines.into_iter().zip(first..);
    let lines =
        lines.map(|(line, number)| view! { <span class="faint num">{number}</span><code>{line}</code> });
    view! {
        <div class="blame-part">
            <span class="blame-who xs" title=part.subject>
                <span class="clip">{who}</span>
                {(!own).then(|| view! { <span class="faint"><RelativeTime at=part.at ago=true /></span> })}
            </span>
            <div class="blame-lines">{lines.collect_view()}</div>
        </div>
    }
    .into_any()
}
