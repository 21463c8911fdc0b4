//! The terminals of one project: tabs, what can be done with the one in view, and itself. On a page of its own and in a
//! session's inspector.

use leptos::prelude::*;

use super::{acts::TerminalActs, new::NewTerminal, pane::Pane, strips::EndStrip, tabs::TerminalTabs};
use crate::{
    ids::{ProjectId, TerminalId},
    layout::BackLink,
    terminals::{model::TerminalStatus, screen::Screen, store::TerminalsStore},
    ui::{ButtonLink, Empty, IconName, Look},
};

/// The whole of it.
#[component]
pub fn Workspace(
    /// Whose.
    project: ProjectId,
    /// The one in view.
    #[prop(into)]
    chosen: Signal<Option<TerminalId>>,
    /// Takes another one, or a new one.
    on_choose: Callback<TerminalId>,
    /// Whether it is a page of its own.
    #[prop(optional)]
    page: bool,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let shown = Memo::new(move |_| chosen.get().filter(|id| store.get(*id).is_some()));
    let screen = Screen::new();
    let acts = move || {
        shown.get().map(|id| {
            view! {
                {(!page)
                    .then(|| {
                        view! {
                            <ButtonLink
                                href=format!("/terminals/{id}")
                                look=Look::Quiet
                                icon=IconName::Panel
                                label="Show it on a page of its own"
                            />
                        }
                    })}
                <TerminalActs id=id screen=screen />
            }
        })
    };
    let card = Memo::new(move |_| shown.get().and_then(|id| store.get(id)));
    let name = Signal::derive(move || card.get().map(|card| card.name).unwrap_or_default());
    let runs = Signal::derive(move || card.get().is_some_and(|card| card.status == TerminalStatus::Running));
    let body = move || match shown.get() {
        Some(id) => view! {
            <Pane id=id screen=screen name=name runs=runs focus=page />
            <EndStrip id=id screen=screen />
        }
        .into_any(),
        None => view! {
            <div class="grow center">
                <Empty
                    icon=IconName::Terminal
                    title="No terminal in view"
                    text="A shell in the project's directory, which lives until it is closed."
                >
                    <NewTerminal project=project on_open=on_choose />
                </Empty>
            </div>
        }
        .into_any(),
    };
    // What the program calls itself, and before it does, where it was started.
    let title = move || {
        let cwd = || card.get().map(|card| card.cwd).unwrap_or_default();
        Some(screen.title.get()).filter(|title| !title.is_empty()).unwrap_or_else(cwd)
    };
    view! {
        <header class="bar terminal-bar">
            {page.then(|| view! { <BackLink href="/terminals" /> })}
            <TerminalTabs project=project chosen=shown on_choose=on_choose />
            <NewTerminal project=project bare=true look=Look::Quiet on_open=on_choose />
            <span class="grow clip faint sm terminal-title">{title}</span>
            {acts}
        </header>
        {body}
    }
    .into_any()
}
