//! What the parts of the list share: which change is open, and what can be done with changes.

use leptos::prelude::*;

use crate::git::model::{ChangeGroup, Chosen};

/// Which change is open: one at a time.
pub type Opened = RwSignal<Option<(String, ChangeGroup)>>;

/// What can be done with changes.
#[derive(Clone, Copy)]
pub struct Acts {
    /// Takes them into the index, or out of it.
    pub stage: Callback<Chosen>,
    /// Asks whether they shall be discarded.
    pub discard: Callback<Chosen>,
}

impl Acts {
    /// What discards changes of a group; none where that is not for here.
    pub(super) fn discards(self, group: ChangeGroup) -> Option<Callback<Chosen>> {
        matches!(group, ChangeGroup::Changed | ChangeGroup::Untracked).then_some(self.discard)
    }
}
