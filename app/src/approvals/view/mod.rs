//! The inbox and the cards of approvals.
// UI-b: a stub, replace it; names are in ui-names.md beside ui-brief.md.

use leptos::prelude::*;

/// The inbox page.
#[component]
pub fn Inbox() -> impl IntoView {
    view! { <main class="main"></main> }
}
