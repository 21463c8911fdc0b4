//! What waits for a person in this session, over the composer: on a desk a card in the column, on a phone a sheet that can
//! be folded down to read the thread behind it.

use leptos::prelude::*;

use super::{actions, here::here, words::left};
use crate::{
    approvals::{
        store::ApprovalsStore,
        view::{ApprovalCard, Press},
    },
    ids::ApprovalId,
    sessions::{
        api,
        model::{Act, Mode, Status},
    },
    ui::{Button, Icon, IconName, Look, use_call, use_seconds, use_shortcut},
};

/// The approval that waits longest, or the time a job has left.
#[component]
pub fn Dock() -> impl IntoView {
    let here = here();
    let approvals = expect_context::<ApprovalsStore>();
    let waiting = Memo::new(move |_| approvals.waiting(Some(here.id)));
    let first = Memo::new(move |_| waiting.with(|waiting| waiting.first().copied()));
    let folded = RwSignal::new(false);
    let press = RwSignal::new(None::<(ApprovalId, Press)>);
    let answer = move |key: Press| {
        if let Some(id) = first.get_untracked() {
            folded.set(false);
            press.set(Some((id, key)));
        }
    };
    use_shortcut("y", "Allow", move || answer(Press::Allow));
    use_shortcut("d", "Deny with a note", move || answer(Press::Deny));
    view! {
        {move || {
            first
                .get()
                .map(|id| {
                    let others = move || match waiting.with(Vec::len) {
                        0 | 1 => String::new(),
                        n => format!("1 of {n}"),
                    };
                    view! {
                        <section class="dock" class:folded=folded aria-label="Waits for your answer">
                            <button
                                type="button"
                                class="dock-handle"
                                aria-expanded=move || if folded.get() { "false" } else { "true" }
                                on:click=move |_| folded.update(|folded| *folded = !*folded)
                            >
                                <span class="grip" aria-hidden="true"></span>
                                <span class="dock-word">
                                    {move || if folded.get() { "Show what waits for you" } else { "Fold down" }}
                                </span>
                                <span class="faint xs">{others}</span>
                            </button>
                            <div class="dock-body">
                                <ApprovalCard id=id press=press />
                            </div>
                        </section>
                    }
                })
        }}
        <Grace />
    }
}

/// The strip of an idle job: how long until it completes by itself.
#[component]
fn Grace() -> impl IntoView {
    let here = here();
    let call = use_call();
    let status = here.status();
    let deadline = here.fact(|card| card.idle_deadline.filter(|_| card.mode == Mode::Job));
    let on = Memo::new(move |_| status.get() == Status::Idle && deadline.get().is_some());
    let act = move |act: Act| call.run(api::act(here.id, act), |_| ());
    view! {
        <Show when=move || on.get()>
            <div class="strip">
                <Icon name=IconName::Clock />
                <span class="grow">
                    "Completes in "
                    <Countdown />
                </span>
                <Button look=Look::Quiet busy=call.busy on_click=move |()| act(Act::Complete)>
                    {actions::words(Act::Complete)}
                </Button>
                <Button look=Look::Quiet class="strip-pin" disabled=call.busy on_click=move |()| act(Act::Pin)>
                    {actions::words(Act::Pin)}
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn Countdown() -> impl IntoView {
    let deadline = here().fact(|card| card.idle_deadline);
    let now = use_seconds();
    view! { <b class="num">{move || deadline.get().map(|deadline| left(deadline, now.get()))}</b> }
}
