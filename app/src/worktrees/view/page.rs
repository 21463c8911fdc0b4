//! The page of `/projects/:id/worktrees`: every worktree of the project's repository, and the trash of them. Decides nothing.

use leptos::prelude::*;

use super::{row::Row, settings::Settings, trash::Trash, words::sum};
use crate::{
    ids::ProjectId,
    projects::view::ProjectPanel,
    ui::{Button, ButtonLink, IconName, Look, use_remote},
    worktrees::{api, model::Worktrees},
};

/// The page.
#[component]
pub fn WorktreesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfProject id=id /> }.into_any() /> }
}

/// Asked for anew after each act, and not by itself: that would take an open dialog away.
#[component]
fn OfProject(id: ProjectId) -> impl IntoView {
    let remote = use_remote(move || api::list(id));
    let again = Callback::new(move |()| remote.reload());
    let draw =
        remote.show("Loading worktrees", 4, move |found| view! { <All id=id found=found again=again /> });
    view! {
        <div class="scroll">
            <div class="page worktrees">{draw}</div>
        </div>
    }
}

#[component]
fn All(id: ProjectId, found: Worktrees, again: Callback<()>) -> impl IntoView {
    let Worktrees { worktrees, trash, settings } = found;
    let sum = sum(&worktrees, &trash);
    view! {
        <div class="row wrap">
            <p class="soft sm grow">{sum}</p>
            <ButtonLink href=format!("/new?project={id}") icon=IconName::Plus>"New session"</ButtonLink>
            <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| again.run(()) />
        </div>
        <ul class="plain stack" aria-label="Worktrees">
            {worktrees
                .into_iter()
                .map(|one| view! { <Row project=id one=one again=again /> })
                .collect_view()}
        </ul>
        <Settings project=id settings=settings again=again />
        {(!trash.is_empty()).then(|| view! { <Trash project=id trash=trash again=again /> })}
    }
    .into_any()
}
