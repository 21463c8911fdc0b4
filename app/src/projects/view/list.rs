//! The page of `/projects`: every directory that agents may work in, and the way to add one.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    acts::ProjectActs,
    add::AddProject,
    parts::{TrustChip, counts_in_words},
};
use crate::{
    git::view::GitChip,
    ids::ProjectId,
    layout::{PageTitle, places::tone_of},
    projects::store::ProjectsStore,
    ui::{Button, Dialog, Empty, IconName, Look, StatusDot, use_shortcut},
};

/// The page.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    let (store, query) = (expect_context::<ProjectsStore>(), use_query_map());
    let adding = RwSignal::new(false);
    let asked = Memo::new(move |_| query.with(|query| query.get("add").is_some()));
    let navigate = use_navigate();
    Effect::new(move |_| {
        if asked.get() {
            adding.set(true);
            // Out of the address again, so that the same link opens it once more.
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate("/projects", replace);
        }
    });
    use_shortcut("a", "Add a project", move || adding.set(true));
    let ids = move |archived: bool| {
        Memo::new(move |_| {
            store.all.with(|all| {
                all.iter()
                    .filter(|project| project.archived == archived)
                    .map(|project| project.id)
                    .collect::<Vec<_>>()
            })
        })
    };
    let (shown, archived) = (ids(false), ids(true));
    view! {
        <PageTitle name="Projects" />
        <main class="main">
            <header class="bar">
                <h1 class="grow">"Projects"</h1>
                <Button look=Look::Primary icon=IconName::Plus key="A" on_click=move |()| adding.set(true)>
                    "Add"
                </Button>
            </header>
            <div class="scroll">
                <div class="page">
                    <Show when=move || !shown.get().is_empty() fallback=move || view! { <NoProjects adding=adding /> }>
                        <ul class="card projects">
                            <For each=move || shown.get() key=|id| *id let:id>
                                <ProjectRow id=id />
                            </For>
                        </ul>
                    </Show>
                    <Show when=move || !archived.get().is_empty()>
                        <details class="archived">
                            <summary>"Archived " <span class="faint num">{move || archived.get().len()}</span></summary>
                            <ul class="card projects">
                                <For each=move || archived.get() key=|id| *id let:id>
                                    <ProjectRow id=id />
                                </For>
                            </ul>
                        </details>
                    </Show>
                </div>
            </div>
        </main>
        <Dialog open=adding title="Add a project">
            <AddProject open=adding />
        </Dialog>
    }
    .into_any()
}

#[component]
fn NoProjects(adding: RwSignal<bool>) -> impl IntoView {
    view! {
        <Empty
            icon=IconName::Folder
            title="No projects yet"
            text="A project is a directory that agents work in. Register one you have, or make a new one."
        >
            <Button look=Look::Primary icon=IconName::Plus on_click=move |()| adding.set(true)>
                "Add a project"
            </Button>
        </Empty>
    }
    .into_any()
}

#[component]
fn ProjectRow(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let project = Memo::new(move |_| store.get(id));
    let row = move || {
        project.get().map(|project| {
            let (tone, word) = tone_of(project.counts);
            view! {
                <span class="mark">
                    <StatusDot tone=tone word=word />
                </span>
                <div class="grow stack-tight">
                    <div class="row wrap">
                        <a class="project-name" href=format!("/projects/{id}")>
                            {project.name}
                        </a>
                        {project.git.map(|git| view! { <GitChip git=git /> })}
                        <TrustChip trust=project.trust />
                    </div>
                    <div class="xs soft mono clip">{project.path}</div>
                    {project.problem.map(|problem| view! { <div class="sm failed-text">{problem}</div> })}
                </div>
                <div class="xs soft num project-counts">{counts_in_words(project.counts)}</div>
            }
        })
    };
    view! {
        <li class="project-row">
            {row}
            <ProjectActs id=id />
        </li>
    }
    .into_any()
}
