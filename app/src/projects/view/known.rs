//! The project that an address names: drawn once it is known, and said to be missing where there is none.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    error::ErrorCode,
    ids::ProjectId,
    layout::{FirstPaint, Missing},
    projects::{api, store::ProjectsStore},
    ui::{Loading, use_remote},
};

/// What `draw` makes of the project in `:id` of the address.
#[component]
pub fn OfAddress(
    /// Draws the page of a project that there is.
    #[prop(into)]
    draw: Callback<ProjectId, AnyView>,
) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<ProjectId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Known id=id draw=draw /> }.into_any(),
        None => view! { <Missing what="project" back="/projects" /> }.into_any(),
    }
}

#[component]
fn Known(id: ProjectId, draw: Callback<ProjectId, AnyView>) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let known = Memo::new(move |_| store.get(id).is_some());
    move || {
        if known.get() {
            draw.run(id)
        } else if FirstPaint::is_now() {
            view! { <Missing what="project" back="/projects" /> }.into_any()
        } else {
            view! { <NotYet id=id /> }.into_any()
        }
    }
}

/// A project that the page has not heard of: just added, or none.
#[component]
fn NotYet(id: ProjectId) -> impl IntoView {
    let asked = use_remote(move || api::get(id));
    move || match asked.value.get() {
        Some(Err(error)) if error.code == ErrorCode::NotFound => {
            view! { <Missing what="project" back="/projects" /> }.into_any()
        }
        _ => view! {
            <main class="main">
                <Loading what="Loading the project" />
            </main>
        }
        .into_any(),
    }
}
