//! A bar that shows how full something is, as SVG: the page's policy forbids inline styles.

use leptos::prelude::*;

/// A bar filled to `percent`; it turns to the waiting colour from 80 and to the failed one from 95.
#[component]
pub fn Meter(
    /// 0 to 100.
    #[prop(into)]
    percent: Signal<u64>,
    /// What it measures, in words, with its value.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let class = move || match percent.get() {
        0..80 => "meter",
        80..95 => "meter high",
        _ => "meter full",
    };
    view! {
        <svg
            class=class
            viewBox="0 0 100 4"
            preserveAspectRatio="none"
            role="meter"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent.get().to_string()
            aria-label=label
        >
            <rect class="track" width="100" height="4"></rect>
            <rect class="fill" width=move || percent.get().to_string() height="4"></rect>
        </svg>
    }
    .into_any()
}
