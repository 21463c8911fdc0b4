//! Where one writes to the agent. The text is never lost: it is kept on the server for every device, in this browser until
//! the server has it, and it leaves the field only when the message is seen again in the queue or in the history.

use leptos::{
    ev::{Event, KeyboardEvent},
    html,
    prelude::*,
    task::spawn_local,
};

use super::{
    dom,
    draft::Draft,
    here::{Here, here},
    images::{Browse, Images, Previews},
};
use crate::{
    error::AppError,
    sessions::{
        api,
        model::{Act, NewMessage, Status},
        open::Outgoing,
    },
    ui::{Button, Icon, IconName, Kbd, Look, browser, use_call, use_shortcut},
};

/// What the field says while it is empty, and what sending will do.
fn hint(status: Status, resumable: bool) -> (&'static str, Option<&'static str>) {
    match (status, resumable) {
        (Status::Running, _) => ("Write the next message…", Some("Will be queued until this turn ends")),
        (Status::Queued, _) => {
            ("Write the next message…", Some("Will be queued until the agent has started"))
        }
        (Status::Idle, _) => ("Reply…", None),
        (_, true) => ("Go on with this session…", Some("Sending resumes it, with everything that was said")),
        (_, false) => ("Start again from here…", None),
    }
}

/// The composer.
#[allow(clippy::too_many_lines, reason = "a component may take 120 lines: most of it is markup")]
#[component]
pub fn Composer() -> impl IntoView {
    let here = here();
    let thread = here.thread;
    let draft = Draft::new(here);
    let images = Images::none();
    let status = here.status();
    let resumable = here.fact(|card| card.claude_session_id.is_some());
    let known = Memo::new(move |_| here.card.with(Option::is_some));
    let field = NodeRef::<html::Textarea>::new();
    // What was sent last: the same again is the same message, so that trying twice runs it once.
    let last = StoredValue::new(None::<NewMessage>);
    let sending =
        Memo::new(move |_| thread.outgoing.with(|out| out.as_ref().is_some_and(|out| out.failed.is_none())));
    let failed =
        Memo::new(move |_| thread.outgoing.with(|out| out.as_ref().and_then(|out| out.failed.clone())));
    Effect::new(move |_| {
        let delivered = thread.delivered.get();
        if delivered.is_some() && last.with_value(|last| last.as_ref().map(|last| last.id)) == delivered {
            last.set_value(None);
            draft.sent();
            images.clear();
        }
    });
    Effect::new(move |_| {
        draft.text.track();
        if let Some(field) = field.get() {
            request_animation_frame(move || dom::grow(&field));
        }
    });
    let send = move || send(here, draft, images, last);
    let keys = move |event: KeyboardEvent| {
        let submits = event.key() == "Enter"
            && !event.is_composing()
            && (event.ctrl_key() || event.meta_key() || (!event.shift_key() && browser::fine_pointer()));
        if submits {
            event.prevent_default();
            send();
        }
    };
    let input = move |event: Event| {
        if failed.with_untracked(Option::is_some) {
            thread.outgoing.set(None);
        }
        draft.write(event_target_value(&event));
    };
    let words = Memo::new(move |_| hint(status.get(), resumable.get()));
    // Where messages wait nothing was said yet; what is above the composer says so.
    let anew = Memo::new(move |_| {
        let begun = thread.queue.with(Vec::is_empty);
        known.get() && begun && status.get().is_finished() && !resumable.get()
    });
    view! {
        {move || anew.get().then(|| view! {
            <p class="note waiting composer-note">
                <Icon name=IconName::Warning />
                <span>"The agent never confirmed this conversation, so a message starts it afresh: it will not know what was said above."</span>
            </p>
        })}
        <FailedMark failed=failed retry=Callback::new(move |()| send()) />
        <div
            class="composer"
            class:dragged=images.dragged
            class:sending=sending
            on:dragover=move |event| images.drag(&event)
            on:dragleave=move |_| images.dragged.set(false)
            on:drop=move |event| images.drop(&event)
        >
            <Previews images=images />
            <textarea
                class="composer-text"
                rows="1"
                node_ref=field
                aria-label="Message to the agent"
                placeholder=move || words.get().0
                readonly=sending
                prop:value=draft.text
                on:input=input
                on:keydown=keys
                on:paste=move |event| {
                    if images.take(&event) {
                        event.prevent_default();
                    }
                }
            >
                {draft.text.get_untracked()}
            </textarea>
            <Row draft=draft images=images words=words sending=sending send=Callback::new(move |()| send()) />
        </div>
    }
}

