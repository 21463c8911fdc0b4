//! The page of `/terminals`: every shell that Roost keeps, by project.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    new::{NewTerminal, NewTerminalIn},
    tabs::state,
};
use crate::{
    ids::{ProjectId, TerminalId},
    layout::PageTitle,
    projects::store::ProjectsStore,
    terminals::store::TerminalsStore,
    ui::{ButtonLink, Empty, IconName, Look, RelativeTime, StatusDot},
};

/// Goes to a terminal.
pub fn use_show() -> Callback<TerminalId> {
    let navigate = use_navigate();
    Callback::new(move |id| navigate(&format!("/terminals/{id}"), NavigateOptions::default()))
}

/// The page.
#[component]
pub fn TerminalsPage() -> impl IntoView {
    let (terminals, projects) = (expect_context::<TerminalsStore>(), expect_context::<ProjectsStore>());
    let show = use_show();
    // In the person's order of projects, those without a terminal left out.
    let groups = Memo::new(move |_| {
        projects.all.with(|all| {
            all.iter()
                .map(|project| (project.id, project.name.clone()))
                .filter(|(id, _)| !terminals.of(*id).is_empty())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <PageTitle name="Terminals" />
        <main class="main">
            <header class="bar">
                <h1 class="grow">"Terminals"</h1>
                <NewTerminalIn on_open=show />
            </header>
            <div class="scroll">
                <div class="page">
                    <Show when=move || !groups.get().is_empty() fallback=|| view! { <NoTerminals /> }>
                        <For each=move || groups.get() key=Clone::clone let((id, name))>
                            <Group project=id name=name on_open=show />
                        </For>
                    </Show>
                </div>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn NoTerminals() -> impl IntoView {
    view! {
        <Empty
            icon=IconName::Terminal
            title="No terminals"
            text="A terminal is a shell in a project's directory. It lives until you close it, whatever happens to this page or to the server."
        >
            <ButtonLink href="/projects" icon=IconName::Folder>
                "Projects"
            </ButtonLink>
        </Empty>
    }
    .into_any()
}

#[component]
fn Group(project: ProjectId, name: String, on_open: Callback<TerminalId>) -> impl IntoView {
    let label = name.clone();
    view! {
        <section class="stack" aria-label=label>
            <header class="row">
                <h2 class="grow clip">
                    <a href=format!("/projects/{project}")>{name}</a>
                </h2>
                <NewTerminal project=project look=Look::Quiet bare=true on_open=on_open />
            </header>
            <TerminalRows project=project />
        </section>
    }
    .into_any()
}

/// The terminals of a project, a line each.
#[component]
pub fn TerminalRows(
    /// Whose.
    project: ProjectId,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let ids = Memo::new(move |_| store.of(project));
    view! {
        <ul class="card terminal-rows">
            <For each=move || ids.get() key=|id| *id let:id>
                <li>
                    <TerminalRow id=id />
                </li>
            </For>
        </ul>
    }
    .into_any()
}

#[component]
fn TerminalRow(id: TerminalId) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let card = Memo::new(move |_| store.get(id));
    move || {
        card.get().map(|card| {
            let (tone, word) = state(&card);
            let news = card.reason.unwrap_or(card.cwd);
            view! {
                <a class="terminal-row" href=format!("/terminals/{id}")>
                    <span class="mark">
                        <StatusDot tone=tone word=word.to_owned() />
                    </span>
                    <span class="name clip">{card.name}</span>
                    <span class="grow clip soft sm">{news}</span>
                    <span class="faint xs">
                        <RelativeTime at=card.created_at ago=true />
                    </span>
                </a>
            }
        })
    }
}
