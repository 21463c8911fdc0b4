//! What the parts of a session's page share. Never changes anything by itself.

use leptos::prelude::*;

use crate::{
    ids::SessionId,
    projects::store::ProjectsStore,
    sessions::{
        model::{Session, Status},
        open::ThreadStore,
        store::SessionsStore,
    },
};

/// A fork or an edit that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkAt {
    /// The event to keep up to, or the own message to replace.
    pub seq: u64,
    /// What the dialog starts with.
    pub text: String,
    /// Whether an own message is replaced.
    pub edits: bool,
    /// Whether that is the first message, which needs no conversation to go on from.
    pub first: bool,
}

/// The session in view; cheap to copy.
#[derive(Clone, Copy)]
pub struct Here {
    /// Which.
    pub id: SessionId,
    /// Its card; none until it is known.
    pub card: Memo<Option<Session>>,
    /// Its history.
    pub thread: ThreadStore,
    /// The directory it works in; empty if that is not known.
    pub root: Memo<String>,
    /// What is being forked.
    pub fork: RwSignal<Option<ForkAt>>,
}

impl Here {
    /// Made once for a page, and put into context.
    #[must_use]
    pub fn provide(id: SessionId) -> Self {
        let sessions = expect_context::<SessionsStore>();
        let projects = expect_context::<ProjectsStore>();
        let card = Memo::new(move |_| sessions.card(id).map(|card| card.get()));
        let place = Memo::new(move |_| card.with(|card| card.as_ref().map(Session::place_id)));
        let root = Memo::new(move |_| {
            place.get().and_then(|place| projects.get(place)).map(|place| place.path).unwrap_or_default()
        });
        let here = Self { id, card, thread: sessions.thread, root, fork: RwSignal::new(None) };
        provide_context(here);
        here
    }

    /// One fact of the card; the default while the card is not known.
    pub fn fact<T: Default + PartialEq + Send + Sync + 'static>(&self, read: fn(&Session) -> T) -> Memo<T> {
        let card = self.card;
        Memo::new(move |_| card.with(|card| card.as_ref().map(read).unwrap_or_default()))
    }

    /// Its runtime state; `completed` while it is not known.
    #[must_use]
    pub fn status(&self) -> Memo<Status> {
        let card = self.card;
        Memo::new(move |_| card.with(|card| card.as_ref().map_or(Status::Completed, |card| card.status)))
    }
}

/// The session in view.
#[must_use]
pub fn here() -> Here {
    expect_context()
}
