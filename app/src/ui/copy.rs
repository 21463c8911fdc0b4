//! A button that copies a text. Never shows the text itself.

use std::time::Duration;

use leptos::prelude::*;

use super::{Button, IconName, Look, browser};

/// Copies `text` and says so for two seconds.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What the button says; `Copy` if absent.
    #[prop(default = "Copy")]
    label: &'static str,
    /// Shows the picture alone.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = Callback::new(move |()| {
        browser::copy(&text.get_untracked(), move || {
            let _ = done.try_set(true);
            set_timeout(
                move || {
                    let _ = done.try_set(false);
                },
                Duration::from_secs(2),
            );
        });
    });
    let word = move || if done.get() { "Copied" } else { label };
    view! {
        <Show
            when=move || bare
            fallback=move || {
                view! {
                    <Button icon=IconName::Copy on_click=copy>
                        <span aria-live="polite">{word}</span>
                    </Button>
                }
            }
        >
            <Button
                look=Look::Quiet
                icon=IconName::Copy
                label=Signal::derive(move || word().to_owned())
                on_click=copy
            />
        </Show>
    }
    .into_any()
}
