//! The page of `/projects/:id/changes`. Only frames the panel.

use leptos::prelude::*;

use super::Changes;
use crate::{
    files::store::use_changes,
    ids::ProjectId,
    projects::{store::ProjectsStore, view::ProjectPanel},
};

/// The page.
#[component]
pub fn ChangesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfProject id=id /> }.into_any() /> }
}

/// The changes of a project; asked for anew when files change on the disk, and when one of its sessions begins or ends a turn.
#[component]
fn OfProject(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let running = Memo::new(move |_| store.get(id).map(|project| project.counts.running).unwrap_or_default());
    let files = RwSignal::new(0_u32);
    use_changes(id, move |_| files.update(|files| *files = files.wrapping_add(1)));
    let anew = Signal::derive(move || files.get().wrapping_add(running.get()));
    view! { <Changes project=id anew=anew wide=true /> }
}
