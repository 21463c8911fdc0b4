//! The page of `/projects/:id/scheduled`. Only frames the panel.

use leptos::prelude::*;

use super::panel::ScheduledPanel;
use crate::projects::view::ProjectPanel;

/// The page.
#[component]
pub fn ScheduledPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <ScheduledPanel project=id /> }.into_any() /> }
}
