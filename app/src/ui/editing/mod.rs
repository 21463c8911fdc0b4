//! A text that a person edits while others may change it: what is typed is kept in this browser until it is saved, and saved
//! over the text that was edited and over no other. Never knows where texts are.

mod newer;

use futures::future::LocalBoxFuture;
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

pub use self::newer::Newer;
use super::{Call, browser, use_call};
use crate::error::{AppError, ErrorCode};

/// Something with a text that is read whole and saved whole.
pub trait Written: Clone + Send + Sync + 'static {
    /// What is in it.
    fn text(&self) -> &str;
    /// What a save names as its base; none if there is nothing yet.
    fn hash(&self) -> Option<&str>;
    /// Who wrote it, if that is known.
    fn by(&self) -> Option<&str>;
}

/// How something differs from one's own text.
#[derive(Clone, Debug)]
pub struct Difference<T> {
    /// As it is now.
    pub current: T,
    /// From that to one's own text, as HTML lines; empty if they are the same.
    pub html: String,
}

/// Saves a text over the one with this hash.
type Save<T> =
    Box<dyn Fn(String, Option<String>) -> LocalBoxFuture<'static, Result<T, AppError>> + Send + Sync>;
/// Holds a text against what is there now.
type Compare<T> =
    Box<dyn Fn(String) -> LocalBoxFuture<'static, Result<Difference<T>, AppError>> + Send + Sync>;

/// A text that was typed and not saved, with the hash of what it was typed over.
#[derive(Serialize, Deserialize)]
struct Draft {
    text: String,
    base: Option<String>,
}

/// A text that is being edited; cheap to copy.
pub struct Editing<T: Written> {
    key: StoredValue<String>,
    save: StoredValue<Save<T>>,
    compare: StoredValue<Compare<T>>,
    /// What is edited, as it was last read.
    pub file: RwSignal<T>,
    /// What is in the field.
    pub text: RwSignal<String>,
    /// How often the text in the field was put there by anything but typing.
    pub put: RwSignal<u32>,
    /// The hash of what the text was typed over.
    base: RwSignal<Option<String>>,
    /// How the file differs from the text, once it changed underneath.
    pub newer: RwSignal<Option<Difference<T>>>,
    /// The text that was put aside for that of another.
    pub aside: RwSignal<Option<String>>,
    /// Whether what was typed would outlive the page.
    pub kept: RwSignal<bool>,
    /// Where saves are made from.
    pub call: Call,
}

impl<T: Written> Clone for Editing<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Written> Copy for Editing<T> {}

/// Whether this browser keeps a text under this key that was not saved.
#[must_use]
pub fn is_kept(key: &str) -> bool {
    browser::recall(key).is_some()
}

impl<T: Written> Editing<T> {
    /// Begins with `file`, and with the text that this browser keeps under `key` if there is one.
    pub fn new(key: String, file: T, save: Save<T>, compare: Compare<T>) -> Self {
        let it = Self {
            save: StoredValue::new(save),
            compare: StoredValue::new(compare),
            text: RwSignal::new(file.text().to_owned()),
            put: RwSignal::new(0),
            base: RwSignal::new(file.hash().map(str::to_owned)),
            file: RwSignal::new(file),
            newer: RwSignal::new(None),
            aside: RwSignal::new(None),
            kept: RwSignal::new(true),
            call: use_call().inline(),
            key: StoredValue::new(key),
        };
        let draft = it.key.with_value(|key| browser::recall(key));
        if let Some(draft) = draft.and_then(|kept| serde_json::from_str::<Draft>(&kept).ok()) {
            it.text.set(draft.text);
            it.base.set(draft.base);
            it.look();
        }
        it
    }

    /// Whether something was typed that is not saved, tracked.
    pub fn dirty(self) -> bool {
        self.file.with(|file| self.text.with(|text| text != file.text()))
    }

    /// Takes what was typed.
    pub fn write(self, text: String) {
        self.text.set(text);
        self.keep();
    }

    fn keep(self) {
        let draft = Draft { text: self.text.get_untracked(), base: self.base.get_untracked() };
        let changed = self.file.with_untracked(|file| draft.text != file.text());
        let kept = changed.then(|| serde_json::to_string(&draft).ok()).flatten();
        self.kept.set(self.key.with_value(|key| browser::remember(key, kept.as_deref())));
    }

    /// Puts another text into the field.
    fn replace(self, text: String) {
        self.text.set(text);
        self.put.update(|put| *put += 1);
    }

    /// Takes what the file is now; the text stays if it is another.
    fn take(self, file: T) {
        self.base.set(file.hash().map(str::to_owned));
        self.newer.set(None);
        self.file.set(file);
        self.keep();
    }

    /// Saves the text; if the file is another than the one that was edited, shows the difference instead.
    pub fn save(self) {
        self.save_then(|| ());
    }

    /// The same, and `done` once it is saved.
    pub fn save_then(self, done: impl FnOnce() + 'static) {
        let (text, base) = (self.text.get_untracked(), self.base.get_untracked());
        let saving = self.save.with_value(|save| save(text, base));
        self.call.run(
            async move {
                match saving.await {
                    Err(error) if error.code == ErrorCode::Conflict => {
                        self.look();
                        Err(error)
                    }
                    done => done,
                }
            },
            move |file| {
                self.aside.set(None);
                self.take(file);
                done();
            },
        );
    }

    /// Saves this text over what was shown as the difference.
    pub fn save_over(self, difference: &Difference<T>) {
        self.base.set(difference.current.hash().map(str::to_owned));
        self.save();
    }

    /// Takes the other text and puts this one aside.
    pub fn take_theirs(self, difference: Difference<T>) {
        self.aside.set(Some(self.text.get_untracked()));
        self.replace(difference.current.text().to_owned());
        self.call.error.set(None);
        self.take(difference.current);
    }

    /// Takes back the text that was put aside.
    pub fn take_back(self) {
        if let Some(text) = self.aside.get_untracked() {
            self.aside.set(None);
            self.replace(text);
            self.keep();
        }
    }

    /// Forgets what was typed.
    pub fn discard(self) {
        self.replace(self.file.with_untracked(|file| file.text().to_owned()));
        self.newer.set(None);
        self.keep();
    }

    /// Asks how the file is now. Without a text of one's own it is taken, with one the difference is shown.
    pub fn look(self) {
        let text = self.text.get_untracked();
        let comparing = self.compare.with_value(|compare| compare(text));
        spawn_local(async move {
            let Ok(difference) = comparing.await else { return };
            let Some(base) = self.base.try_get_untracked() else { return };
            if difference.current.hash() == base.as_deref() {
                return;
            }
            if untrack(|| !self.dirty()) || difference.html.is_empty() {
                self.replace(difference.current.text().to_owned());
                self.take(difference.current);
            } else {
                self.newer.set(Some(difference));
            }
        });
    }

    /// Asks before the page is left with something that is not saved: it is kept, but another device does not see it.
    pub fn guard(self) {
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if untrack(|| self.dirty()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
    }
}
