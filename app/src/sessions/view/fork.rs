//! The dialog that forks: go on from an answer, or put one's own message differently. Both make a new session; this one
//! stays as it is.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    here::{ForkAt, here},
    images::{Browse, Images, Previews},
};
use crate::{
    sessions::{
        api,
        model::{Fork, Status},
    },
    ui::{Button, Dialog, Icon, IconName, Look, use_call},
};

/// Why this cannot be forked now; none if it can.
fn refusal(at: &ForkAt, status: Status, resumable: bool) -> Option<&'static str> {
    match status {
        Status::Running | Status::Queued => Some("Wait until the turn has ended, or stop it first."),
        _ if resumable || (at.edits && at.first) => None,
        _ => Some("The agent never confirmed this conversation, so there is none to go on from."),
    }
}

/// The dialog, shown while something is being forked.
#[component]
pub fn ForkDialog() -> impl IntoView {
    let here = here();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(here.fork.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let is_open = open.get();
        if before == Some(true) && !is_open {
            here.fork.set(None);
        }
        is_open
    });
    let title = Signal::derive(move || {
        let edits = here.fork.with(|at| at.as_ref().is_some_and(|at| at.edits));
        if edits { "Edit and resend".to_owned() } else { "Fork from here".to_owned() }
    });
    view! {
        <Dialog open=open title=title wide=true>
            {move || here.fork.get().map(|at| view! { <Form at=at /> })}
        </Dialog>
    }
}

#[component]
fn Form(
    /// What is forked.
    at: ForkAt,
) -> impl IntoView {
    let here = here();
    let call = use_call().inline();
    let images = Images::none();
    let text = RwSignal::new(at.text.clone());
    let field = NodeRef::<html::Textarea>::new();
    let navigate = StoredValue::new(use_navigate());
    let status = here.status();
    let resumable = here.fact(|card| card.claude_session_id.is_some());
    let (seq, edits, first) = (at.seq, at.edits, at.first);
    let refused = Memo::new(move |_| refusal(&at, status.get(), resumable.get()));
    let can = move || refused.get().is_none() && text.with(|text| !text.trim().is_empty());
    let send = move || {
        if !can() {
            return;
        }
        let fork = Fork { seq, prompt: text.get_untracked(), images: images.to_send() };
        call.run(api::fork(here.id, fork), move |session| {
            here.fork.set(None);
            navigate.with_value(|navigate| {
                navigate(&format!("/sessions/{}", session.id), NavigateOptions::default());
            });
        });
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let about = match (edits, first) {
        (true, true) => "This starts a new session with your changed message. This one stays as it is.",
        (true, false) => {
            "This makes a new session that knows everything before this message, and gets your changed one instead. This session stays as it is."
        }
        (false, _) => {
            "This makes a new session that knows everything up to here, and goes on with what you write. This session stays as it is."
        }
    };
    view! {
        <p class="soft sm">{about}</p>
        <p class="note">
            <Icon name=IconName::Info />
            <span>"Files on disk stay as they are now: what the agent changed since then is not undone."</span>
        </p>
        <div
            class="stack"
            on:dragover=move |event| images.drag(&event)
            on:drop=move |event| images.drop(&event)
        >
            <textarea
                class="input prompt-text"
                rows="6"
                node_ref=field
                autofocus
                aria-label="Message"
                placeholder="What should the new session do?"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=keys
                on:paste=move |event| {
                    if images.take(&event) {
                        event.prevent_default();
                    }
                }
            ></textarea>
            <Previews images=images />
        </div>
        {move || {
            let why = refused.get().map(str::to_owned).or_else(|| call.error.get().map(|error| error.message));
            why.map(|why| view! { <p class="field-error" role="alert">{why}</p> })
        }}
        <footer class="dialog-acts">
            <Browse images=images id="fork-files" />
            <span class="grow"></span>
            <Button on_click=move |()| here.fork.set(None)>"Cancel"</Button>
            <Button look=Look::Primary icon=IconName::Fork key="Ctrl ↵" busy=call.busy disabled=Signal::derive(move || !can()) on_click=move |()| send()>
                "Start the fork"
            </Button>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_needs_a_conversation_at_rest() {
        let at = |edits, first| ForkAt { seq: 1, text: String::new(), edits, first };
        for (at, status, resumable, can) in [
            (at(false, false), Status::Idle, true, true),
            (at(false, false), Status::Running, true, false),
            (at(false, false), Status::Failed, false, false),
            (at(true, true), Status::Failed, false, true),
            (at(true, true), Status::Queued, false, false),
            (at(true, false), Status::Completed, false, false),
        ] {
            assert_eq!(refusal(&at, status, resumable).is_none(), can, "{at:?} {status:?}");
        }
    }
}
