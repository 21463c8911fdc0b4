//! The terminals of a project as tabs. It only says which was chosen.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::{
    ids::{ProjectId, TerminalId},
    terminals::{
        model::{Terminal, TerminalStatus},
        store::TerminalsStore,
    },
    ui::{
        StatusDot, Tone,
        browser::{Step, focus_item},
    },
};

/// The colour and the word of a terminal's state.
#[must_use]
pub fn state(card: &Terminal) -> (Tone, &'static str) {
    match card.status {
        TerminalStatus::Running => (Tone::Idle, "Runs"),
        TerminalStatus::Ended => (Tone::Resting, "Ended"),
        TerminalStatus::Failed => (Tone::Failed, "Failed"),
    }
}

/// The row of tabs.
#[component]
pub fn TerminalTabs(
    /// Whose.
    project: ProjectId,
    /// The one in view.
    #[prop(into)]
    chosen: Signal<Option<TerminalId>>,
    /// Takes another one.
    on_choose: Callback<TerminalId>,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let row = NodeRef::<html::Div>::new();
    let ids = Memo::new(move |_| store.of(project));
    let keys = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Next,
            "ArrowLeft" => Step::Back,
            _ => return,
        };
        event.prevent_default();
        if let Some(row) = row.get_untracked() {
            focus_item(&row, step);
        }
    };
    view! {
        <div class="tabs terminal-tabs" role="tablist" aria-label="Terminals" node_ref=row on:keydown=keys>
            <For each=move || ids.get() key=|id| *id let:id>
                <OneTab id=id chosen=chosen on_choose=on_choose />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn OneTab(
    id: TerminalId,
    #[prop(into)] chosen: Signal<Option<TerminalId>>,
    on_choose: Callback<TerminalId>,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let card = Memo::new(move |_| store.get(id));
    let name = move || card.get().map(|card| card.name).unwrap_or_default();
    let tone = Signal::derive(move || card.get().map_or(Tone::Resting, |card| state(&card).0));
    let word = Signal::derive(move || card.get().map_or_else(String::new, |card| state(&card).1.to_owned()));
    let on = move || chosen.get() == Some(id);
    view! {
        <button
            type="button"
            role="tab"
            class="tab"
            class:on=on
            aria-selected=move || if on() { "true" } else { "false" }
            tabindex=move || if on() { "0" } else { "-1" }
            title=name
            on:click=move |_| on_choose.run(id)
        >
            <StatusDot tone=tone word=word />
            <span class="clip">{name}</span>
        </button>
    }
    .into_any()
}
