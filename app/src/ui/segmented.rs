//! A choice out of two to four, all in view. Never for actions.

use leptos::prelude::*;

use super::{Icon, IconName};

/// One choice.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// What it is known by.
    pub key: &'static str,
    /// Its words.
    pub words: &'static str,
    /// Its picture.
    pub icon: Option<IconName>,
}

/// Radio buttons in one frame.
#[component]
pub fn Segmented(
    /// What is chosen between; also the name of the group, so unique in the page.
    label: &'static str,
    /// The choices, in order.
    segments: Vec<Segment>,
    /// The key of the one in force.
    #[prop(into)]
    value: Signal<&'static str>,
    /// Takes the new key.
    #[prop(into)]
    on_change: Callback<&'static str>,
) -> impl IntoView {
    let segments = segments.into_iter().map(|segment| {
        let on = move || value.get() == segment.key;
        view! {
            <label class="segment" class:on=on>
                <input
                    type="radio"
                    class="sr"
                    name=label
                    value=segment.key
                    checked=on
                    prop:checked=on
                    on:change=move |_| on_change.run(segment.key)
                />
                {segment.icon.map(|name| view! { <Icon name=name /> })}
                {segment.words}
            </label>
        }
    });
    view! {
        <div class="segmented" role="radiogroup" aria-label=label>
            {segments.collect_view()}
        </div>
    }
    .into_any()
}
