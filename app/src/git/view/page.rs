//! The page of `/projects/:id/changes`. Only frames the panel.

use leptos::prelude::*;

use super::changes::Changes;
use crate::{
    ids::ProjectId,
    projects::{store::ProjectsStore, view::ProjectPanel},
};

/// The page.
#[component]
pub fn ChangesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfProject id=id /> }.into_any() /> }
}

/// The changes of a project; asked for anew when one of its sessions begins or ends a turn, which is when files change.
#[component]
fn OfProject(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let running = Memo::new(move |_| store.get(id).map(|project| project.counts.running).unwrap_or_default());
    view! { <Changes project=id anew=running.into() wide=true /> }
}
