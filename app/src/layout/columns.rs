//! The list of sessions with what is beside it. The list stays while one goes from session to session, scroll and all.

use leptos::prelude::*;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_query_map},
};

use crate::{
    ids::ProjectId,
    sessions::view::SessionList,
    ui::{ButtonLink, Empty, IconName, Look},
};

/// The list at the left and the session in view; on a phone one of the two.
#[component]
pub fn SessionColumns() -> impl IntoView {
    let (path, query) = (use_location().pathname, use_query_map());
    let at_list = Memo::new(move |_| path.with(|path| path.trim_end_matches('/') == "/sessions"));
    let project = Memo::new(move |_| query.with(|query| query.get("project")?.parse::<ProjectId>().ok()));
    view! {
        <div
            class="split"
            class:at-list=at_list
            class:at-main=move || !at_list.get()
            role=move || at_list.get().then_some("main")
        >
            <Show when=move || at_list.get()>
                <h1 class="sr">"Sessions"</h1>
            </Show>
            {move || view! { <SessionList project=project.get() /> }}
            <Outlet />
        </div>
    }
    .into_any()
}

/// What stands beside the list while no session is chosen.
#[component]
pub fn PickASession() -> impl IntoView {
    view! {

        <section class="main">
            <div class="grow center">
                <Empty
                    icon=IconName::Sessions
                    title="No session in view"
                    text="Choose one from the list, or start one: say what is to be done, and an agent gets to work."
                >
                    <ButtonLink href="/new" look=Look::Primary icon=IconName::Plus key="N">
                        "New session"
                    </ButtonLink>
                </Empty>
            </div>
        </section>
    }
    .into_any()
}

/// The way back on a phone; not shown where the columns stand side by side.
#[component]
pub fn BackLink(
    /// Where back is.
    #[prop(into)]
    href: Signal<String>,
) -> impl IntoView {
    view! { <ButtonLink href=href look=Look::Quiet icon=IconName::Back label="Back" class="back" /> }
        .into_any()
}