/// What stands under the field: images, what sending will do, interrupt and send.
#[component]
fn Row(
    draft: Draft,
    images: Images,
    words: Memo<(&'static str, Option<&'static str>)>,
    sending: Memo<bool>,
    send: Callback<()>,
) -> impl IntoView {
    let here = here();
    let interrupt = use_call();
    let status = here.status();
    let running = Memo::new(move |_| status.get() == Status::Running);
    let halt = move || {
        // Escape closes what is in front first.
        if !dom::close_menus() && running.get_untracked() {
            interrupt.run(api::act(here.id, Act::Interrupt), |_| ());
        }
    };
    use_shortcut("Escape", "Interrupt the agent", halt);
    view! {
        <div class="composer-row">
            <Browse images=images id="composer-files" />
            <span class="composer-hint faint xs clip grow">{move || words.get().1}</span>
            <Show when=move || running.get()>
                <span class="esc-hint faint xs"><Kbd key="Esc" /> " interrupt"</span>
                <Button
                    look=Look::Quiet
                    icon=IconName::Stop
                    label="Interrupt the agent (Esc)"
                    busy=interrupt.busy
                    on_click=move |()| halt()
                />
            </Show>
            <Button
                look=Look::Primary
                key="↵"
                busy=sending
                disabled=Signal::derive(move || draft.text.with(|text| text.trim().is_empty()))
                on_click=send
            >
                {move || if matches!(status.get(), Status::Running | Status::Queued) { "Queue" } else { "Send" }}
            </Button>
        </div>
    }
}

/// That the last message could not be sent, with a way to try again: the same id, so that it can only run once.
#[component]
fn FailedMark(
    /// Why.
    failed: Memo<Option<AppError>>,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    move || {
        failed.get().map(|error| {
            view! {
                <p class="note failed composer-note" role="alert">
                    <Icon name=IconName::Warning />
                    <span class="grow">"Not sent: " {error.message} " Your text is kept."</span>
                    <Button icon=IconName::Refresh on_click=retry>"Try again"</Button>
                </p>
            }
        })
    }
}

/// Sends what is written. The field keeps it until the server has it.
fn send(here: Here, draft: Draft, images: Images, last: StoredValue<Option<NewMessage>>) {
    let thread = here.thread;
    let under_way =
        thread.outgoing.with_untracked(|out| out.as_ref().is_some_and(|out| out.failed.is_none()));
    let mut message =
        NewMessage { id: dom::new_id(), text: draft.text.get_untracked(), images: images.to_send() };
    if under_way || message.text.trim().is_empty() {
        return;
    }
    last.with_value(|last| {
        if let Some(last) =
            last.as_ref().filter(|last| last.text == message.text && last.images == message.images)
        {
            message.id = last.id;
        }
    });
    let id = message.id;
    last.set_value(Some(message.clone()));
    thread.outgoing.set(Some(Outgoing { id, failed: None }));
    spawn_local(async move {
        match draft.before(api::send(here.id, message)).await {
            Ok(_) => {
                // Somebody who has gone elsewhere meanwhile must not find it as a draft again.
                draft.forget();
                thread.arrived(|out| out == id);
            }
            Err(error) => {
                let _ = thread.outgoing.try_update(|out| {
                    if let Some(out) = out.as_mut().filter(|out| out.id == id) {
                        out.failed = Some(error);
                    }
                });
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_says_what_sending_will_do() {
        for (status, resumable, words) in [
            (Status::Running, true, Some("queued")),
            (Status::Queued, false, Some("queued")),
            (Status::Idle, true, None),
            (Status::Completed, true, Some("resumes")),
            (Status::Failed, false, None),
        ] {
            let said = hint(status, resumable).1;
            assert_eq!(said.is_some(), words.is_some());
            assert!(said.unwrap_or_default().contains(words.unwrap_or_default()));
        }
    }
}
