//! The messages that wait for the turn under way to end: each can be changed or taken back until the agent has it.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::here::here;
use crate::{
    ids::MessageId,
    sessions::{api, model::QueuedMessage},
    ui::{Button, IconName, Look, use_call},
};

/// The strip of waiting messages.
#[component]
pub fn Queue() -> impl IntoView {
    let thread = here().thread;
    let some = Memo::new(move |_| thread.queue.with(|queue| !queue.is_empty()));
    view! {
        <Show when=move || some.get()>
            <ul class="queue" aria-label="Messages that wait">
                <For each=move || thread.queue.get() key=|message| (message.id, message.text.clone()) let:message>
                    <Waiting message=message />
                </For>
            </ul>
        </Show>
    }
}

/// One message that waits.
#[component]
fn Waiting(
    /// It.
    message: QueuedMessage,
) -> impl IntoView {
    let session = here().id;
    let call = use_call();
    let id: MessageId = message.id;
    let editing = RwSignal::new(false);
    let images = match message.images.len() {
        0 => String::new(),
        1 => " · 1 image".to_owned(),
        n => format!(" · {n} images"),
    };
    let text = message.text;
    let shown = text.clone();
    view! {
        <li class="queued">
            {move || {
                if editing.get() {
                    view! { <EditQueued id=id text=text.clone() editing=editing /> }.into_any()
                } else {
                    view! {
                        <span class="chip">"Queued"</span>
                        <span class="clip grow">{shown.clone()}<span class="faint">{images.clone()}</span></span>
                        <Button look=Look::Quiet icon=IconName::Edit label="Edit this message" disabled=call.busy on_click=move |()| editing.set(true) />
                        <Button
                            look=Look::Quiet
                            icon=IconName::Undo
                            label="Take this message back"
                            busy=call.busy
                            on_click=move |()| call.run(api::recall(session, id), |()| ())
                        />
                    }
                        .into_any()
                }
            }}
        </li>
    }
}

/// The field that changes a waiting message.
#[component]
fn EditQueued(
    /// Which.
    id: MessageId,
    /// What it says now.
    text: String,
    /// Ends the change.
    editing: RwSignal<bool>,
) -> impl IntoView {
    let session = here().id;
    let call = use_call();
    let text = RwSignal::new(text);
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let keep = move || {
        let new = text.get_untracked();
        if !new.trim().is_empty() {
            call.run(api::edit_queued(session, id, new), move |()| editing.set(false));
        }
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            editing.set(false);
        }
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            keep();
        }
        _ => {}
    };
    view! {
        <textarea
            class="input grow"
            rows="2"
            node_ref=field
            aria-label="The waiting message"
            prop:value=text
            on:input=move |event| text.set(event_target_value(&event))
            on:keydown=keys
        ></textarea>
        <Button busy=call.busy on_click=move |()| keep()>"Keep"</Button>
        <Button look=Look::Quiet on_click=move |()| editing.set(false)>"Cancel"</Button>
    }
}
