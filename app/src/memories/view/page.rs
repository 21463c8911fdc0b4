//! The page of `/projects/:id/memories`. Only frames the panel.

use leptos::prelude::*;

use super::panel::MemoryPanel;
use crate::projects::view::ProjectPanel;

/// The page.
#[component]
pub fn MemoriesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <MemoryPanel project=id /> }.into_any() /> }
}
