//! Where one writes to the agent. The text is never lost: it is kept on the server for every device, in this browser until
//! the server has it, and it leaves the field only when the message is seen again in the queue or in the history.

use std::time::Duration;

use leptos::{
    ev::{Event, KeyboardEvent},
    html,
    prelude::*,
    task::spawn_local,
};

use super::{
    dom,
    here::{Here, here},
    images::{Browse, Images, Previews},
};
use crate::{
    error::AppError,
    live::{Link, Live},
    sessions::{
        api::{self, Act},
        model::{NewMessage, PROMPT_MAX, SessionPatch, Status},
        open::Outgoing,
    },
    ui::{Button, Icon, IconName, Kbd, Look, use_call, use_shortcut},
};

/// How long typing has to rest before the draft is saved.
const REST: Duration = Duration::from_millis(400);

/// The text being written; cheap to copy.
#[derive(Clone, Copy)]
struct Draft {
    here: Here,
    text: RwSignal<String>,
    /// What the server has.
    saved: StoredValue<String>,
    round: StoredValue<u32>,
}

impl Draft {
    fn new(here: Here) -> Self {
        let known = here.thread.draft.get_untracked();
        let draft = Self {
            here,
            text: RwSignal::new(known.clone()),
            saved: StoredValue::new(known),
            round: StoredValue::new(0),
        };
        Effect::new(move |_| {
            // What another device wrote; what is being written here goes first.
            let theirs = here.thread.draft.get();
            if draft.text.get_untracked() == draft.saved.get_value() {
                draft.text.set(theirs.clone());
                draft.saved.set_value(theirs);
            }
        });
        Effect::new(move |_| {
            if let Some(kept) = dom::recall(&draft.key()) {
                draft.write(kept);
            }
        });
        // What could not be saved while the server was away.
        let live = use_context::<Live>();
        Effect::new(move |_| {
            if live.is_some_and(|live| live.state.get() == Link::Online)
                && draft.text.get_untracked() != draft.saved.get_value()
            {
                draft.save();
            }
        });
        draft
    }

    fn key(self) -> String {
        format!("roost.draft.{}", self.here.id)
    }

    fn write(self, text: String) {
        dom::remember(&self.key(), Some(&text));
        self.text.set(text);
        let Some(round) = self.round.try_update_value(|round| {
            *round += 1;
            *round
        }) else {
            return;
        };
        set_timeout(
            move || {
                if self.round.try_get_value() == Some(round) {
                    self.save();
                }
            },
            REST,
        );
    }

    fn save(self) {
        let text = self.text.get_untracked();
        if text.len() > PROMPT_MAX {
            return;
        }
        let patch = SessionPatch { draft: Some(text.clone()), ..SessionPatch::default() };
        let (id, key) = (self.here.id, self.key());
        let before = self.saved.get_value();
        self.saved.set_value(text.clone());
        spawn_local(async move {
            match api::update(id, patch).await {
                Ok(_) if self.text.try_get_untracked().is_none_or(|now| now == text) => {
                    dom::remember(&key, None)
                }
                Ok(_) => {}
                // It stays in this browser, and the next key or the server's return tries again.
                Err(_) => drop(self.saved.try_set_value(before)),
            }
        });
    }

    /// The message is with the agent: the server has cleared the draft by itself.
    fn sent(self) {
        let _ = self.round.try_update_value(|round| *round += 1);
        dom::remember(&self.key(), None);
        self.saved.set_value(String::new());
        self.here.thread.draft.set(String::new());
        self.text.set(String::new());
    }
}

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
    // The text of the message under way, so that what was changed after a failure is never cleared.
    let under_way = StoredValue::new(None::<String>);
    let sending =
        Memo::new(move |_| thread.outgoing.with(|out| out.as_ref().is_some_and(|out| out.failed.is_none())));
    let failed =
        Memo::new(move |_| thread.outgoing.with(|out| out.as_ref().and_then(|out| out.failed.clone())));
    Effect::new(move |before: Option<bool>| {
        let out = thread.outgoing.with(Option::is_some);
        if before == Some(true) && !out && under_way.try_update_value(Option::take).flatten().is_some() {
            draft.sent();
            images.clear();
        }
        out
    });
    Effect::new(move |_| {
        draft.text.track();
        if let Some(field) = field.get() {
            request_animation_frame(move || dom::grow(&field));
        }
    });
    let send = move || send(here, draft, images, under_way);
    let keys = move |event: KeyboardEvent| {
        let submits = event.key() == "Enter"
            && !event.is_composing()
            && (event.ctrl_key() || event.meta_key() || (!event.shift_key() && dom::fine_pointer()));
        if submits {
            event.prevent_default();
            send();
        }
    };
    let input = move |event: Event| {
        if failed.with_untracked(Option::is_some) {
            // Another text is another message.
            under_way.set_value(None);
            thread.outgoing.set(None);
        }
        draft.write(event_target_value(&event));
    };
    let words = Memo::new(move |_| hint(status.get(), resumable.get()));
    let anew = Memo::new(move |_| known.get() && status.get().is_finished() && !resumable.get());
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

/// Sends what is written. The field keeps it until the message comes back from the server.
fn send(here: Here, draft: Draft, images: Images, under_way: StoredValue<Option<String>>) {
    let thread = here.thread;
    let text = draft.text.get_untracked();
    let before = thread.outgoing.get_untracked();
    if text.trim().is_empty() || before.as_ref().is_some_and(|out| out.failed.is_none()) {
        return;
    }
    let id = before.map_or_else(dom::new_id, |out| out.id);
    thread.outgoing.set(Some(Outgoing { id, failed: None }));
    under_way.set_value(Some(text.clone()));
    let message = NewMessage { id, text, images: images.to_send() };
    let key = draft.key();
    spawn_local(async move {
        match api::send(here.id, message).await {
            // Somebody who has gone elsewhere meanwhile must not find it as a draft again.
            Ok(_) if draft.text.try_get_untracked().is_none() => dom::remember(&key, None),
            Ok(_) => {}
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
