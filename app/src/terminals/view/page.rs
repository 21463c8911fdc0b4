//! The page of `/terminals/:id`: the terminal, with the others of its project as tabs above.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{list::use_show, workspace::Workspace};
use crate::{
    ids::{ProjectId, TerminalId},
    layout::{FirstPaint, Missing, PageTitle},
    projects::store::ProjectsStore,
    terminals::store::TerminalsStore,
    ui::Loading,
};

/// How long a terminal that was just opened may take to be heard of.
const SOON: Duration = Duration::from_secs(5);

/// The page.
#[component]
pub fn TerminalPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<TerminalId>().ok()));
    let store = expect_context::<TerminalsStore>();
    // The tabs stay while one goes from terminal to terminal of a project.
    let project = Memo::new(move |_| id.get().and_then(|id| store.get(id)).map(|card| card.project_id));
    let show = use_show();
    go_on(id, project, show);
    move || match (project.get(), id.get().is_some()) {
        (Some(project), _) => view! {
            <Title id=id />
            <main class="main terminal-page">
                <Workspace project=project chosen=id on_choose=show page=true />
            </main>
        }
        .into_any(),
        (None, true) if !FirstPaint::is_now() => view! { <NotYet /> }.into_any(),
        _ => view! { <Missing what="terminal" back="/terminals" /> }.into_any(),
    }
}

/// Once the terminal in view was closed, here or elsewhere, another one of its project is shown, or all there are.
fn go_on(id: Memo<Option<TerminalId>>, project: Memo<Option<ProjectId>>, show: Callback<TerminalId>) {
    let (store, navigate) = (expect_context::<TerminalsStore>(), use_navigate());
    Effect::new(move |before: Option<(Option<TerminalId>, Option<ProjectId>)>| {
        let now = (id.get(), project.get());
        if let (Some((was, Some(of))), (_, None)) = (before, now)
            && was == now.0
        {
            match untrack(|| store.of(of)).first() {
                Some(next) => show.run(*next),
                None => navigate("/terminals", NavigateOptions::default()),
            }
        }
        now
    });
}

#[component]
fn Title(id: Memo<Option<TerminalId>>) -> impl IntoView {
    let (store, projects) = (expect_context::<TerminalsStore>(), expect_context::<ProjectsStore>());
    let name = Signal::derive(move || {
        let card = id.get().and_then(|id| store.get(id));
        let project = card.as_ref().and_then(|card| projects.get(card.project_id));
        let [name, project] =
            [card.map(|card| card.name), project.map(|project| project.name)].map(Option::unwrap_or_default);
        format!("{name} · {project}")
    });
    view! { <PageTitle name=name /> }
}

/// One that the page has not heard of: just opened, or none.
#[component]
fn NotYet() -> impl IntoView {
    let late = RwSignal::new(false);
    Effect::new(move |_| {
        let handle = set_timeout_with_handle(
            move || {
                let _ = late.try_set(true);
            },
            SOON,
        )
        .ok();
        on_cleanup(move || {
            if let Some(handle) = handle {
                handle.clear();
            }
        });
    });
    move || {
        if late.get() {
            view! { <Missing what="terminal" back="/terminals" /> }.into_any()
        } else {
            view! {
                <main class="main">
                    <Loading what="Loading the terminal" />
                </main>
            }
            .into_any()
        }
    }
}
