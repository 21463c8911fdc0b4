//! Whether changes are drawn in one column or in two, as this browser remembers it. Whether there is room is for the sheet.

use leptos::prelude::*;

use crate::ui::{Segment, Segmented, browser};

/// Under which name a browser keeps how diffs are drawn.
const KEPT: &str = "roost.diff";

/// How changes are drawn.
#[derive(Clone, Copy)]
pub struct Layout {
    wide: bool,
    beside: RwSignal<bool>,
}

/// As it was chosen the last time; in one column where there is never room for two.
#[must_use]
pub fn use_layout(wide: bool) -> Layout {
    let beside = RwSignal::new(false);
    Effect::new(move |_| beside.set(browser::recall(KEPT).is_some_and(|kept| kept == "split")));
    Layout { wide, beside }
}

impl Layout {
    /// Whether both sides stand beside each other.
    #[must_use]
    pub fn split(self) -> Signal<bool> {
        Signal::derive(move || self.wide && self.beside.get())
    }
}

/// The switch between one column and two; one of them on a page.
#[component]
pub fn LayoutSwitch(
    /// What it switches.
    layout: Layout,
) -> impl IntoView {
    let change = move |key: &'static str| {
        browser::remember(KEPT, Some(key));
        layout.beside.set(key == "split");
    };
    let segments = vec![
        Segment { key: "unified", words: "Unified", icon: None },
        Segment { key: "split", words: "Side by side", icon: None },
    ];
    let value = Signal::derive(move || if layout.beside.get() { "split" } else { "unified" });
    layout.wide.then(|| {
        view! {
            <div class="diff-bar">
                <Segmented label="How changes are drawn" segments=segments value=value on_change=change />
            </div>
        }
    })
}
