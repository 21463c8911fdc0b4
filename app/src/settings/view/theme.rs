//! The choice between light, dark, and what the system says.

use leptos::prelude::*;

use crate::{
    settings::{model::Theme, store::SettingsStore},
    ui::{IconName, Segment, Segmented},
};

/// The card.
#[component]
pub fn ThemeCard() -> impl IntoView {
    let settings = expect_context::<SettingsStore>();
    let segment = |theme: Theme| {
        let (words, icon) = match theme {
            Theme::System => ("System", IconName::Monitor),
            Theme::Light => ("Light", IconName::Sun),
            Theme::Dark => ("Dark", IconName::Moon),
        };
        Segment { key: theme.as_str(), words, icon: Some(icon) }
    };
    let choose = Callback::new(move |key: &'static str| {
        if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.as_str() == key) {
            settings.choose(theme);
        }
    });
    view! {
        <section class="card">
            <header class="card-head">
                <div class="grow">
                    <h2>"Look"</h2>
                    <p class="soft sm">"Kept in this browser."</p>
                </div>
                <Segmented
                    label="Theme"
                    segments=Theme::ALL.map(segment).to_vec()
                    value=Signal::derive(move || settings.theme.get().as_str())
                    on_change=choose
                />
            </header>
        </section>
    }
    .into_any()
}
