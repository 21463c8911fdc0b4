//! The page of `/projects/:id/worktrees`: every worktree of the project's repository, and the trash of them. Decides nothing.

use leptos::prelude::*;

use super::{
    acts::{Asking, Dialogs},
    row::Row,
    settings::Settings,
    trash::Trash,
    words::sum,
};
use crate::{
    ids::ProjectId,
    projects::{store::ProjectsStore, view::ProjectPanel},
    terminals::{model::Terminal, store::TerminalsStore},
    ui::{Button, ButtonLink, IconName, Look, use_remote},
    worktrees::{api, model::Worktree},
};

/// The page.
#[component]
pub fn WorktreesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfProject id=id /> }.into_any() /> }
}

/// Asked for anew after each act, and when a worktree or what works in one begins or ends. What is typed and asked stands beside
/// the list, so that it stays when that changes.
#[component]
fn OfProject(id: ProjectId) -> impl IntoView {
    let remote = use_remote(move || api::list(id));
    let again = Callback::new(move |()| remote.reload());
    follow(id, again);
    let asking = Asking::nothing();
    let known = move || remote.value.get().and_then(Result::ok);
    let worktrees = Memo::new(move |_| known().map(|found| found.worktrees).unwrap_or_default());
    let trash = Memo::new(move |_| known().map(|found| found.trash).unwrap_or_default());
    let settings = Memo::new(move |_| known().map(|found| found.settings));
    let kept = Memo::new(move |_| trash.with(|trash| !trash.is_empty()));
    let head = remote.show("Loading worktrees", 4, move |found| {
        let sum = sum(&found.worktrees, &found.trash);
        view! {
            <div class="row wrap">
                <p class="soft sm grow">{sum}</p>
                <ButtonLink href=format!("/new?project={id}") icon=IconName::Plus>"New session"</ButtonLink>
                <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| again.run(()) />
            </div>
        }
    });
    view! {
        <div class="scroll">
            <div class="page worktrees">
                {head}
                <ul class="plain stack" aria-label="Worktrees">
                    <For each=move || worktrees.get() key=Worktree::clone let:one>
                        <Row one=one asking=asking />
                    </For>
                </ul>
                {move || settings.get().map(|settings| view! { <Settings project=id settings=settings again=again /> })}
                <Show when=move || kept.get()>
                    <Trash project=id trash=trash again=again />
                </Show>
            </div>
        </div>
        <Dialogs project=id asking=asking again=again />
    }
}

/// Asks anew when a worktree comes or goes, and when a session or a shell begins or ends in one.
fn follow(id: ProjectId, again: Callback<()>) {
    let (projects, terminals) = (expect_context::<ProjectsStore>(), expect_context::<TerminalsStore>());
    let places = Memo::new(move |_| projects.worktrees_of(id));
    let shells = Memo::new(move |_| {
        let of = |one: &Terminal| places.with(|places| places.iter().any(|place| place.id == one.project_id));
        let all = terminals.all.get().into_iter().filter(of);
        all.map(|one| (one.id, one.status)).collect::<Vec<_>>()
    });
    Effect::new(move |before: Option<()>| {
        // Read, because a memo that nobody has read follows nothing.
        places.with(|_| ());
        shells.with(|_| ());
        if before.is_some() {
            again.run(());
        }
    });
}
