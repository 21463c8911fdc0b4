//! A row of tabs. It only says which is chosen; the page draws what belongs to it.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::browser;

/// One tab.
#[derive(Clone, Copy, Debug)]
pub struct Tab {
    /// What it is known by.
    pub key: &'static str,
    /// Its words.
    pub words: &'static str,
    /// A number behind the words; none to show none.
    pub count: Signal<Option<u64>>,
}

impl Tab {
    /// A tab without a number.
    #[must_use]
    pub fn new(key: &'static str, words: &'static str) -> Self {
        Self { key, words, count: Signal::default() }
    }
}

/// A row of tabs; arrow keys move, as everywhere.
#[component]
pub fn Tabs(
    /// The tabs, in order.
    tabs: Vec<Tab>,
    /// The key of the one chosen.
    active: RwSignal<&'static str>,
    /// What they choose between, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let row = NodeRef::<html::Div>::new();
    let keys = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => browser::Step::Next,
            "ArrowLeft" => browser::Step::Back,
            _ => return,
        };
        event.prevent_default();
        if let Some(row) = row.get_untracked() {
            browser::focus_item(&row, step);
        }
    };
    let tabs = tabs.into_iter().map(|tab| {
        let on = move || active.get() == tab.key;
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                class:on=on
                aria-selected=move || if on() { "true" } else { "false" }
                tabindex=move || if on() { "0" } else { "-1" }
                on:click=move |_| active.set(tab.key)
                on:focus=move |_| active.set(tab.key)
            >
                {tab.words}
                {move || tab.count.get().map(|count| view! { <span class="faint num">{count}</span> })}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=label node_ref=row on:keydown=keys>
            {tabs.collect_view()}
        </div>
    }
    .into_any()
}
