//! The text being written to a session: kept on the server for every device, and in this browser until the server has it.
//! Another device's text is taken over only where nothing else is being written. Never sends a message.

use std::{future::Future, sync::Arc, time::Duration};

use futures::lock::Mutex;
use leptos::{prelude::*, task::spawn_local};

use super::here::Here;
use crate::{
    live::{Link, Live},
    sessions::{
        api,
        model::{PROMPT_MAX, SessionPatch},
    },
    ui::browser,
};

/// How long typing has to rest before the draft is saved.
const REST: Duration = Duration::from_millis(400);

/// The text being written; cheap to copy.
#[derive(Clone, Copy)]
pub struct Draft {
    here: Here,
    /// What is in the field.
    pub text: RwSignal<String>,
    round: StoredValue<u32>,
    // One request at a time: a draft that overtook its message would come back as a draft.
    turn: StoredValue<Arc<Mutex<()>>>,
}

impl Draft {
    /// What the server has, or what this browser kept while it could not save.
    #[must_use]
    pub fn new(here: Here) -> Self {
        let draft = Self {
            here,
            text: RwSignal::new(here.thread.draft.get_untracked()),
            round: StoredValue::new(0),
            turn: StoredValue::default(),
        };
        Effect::new(move |before: Option<String>| {
            let told = here.thread.draft.get();
            if before.is_some_and(|before| before == draft.text.get_untracked()) {
                draft.text.set(told.clone());
            }
            told
        });
        Effect::new(move |_| {
            if let Some(kept) = browser::recall(&draft.key()) {
                draft.write(kept);
            }
        });
        // What could not be saved while the server was away.
        let live = use_context::<Live>();
        Effect::new(move |_| {
            if live.is_some_and(|live| live.state.get() == Link::Online) {
                draft.save();
            }
        });
        // Who goes elsewhere while typing has not rested yet.
        on_cleanup(move || {
            if browser::recall(&draft.key()).is_some() {
                draft.save();
            }
        });
        draft
    }

    /// Takes what was typed, and saves it once typing rests.
    pub fn write(self, text: String) {
        browser::remember(&self.key(), Some(&text));
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

    /// The message is with the server, which has cleared the draft by itself.
    pub fn sent(self) {
        let _ = self.round.try_update_value(|round| *round += 1);
        self.forget();
        self.here.thread.draft.set(String::new());
        self.text.set(String::new());
    }

    /// Drops this browser's copy.
    pub fn forget(self) {
        browser::remember(&self.key(), None);
    }

    /// Waits for a draft that is being saved, and lets none be saved until this is done.
    pub async fn before<T>(self, sending: impl Future<Output = T>) -> T {
        let turn = self.turn.try_get_value().unwrap_or_default();
        let _turn = turn.lock().await;
        sending.await
    }

    fn key(self) -> String {
        format!("roost.draft.{}", self.here.id)
    }

    /// What is written, unless the server has it or is about to get it as a message.
    fn unsaved(self) -> Option<String> {
        let thread = self.here.thread;
        let sending =
            thread.outgoing.with_untracked(|out| out.as_ref().is_some_and(|out| out.failed.is_none()));
        let text = self.text.try_get_untracked()?;
        let known = thread.is(self.here.id) && thread.draft.with_untracked(|told| *told == text);
        (!sending && !known && text.len() <= PROMPT_MAX).then_some(text)
    }

    fn save(self) {
        let Some(text) = self.unsaved() else { return };
        spawn_local(async move {
            let saved = self.before(async {
                let text = if self.text.is_disposed() { text } else { self.unsaved()? };
                let patch = SessionPatch { draft: Some(text.clone()), ..SessionPatch::default() };
                // If not, it stays in this browser, and the next key or the server's return tries again.
                api::update(self.here.id, patch).await.ok().map(|_| text)
            });
            let saved = saved.await;
            if saved.is_some() && self.text.try_get_untracked().is_none_or(|now| Some(now) == saved) {
                self.forget();
            }
        });
    }
}
