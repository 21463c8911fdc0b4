//! What is kept of removed worktrees: what it is, until when, and the way back.

use leptos::prelude::*;

use super::words::{left, name};
use crate::{
    files::model::bytes_in_words,
    ids::ProjectId,
    ui::{Button, Dialog, IconName, Look, RelativeTime, use_call, use_now},
    worktrees::{api, model::TrashedWorktree},
};

/// The list.
#[component]
pub(super) fn Trash(
    /// Of which project.
    project: ProjectId,
    /// What is in it.
    trash: Memo<Vec<TrashedWorktree>>,
    /// Asks for the list anew.
    again: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="stack" aria-label="Trash">
            <h2>"Trash"</h2>
            <ul class="plain stack">
                <For each=move || trash.get() key=|one| one.id let:one>
                    <Kept project=project one=one again=again />
                </For>
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Kept(project: ProjectId, one: TrashedWorktree, again: Callback<()>) -> impl IntoView {
    let title = name(one.branch.as_deref(), &one.path);
    let (id, discarding) = (one.id, RwSignal::new(false));
    let (now, expires_at) = (use_now(), one.expires_at);
    let (back, gone) = (use_call(), use_call());
    let put_back = move |()| back.run(api::put_back(project, id), move |()| again.run(()));
    let discard = Callback::new(move |()| gone.run(api::discard(project, id), move |()| again.run(())));
    view! {
        <li class="card worktree" aria-label=title>
            <header class="row wrap">
                <h3 class="clip mono grow">{title.clone()}</h3>
                <span class="soft sm num">{bytes_in_words(one.bytes)}</span>
            </header>
            <p class="soft sm">
                "Removed by " {one.by} " " <RelativeTime at=one.at ago=true /> ". Deleted for good "
                {move || left(expires_at, now.get())} "."
            </p>
            <code class="clip xs faint" title="Where it is kept">{one.kept_in}</code>
            <footer class="row wrap">
                <span class="grow"></span>
                <Button icon=IconName::Back busy=back.busy on_click=put_back>"Put back"</Button>
                <Button look=Look::Quiet icon=IconName::Trash on_click=move |()| discarding.set(true)>"Delete…"</Button>
            </footer>
            <Dialog open=discarding title=format!("Delete {title} for good?")>
                <p>"Its commits and files cannot be put back then."</p>
                <footer class="dialog-acts">
                    <Button on_click=move |()| discarding.set(false)>"Cancel"</Button>
                    <Button look=Look::Danger busy=gone.busy on_click=discard>"Delete for good"</Button>
                </footer>
            </Dialog>
        </li>
    }
    .into_any()
}
