//! What the page hears of files: that some changed in the project it watches. The files themselves are fetched by who shows them.

use leptos::prelude::*;

use super::model::Changed;
use crate::{events::Push, ids::ProjectId, live::Live};

/// A cheap handle.
#[derive(Clone, Copy)]
pub struct FilesStore {
    /// How often something was heard, of which project, and what.
    heard: RwSignal<(u32, Option<ProjectId>, Changed)>,
}

impl Default for FilesStore {
    fn default() -> Self {
        Self { heard: RwSignal::new((0, None, Changed::default())) }
    }
}

impl FilesStore {
    /// Takes a push in; those about other things change nothing.
    pub fn apply(self, push: Push) {
        if let Push::Files { project, changed } = push {
            self.hear(project, changed);
        }
    }

    /// Anything may have changed in this project: nobody listened for a while.
    pub fn missed(self, project: ProjectId) {
        self.hear(project, Changed { all: true, git: true, ..Changed::default() });
    }

    fn hear(self, project: ProjectId, changed: Changed) {
        self.heard.update(|heard| *heard = (heard.0 + 1, Some(project), changed));
    }
}

/// Watches a project while the caller is mounted, and calls `each` with whatever changes there.
pub fn use_changes(project: ProjectId, each: impl Fn(&Changed) + 'static) {
    let (Some(store), Some(live)) = (use_context::<FilesStore>(), use_context::<Live>()) else { return };
    let watching = StoredValue::new(false);
    Effect::new(move |before: Option<u32>| {
        if before.is_none() {
            live.watch(project);
            watching.set_value(true);
        }
        let (count, of, changed) = store.heard.get();
        if before.is_some_and(|before| before != count) && of == Some(project) {
            untrack(|| each(&changed));
        }
        count
    });
    on_cleanup(move || {
        if watching.try_get_value() == Some(true) {
            live.unwatch(project);
        }
    });
}
