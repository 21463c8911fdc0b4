//! The terminals of a project as tabs. It only says which was chosen.

use leptos::prelude::*;

use crate::{
    ids::{ProjectId, TerminalId},
    terminals::{
        model::{Terminal, TerminalStatus},
        store::TerminalsStore,
    },
    ui::{StatusDot, TabButton, TabRow, Tone},
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
    let ids = Memo::new(move |_| store.of(project));
    view! {
        <TabRow label="Terminals" class="terminal-tabs">
            <For each=move || ids.get() key=|id| *id let:id>
                <OneTab id=id chosen=chosen on_choose=on_choose />
            </For>
        </TabRow>
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
    let name = Signal::derive(move || card.get().map(|card| card.name).unwrap_or_default());
    let tone = Signal::derive(move || card.get().map_or(Tone::Resting, |card| state(&card).0));
    let word = Signal::derive(move || card.get().map_or_else(String::new, |card| state(&card).1.to_owned()));
    view! {
        <TabButton
            on=Signal::derive(move || chosen.get() == Some(id))
            on_choose=move |()| on_choose.run(id)
            title=name
        >
            <StatusDot tone=tone word=word />
            <span class="clip">{name}</span>
        </TabButton>
    }
    .into_any()
}
