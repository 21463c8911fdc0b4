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
pub fn TabRow(
    /// What they choose between, for screen readers.
    #[prop(into)]
    label: String,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    /// `TabButton`s.
    children: Children,
) -> impl IntoView {
    let row = NodeRef::<html::Div>::new();
    let keys = move |event: KeyboardEvent| {
        let keys = [("ArrowRight", browser::Step::Next), ("ArrowLeft", browser::Step::Back)];
        browser::step_by_key(&event, row.get_untracked(), &keys);
    };
    view! {
        <div class=format!("tabs {class}") role="tablist" aria-label=label node_ref=row on:keydown=keys>
            {children()}
        </div>
    }
    .into_any()
}

/// One tab of a row.
#[component]
pub fn TabButton(
    /// Whether it is the one in view.
    #[prop(into)]
    on: Signal<bool>,
    /// Chooses it.
    #[prop(into)]
    on_choose: Callback<()>,
    /// Whether the focus alone chooses it, where that costs nothing.
    #[prop(optional)]
    by_focus: bool,
    /// A tooltip.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let focused = move |_| {
        if by_focus {
            on_choose.run(());
        }
    };
    view! {
        <button
            type="button"
            role="tab"
            class="tab"
            class:on=on
            aria-selected=move || if on.get() { "true" } else { "false" }
            tabindex=move || if on.get() { "0" } else { "-1" }
            title=title
            on:click=move |_| on_choose.run(())
            on:focus=focused
        >
            {children()}
        </button>
    }
    .into_any()
}

/// A row of tabs that are known beforehand.
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
    let tabs = tabs.into_iter().map(move |tab| {
        view! {
            <TabButton
                on=Signal::derive(move || active.get() == tab.key)
                on_choose=move |()| active.set(tab.key)
                by_focus=true
            >
                {tab.words}
                {move || tab.count.get().map(|count| view! { <span class="faint num">{count}</span> })}
            </TabButton>
        }
    });
    view! { <TabRow label=label>{tabs.collect_view()}</TabRow> }.into_any()
}
