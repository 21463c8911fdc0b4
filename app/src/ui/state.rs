//! The three states a place can be in beside being full: empty, loading, failing. Each has a sentence and a next step.

use leptos::prelude::*;

use super::{Button, Icon, IconName, Words};
use crate::error::AppError;

/// Nothing is here yet, and what to do about it.
#[component]
pub fn Empty(
    /// A picture.
    icon: IconName,
    /// One short line.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence.
    #[prop(optional, into)]
    text: Option<Signal<String>>,
    /// The next step, if there is one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state">
            <span class="state-mark">
                <Icon name=icon />
            </span>
            <h2>{title}</h2>
            {text.map(|text| view! { <p class="soft">{text}</p> })}
            {children.map(|children| view! { <div class="state-acts">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Something is on its way; lines of the size of what will stand there.
#[component]
pub fn Loading(
    /// What is awaited, for screen readers: `Loading sessions`.
    #[prop(into)]
    what: String,
    /// How many lines to reserve.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    let bones = (0..lines).map(|_| view! { <div class="bone"></div> }).collect_view();
    view! {
        <div class="loading" role="status" aria-label=what>
            {bones}
        </div>
    }
    .into_any()
}

/// Something could not be had: why, and a way to try again.
#[component]
pub fn Failing(
    /// Why.
    #[prop(into)]
    error: Signal<AppError>,
    /// Tries again; without it there is no such button.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="state failing" role="alert">
            <span class="state-mark">
                <Icon name=IconName::Warning />
            </span>
            <p>{move || view! { <Words text=error.get().message /> }}</p>
            {retry
                .map(|retry| {
                    view! {
                        <div class="state-acts">
                            <Button icon=IconName::Refresh on_click=retry>
                                "Try again"
                            </Button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}
