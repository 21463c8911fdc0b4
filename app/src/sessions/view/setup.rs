//! The strip of a session that waits until its worktree is set up, or that has never begun: the log, and the ways on.

use leptos::prelude::*;

use super::here::here;
use crate::{
    sessions::{
        api,
        model::{Act, Session, Status},
    },
    terminals::{model::TerminalStatus, store::TerminalsStore},
    ui::{Button, Call, Icon, IconName, Look, use_call},
    worktrees::model::{NOT_SET_UP, SETUP},
};

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its worktree is being set up.
    SettingUp,
    /// That has failed.
    NotSetUp,
    /// It was stopped before it began, or could not be started.
    NotBegun,
}

/// The strip; nothing once the agent has begun.
#[component]
pub fn SetUp() -> impl IntoView {
    let here = here();
    let terminals = expect_context::<TerminalsStore>();
    let call = use_call();
    let place = here.fact(|card| card.worktree_id);
    let log = Memo::new(move |_| {
        let place = place.get()?;
        let all = terminals.all.get();
        all.into_iter().rev().find(|one| one.name == SETUP && one.project_id == place)
    });
    let runs = move || log.with(|log| log.as_ref().is_some_and(|log| log.status == TerminalStatus::Running));
    let waits = move || here.thread.queue.with(|queue| !queue.is_empty());
    let stage = Memo::new(move |_| {
        let (status, terminal, begun, not_set_up) = here.card.with(|card| {
            let card = card.as_ref()?;
            let not_set_up = card.reason.as_ref().is_some_and(|reason| reason.starts_with(NOT_SET_UP));
            Some((card.status, card.in_terminal(), card.claude_session_id.is_some(), not_set_up))
        })?;
        match status {
            Status::Queued if runs() => Some(Stage::SettingUp),
            _ if begun || !status.is_finished() || !(terminal || waits()) => None,
            Status::Failed if not_set_up => Some(Stage::NotSetUp),
            _ => Some(Stage::NotBegun),
        }
    });
    let see = move || {
        log.with(|log| log.as_ref().map(|log| format!("/terminals/{}", log.id)))
            .map(|href| view! { <a class="btn quiet" href=href>"See the log"</a> })
    };
    move || {
        let stage = stage.get()?;
        let (icon, words) = match stage {
            Stage::SettingUp => (IconName::Clock, "Its worktree is being set up. What is typed waits."),
            Stage::NotSetUp => (IconName::Warning, "Its worktree is not set up. What was typed is kept."),
            Stage::NotBegun => (IconName::Info, "Its agent has not begun. What was typed is kept."),
        };
        Some(view! {
            <div class="strip wrap set-up" role="status">
                <Icon name=icon />
                <span class="grow">{words}</span>
                {see}
                <Way stage=stage call=call />
            </div>
        })
    }
}

/// The way on: out of the set-up, or on without it.
#[component]
fn Way(stage: Stage, call: Call) -> impl IntoView {
    let here = here();
    let start = move |()| {
        if here.card.with_untracked(|card| card.as_ref().is_some_and(Session::in_terminal)) {
            call.run(api::terminal(here.id), |_| ());
        } else {
            call.run(api::act(here.id, Act::Resume), |_| ());
        }
    };
    let stop = move |()| call.run(api::act(here.id, Act::Stop), |_| ());
    match stage {
        Stage::SettingUp => view! { <Button look=Look::Quiet busy=call.busy on_click=stop>"Cancel"</Button> },
        Stage::NotSetUp => view! { <Button busy=call.busy on_click=start>"Start anyway"</Button> },
        Stage::NotBegun => view! { <Button busy=call.busy on_click=start>"Start"</Button> },
    }
}
