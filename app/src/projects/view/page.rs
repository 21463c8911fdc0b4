//! The page of `/projects/:id`: its sessions at the left, the directory and the trust in it beside.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    acts::ProjectActs,
    known::OfAddress,
    panels::PanelLinks,
    parts::{TrustChip, counts_in_words},
    trust::TrustPanel,
};
use crate::{
    git::view::{GitChip, commits_in_words},
    ids::ProjectId,
    layout::{BackLink, PageTitle},
    projects::{model::Project, store::ProjectsStore},
    sessions::view::SessionList,
    terminals::{
        store::TerminalsStore,
        view::{
            NewTerminal,
            list::{TerminalRows, use_show},
        },
    },
    ui::{Chip, CopyButton, Icon, IconName, RelativeTime, Words, use_shortcut},
};

/// The page.
#[component]
pub fn ProjectPage() -> impl IntoView {
    view! {
        <OfAddress draw=|id| {
            view! {
                <div class="split both">
                    <SessionList project=Some(id) />
                    <Detail id=id />
                </div>
            }
            .into_any()
        } />
    }
}

#[component]
fn Detail(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let project = Memo::new(move |_| store.get(id));
    let name = Signal::derive(move || project.get().map(|project| project.name).unwrap_or_default());
    let navigate = use_navigate();
    let start = use_navigate();
    use_shortcut("n", "New session", move || {
        start(&format!("/new?project={id}"), NavigateOptions::default());
    });
    let gone = Callback::new(move |()| navigate("/projects", NavigateOptions::default()));
    view! {
        <PageTitle name=name />
        <main class="main">
            <header class="bar">
                <BackLink href="/projects" />
                <h1 class="grow clip">{name}</h1>
                <ProjectActs id=id on_gone=gone />
            </header>
            <div class="scroll">
                <div class="page">
                    <PanelLinks id=id />
                    {move || project.get().map(|project| view! { <Facts project=project /> })}
                    <Shells id=id />
                    <TrustPanel project=project id=id />
                </div>
            </div>
        </main>
    }
    .into_any()
}

/// The project's terminals, and the way to a new one.
#[component]
fn Shells(id: ProjectId) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let any = Memo::new(move |_| !store.of(id).is_empty());
    let show = use_show();
    view! {
        <section class="stack" aria-label="Terminals">
            <header class="row">
                <h2 class="grow">"Terminals"</h2>
                <NewTerminal project=id on_open=show />
            </header>
            <Show when=move || any.get()>
                <TerminalRows project=id />
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Facts(project: Project) -> impl IntoView {
    let unpushed = project.git.as_ref().and_then(|git| git.unpushed).filter(|count| *count > 0);
    view! {
        {project
            .problem
            .map(|problem| {
                view! {
                    <div class="note failed" role="alert">
                        <Icon name=IconName::Warning />
                        <span>
                            <Words text=problem />
                        </span>
                    </div>
                }
            })}
        <section class="card project-facts">
            <div class="row wrap">
                {project.git.map(|git| view! { <GitChip git=git /> })} <TrustChip trust=project.trust />
                {project.archived.then(|| view! { <Chip>"Archived"</Chip> })}
            </div>
            <dl class="facts">
                <dt>"Directory"</dt>
                <dd class="row">
                    <code class="clip">{project.path.clone()}</code>
                    <CopyButton text=project.path bare=true label="Copy the path" />
                </dd>
                {unpushed
                    .map(|count| {
                        view! {
                            <dt>"Not pushed"</dt>
                            <dd class="num">{commits_in_words(count)}</dd>
                        }
                    })}
                <dt>"Sessions"</dt>
                <dd class="num">{counts_in_words(project.counts)}</dd>
                <dt>"Added"</dt>
                <dd>
                    <RelativeTime at=project.created_at ago=true />
                </dd>
            </dl>
        </section>
    }
    .into_any()
}
