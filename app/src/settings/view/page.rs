//! The page of `/settings`: the look, this installation, who is signed in. Each card fetches its own.

use leptos::prelude::*;

use super::{orphans::OrphansCard, system::SystemCard, theme::ThemeCard};
use crate::{
    auth::view::{BrowsersCard, TokensCard},
    layout::PageTitle,
    settings::api,
    ui::use_remote,
};

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let system = use_remote(api::system);
    view! {
        <PageTitle name="Settings" />
        <main class="main">
            <header class="bar">
                <h1>"Settings"</h1>
            </header>
            <div class="scroll">
                <div class="page">
                    <ThemeCard />
                    <SystemCard system=system />
                    <OrphansCard system=system />
                    <BrowsersCard />
                    <TokensCard />
                </div>
            </div>
        </main>
    }
    .into_any()
}
