//! A message drafted by an agent: the button, what it costs while it runs, and the way to call it off. Commits nothing.

use leptos::prelude::*;

use crate::{
    git::run_api,
    ids::{ProjectId, SessionId},
    sessions::{
        api::act,
        model::{Act, Session, Status},
        store::SessionsStore,
        view::words::dollars,
    },
    ui::{Button, IconName, Look, use_call, use_toasts},
};

/// The button; while an agent drafts, how it goes.
#[component]
pub fn Drafting(
    /// Whose.
    project: ProjectId,
    /// Whether there is nothing to draft for.
    unfit: Signal<bool>,
    /// Takes the message.
    #[prop(into)]
    on_message: Callback<String>,
) -> impl IntoView {
    let store = expect_context::<SessionsStore>();
    let (ask, take, stop) = (use_call(), use_call(), use_call());
    let session = RwSignal::new(None::<SessionId>);
    let toasts = use_toasts();
    let card = Memo::new(move |_| Some(store.card(session.get()?)?.get()));
    let start = move |()| {
        ask.run(run_api::draft_message(project), move |card| {
            let id = card.id;
            store.take(vec![card]);
            session.set(Some(id));
        });
    };
    let status = Memo::new(move |_| card.get().map(|card| (card.id, card.status)));
    Effect::new(move |_| {
        let Some((id, status)) = status.get() else { return };
        match status {
            Status::Queued | Status::Running => {}
            Status::Idle | Status::Completed => take.run(run_api::drafted_message(id), move |message| {
                let cost = card.get_untracked().map(|card| dollars(card.usage.cost_usd)).unwrap_or_default();
                session.set(None);
                match message {
                    Some(message) => {
                        on_message.run(message);
                        toasts.say(["Drafted", &cost].join(" ").trim().to_owned());
                    }
                    None => toasts.say("The agent wrote no message. Its session says why."),
                }
                if status == Status::Idle {
                    stop.run(act(id, Act::Complete), drop);
                }
            }),
            Status::Failed | Status::Stopped => session.set(None),
        }
    });
    let cancel = move |()| {
        if let Some(id) = session.get_untracked() {
            stop.run(act(id, Act::Stop), drop);
        }
    };
    view! {
        {move || match card.get() {
            Some(card) => view! { <UnderWay card=card busy=stop.busy on_cancel=cancel /> }.into_any(),
            None => view! {
                <Button look=Look::Quiet icon=IconName::Agent busy=ask.busy disabled=unfit on_click=start>"Draft with Claude"</Button>
            }
            .into_any(),
        }}
    }
    .into_any()
}

#[component]
fn UnderWay(card: Session, busy: RwSignal<bool>, #[prop(into)] on_cancel: Callback<()>) -> impl IntoView {
    let words = if card.waiting > 0 { "Claude waits for an answer" } else { "Claude is drafting" };
    view! {
        <span class="row sm" role="status">
            <span class="spin"></span>
            <a href=format!("/sessions/{}", card.id)>{words}</a>
            <span class="faint num">{dollars(card.usage.cost_usd)}</span>
            <Button look=Look::Quiet icon=IconName::Stop label="Stop drafting" busy=busy on_click=on_cancel />
        </span>
    }
    .into_any()
}
