//! The panels of a project, each a page of its own: which there are, and the frame around them. Never what is in one.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::known::OfAddress;
use crate::{
    ids::ProjectId,
    layout::{BackLink, PageTitle},
    projects::store::ProjectsStore,
    ui::{Icon, IconName},
};

/// Every panel: the end of its address, its words and its picture. A new one needs a line here and its route.
const PANELS: &[(&str, &str, IconName)] = &[
    ("changes", "Changes", IconName::Diff),
    ("history", "History", IconName::Fork),
    ("files", "Files", IconName::Folder),
    ("memories", "Memories", IconName::Think),
    ("scheduled", "Scheduled", IconName::Clock),
    ("preview", "Preview", IconName::Globe),
    (WORKTREES, "Worktrees", IconName::Branch),
];
const WORKTREES: &str = "worktrees";

/// Links to the panels of a project; the one in view is marked.
#[component]
pub fn PanelLinks(
    /// Whose.
    id: ProjectId,
) -> impl IntoView {
    let (path, store) = (use_location().pathname, expect_context::<ProjectsStore>());
    let of = untrack(|| store.get(id)).and_then(|project| project.worktree_of);
    let links = PANELS.iter().map(|&(end, words, icon)| {
        // A worktree has no worktrees of its own.
        let id = of.filter(|_| end == WORKTREES).unwrap_or(id);
        let href = format!("/projects/{id}/{end}");
        let address = href.clone();
        let on = Memo::new(move |_| path.with(|path| *path == address));
        view! {
            <a class="tab" class:on=on href=href aria-current=move || on.get().then_some("page")>
                <Icon name=icon />
                {words}
            </a>
        }
    });
    view! {
        <nav class="tabs panel-links" aria-label="Panels">
            {links.collect_view()}
        </nav>
    }
    .into_any()
}

/// The page of a panel: the way back to the project, the links to the other panels, and below them what `draw` makes of
/// the project in the address.
#[component]
pub fn ProjectPanel(
    /// Draws the panel; it fills what is left of the page.
    draw: fn(ProjectId) -> AnyView,
) -> impl IntoView {
    view! { <OfAddress draw=move |id| view! { <Panel id=id>{draw(id)}</Panel> }.into_any() /> }
}

#[component]
fn Panel(id: ProjectId, children: Children) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let project = Memo::new(move |_| store.get(id));
    let name = Memo::new(move |_| project.get().map(|project| project.name).unwrap_or_default());
    // The way back from a worktree is to those of its project.
    let back = untrack(|| project.get()).and_then(|project| project.worktree_of);
    let back = back.map_or_else(|| format!("/projects/{id}"), |of| format!("/projects/{of}/{WORKTREES}"));
    view! {
        <PageTitle name=name />
        <main class="main">
            <header class="bar panel-bar">
                <BackLink href=back.clone() />
                <h1 class="clip">
                    <a href=back>{name}</a>
                </h1>
                <PanelLinks id=id />
            </header>
            {children()}
        </main>
    }
    .into_any()
}
