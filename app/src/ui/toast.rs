//! Short notes at the edge of the page that go by themselves. Never the only place where something important is said.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;

use super::{Button, Icon, IconName, Look, Words};
use crate::error::AppError;

/// What a note offers to do: its words, and itself. No `Callback`, which ends with the view that made it.
type Offer = (&'static str, Arc<dyn Fn() + Send + Sync>);

#[derive(Clone)]
struct Toast {
    id: u32,
    bad: bool,
    text: String,
    offer: Option<Offer>,
}

/// Where notes are put; a cheap handle.
#[derive(Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// The page's notes.
#[must_use]
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

impl Toasts {
    /// No notes yet.
    #[must_use]
    pub fn new() -> Self {
        Self { all: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Says that something went well; gone after five seconds.
    pub fn say(self, text: impl Into<String>) {
        self.put(false, text.into(), None);
    }

    /// Says that something was refused; gone after twelve seconds.
    pub fn error(self, error: &AppError) {
        self.put(true, error.message.clone(), None);
    }

    /// Says that something went well, with a way to do something about it; gone after twelve seconds.
    pub fn offer(self, text: impl Into<String>, words: &'static str, act: impl Fn() + Send + Sync + 'static) {
        self.put(false, text.into(), Some((words, Arc::new(act))));
    }

    fn put(self, bad: bool, text: String, offer: Option<Offer>) {
        let Some(id) = self.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        let stay = Duration::from_secs(if bad || offer.is_some() { 12 } else { 5 });
        self.all.update(|all| {
            // The same refusal twice is one note, and a flood of them never covers the page.
            all.retain(|toast| toast.text != text);
            all.push(Toast { id, bad, text, offer });
            let surplus = all.len().saturating_sub(4);
            all.drain(..surplus);
        });
        set_timeout(move || self.drop(id), stay);
    }

    fn drop(self, id: u32) {
        let _ = self.all.try_update(|all| all.retain(|toast| toast.id != id));
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the notes appear; once in the page.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.all.get() key=|toast| toast.id let:toast>
                <div class="toast" class:bad=toast.bad>
                    <Icon name=if toast.bad { IconName::Warning } else { IconName::Check } />
                    <span class="grow">
                        <Words text=toast.text />
                    </span>
                    {toast.offer.map(|(words, act)| {
                        let take = move |()| {
                            toasts.drop(toast.id);
                            act();
                        };
                        view! { <Button on_click=take>{words}</Button> }
                    })}
                    <Button
                        look=Look::Quiet
                        icon=IconName::Close
                        label="Dismiss"
                        on_click=move |()| toasts.drop(toast.id)
                    />
                </div>
            </For>
        </div>
    }
    .into_any()
}
