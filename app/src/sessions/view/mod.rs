//! The list of sessions, a session's page, and the form that starts one.
// UI-b: a stub, replace it; names are in ui-names.md beside ui-brief.md.

use leptos::prelude::*;

use crate::ids::ProjectId;

/// The list, of one project if given.
#[component]
pub fn SessionList(
    /// Of this project only.
    #[prop(optional_no_strip)]
    project: Option<ProjectId>,
) -> impl IntoView {
    let _ = project;
    view! { <section class="list"></section> }
}

/// The page of `/sessions/:id`.
#[component]
pub fn SessionPage() -> impl IntoView {
    view! { <main class="main"></main> }
}

/// The page of `/new`.
#[component]
pub fn NewSession() -> impl IntoView {
    view! { <main class="main"></main> }
}
