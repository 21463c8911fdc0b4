//! The CLI's own line behind an entry, fetched when somebody wants to see it.

use leptos::prelude::*;

use crate::{
    json,
    sessions::{api, view::here::here},
    ui::{Button, Look, use_call},
};

/// A button that shows the line behind an event, and hides it again.
#[component]
pub fn RawToggle(
    /// The event.
    seq: u64,
) -> impl IntoView {
    let here = here();
    let call = use_call();
    let shown = RwSignal::new(None::<String>);
    let toggle = move |()| {
        if shown.with_untracked(Option::is_some) {
            shown.set(None);
        } else {
            call.run(api::raw(here.id, seq), move |line| shown.set(Some(pretty(&line))));
        }
    };
    view! {
        <Button
            look=Look::Quiet
            class="entry-act raw-toggle"
            busy=call.busy
            pressed=Signal::derive(move || shown.with(Option::is_some))
            on_click=toggle
        >
            "Raw"
        </Button>
        {move || shown.get().map(|line| view! { <pre class="out raw" tabindex="0">{line}</pre> })}
    }
}

/// A JSON line on several lines; anything else as it is.
fn pretty(line: &str) -> String {
    json::read::<serde_json::Value>(line)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| line.to_owned())
}
