//! What the page hears of memories: that one was saved. The texts themselves are fetched by who shows them.

use leptos::prelude::*;

use crate::events::Push;

/// A cheap handle.
#[derive(Clone, Copy)]
pub struct MemoriesStore {
    /// How many saves were heard of, and the path of the last one.
    pub saved: RwSignal<(u32, String)>,
}

impl Default for MemoriesStore {
    fn default() -> Self {
        Self { saved: RwSignal::new((0, String::new())) }
    }
}

impl MemoriesStore {
    /// Takes a push in; those about other things change nothing.
    pub fn apply(self, push: &Push) {
        if let Push::Memory { path } = push {
            self.saved.update(|(count, last)| {
                *count += 1;
                last.clone_from(path);
            });
        }
    }
}
