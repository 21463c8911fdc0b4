//! The page of `/projects/:id/preview`. Only frames the panel.

use leptos::prelude::*;

use super::panel::PreviewsPanel;
use crate::projects::view::ProjectPanel;

/// The page.
#[component]
pub fn PreviewsPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <PreviewsPanel project=id /> }.into_any() /> }
}
