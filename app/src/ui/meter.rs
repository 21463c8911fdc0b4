//! A bar that shows how full something is, as SVG: the page's policy forbids inline styles.

use leptos::prelude::*;

/// A bar filled to `percent`; its colour changes from 50, 75 and 90 on.
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
        0..50 => "meter",
        50..75 => "meter half",
        75..90 => "meter high",
        _ => "meter full",
    };
    view! {
        <svg
            class=class
            viewBox="0 0 100 6"
            preserveAspectRatio="none"
            role="meter"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent.get().to_string()
            aria-label=label
        >
            <rect class="track" width="100" height="6"></rect>
            <rect class="fill" width=move || percent.get().max(2).to_string() height="6"></rect>
        </svg>
    }
    .into_any()
}
