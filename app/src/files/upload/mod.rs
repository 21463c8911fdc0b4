//! Files on their way to the server: chosen or dropped, sent one after the other, and a question for each whose name is taken. On
//! the server there are none. Never shows anything.

#[cfg(feature = "hydrate")]
mod real;

use leptos::{
    prelude::*,
    web_sys::{DragEvent, HtmlInputElement},
};

use super::model::Clash;
use crate::{ids::ProjectId, ui::Toasts};

/// What is under way; cheap to copy.
#[derive(Clone, Copy)]
pub struct Uploads {
    /// Where to.
    pub project: ProjectId,
    /// The file that is sent: its path, its size, and how much of it is on its way.
    pub now: RwSignal<Option<(String, u64, u64)>>,
    /// How many wait behind it.
    pub waiting: RwSignal<usize>,
    /// The path whose name is taken.
    pub asked: RwSignal<Option<String>>,
    /// How many have arrived.
    pub arrived: RwSignal<u32>,
    /// Where what is refused is said.
    pub toasts: Toasts,
}

impl Uploads {
    /// None yet.
    #[must_use]
    pub fn new(project: ProjectId, toasts: Toasts) -> Self {
        Self {
            project,
            now: RwSignal::new(None),
            waiting: RwSignal::new(0),
            asked: RwSignal::new(None),
            arrived: RwSignal::new(0),
            toasts,
        }
    }

    /// Sends what was chosen in a field, into this folder.
    pub fn choose(self, folder: &str, field: &HtmlInputElement) {
        #[cfg(feature = "hydrate")]
        real::choose(self, folder, field);
        #[cfg(not(feature = "hydrate"))]
        let _ = (folder, field);
    }

    /// Sends what was dropped, into this folder.
    pub fn drop(self, folder: &str, event: &DragEvent) {
        #[cfg(feature = "hydrate")]
        real::drop(self, folder, event);
        #[cfg(not(feature = "hydrate"))]
        let _ = (folder, event);
    }

    /// Answers for a name that is taken, and for all that follow if `all`; none is "not this one".
    pub fn answer(self, clash: Option<Clash>, all: bool) {
        self.asked.set(None);
        #[cfg(feature = "hydrate")]
        real::answer(clash, all);
        #[cfg(not(feature = "hydrate"))]
        let _ = (clash, all);
    }
}
