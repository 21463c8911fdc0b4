//! What time it is for the page: the server's clock at first paint, and then that clock carried on. Never the reader's time zone in the first paint.

use std::time::Duration;

use leptos::prelude::*;

use super::browser;
use crate::time::Millis;

/// The page's clock, moved every half minute.
#[derive(Clone, Copy)]
pub struct Now {
    at: RwSignal<Millis>,
    /// What to add to the browser's clock to get the server's.
    ahead: StoredValue<i64>,
}

impl Now {
    /// Starts the clock at the server's `now`.
    pub fn provide(now: Millis) {
        let clock = Self {
            at: RwSignal::new(now),
            ahead: StoredValue::new(browser::now().map_or(0, |here| now.0 - here.0)),
        };
        provide_context(clock);
        Effect::new(move |_| {
            let tick = move || clock.at.set(clock.read());
            if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(30)) {
                on_cleanup(move || handle.clear());
            }
        });
    }

    fn read(self) -> Millis {
        let here = browser::now().unwrap_or_else(|| self.at.get_untracked());
        here.plus(self.ahead.get_value())
    }
}

/// The time to the half minute, for words such as `12m`.
#[must_use]
pub fn use_now() -> Signal<Millis> {
    use_context::<Now>().map_or_else(Signal::default, |now| now.at.into())
}

/// The time to the second while the caller is mounted, for countdowns. Starts at the time of `use_now`.
#[must_use]
pub fn use_seconds() -> Signal<Millis> {
    let Some(clock) = use_context::<Now>() else {
        return Signal::default();
    };
    let at = RwSignal::new(clock.at.get_untracked());
    Effect::new(move |_| {
        at.set(clock.read());
        let tick = move || at.set(clock.read());
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    at.into()
}

/// How long ago something was, in the shortest words; the full date and time on hover.
#[component]
pub fn RelativeTime(
    /// When it was.
    #[prop(into)]
    at: Signal<Millis>,
    /// Says `12m ago` and `just now`, for use in a sentence.
    #[prop(optional)]
    ago: bool,
) -> impl IntoView {
    let now = use_now();
    let words = move || match at.get().ago(now.get()) {
        words if !ago => words,
        words if words == "now" => "just now".to_owned(),
        words => format!("{words} ago"),
    };
    let full = RwSignal::new(String::new());
    view! {
        <time
            class="num"
            datetime=move || at.get().iso()
            title=full
            on:pointerenter=move |_| full.set(browser::local_time(at.get_untracked()))
        >
            {words}
        </time>
    }
    .into_any()
}
