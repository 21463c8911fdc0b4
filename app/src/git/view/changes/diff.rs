//! The change of one file that is not committed, with what can be done with its lines. Never changes the file by itself.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    acts::Acts,
    choice::{Chooser, keys},
    comments::Comments,
    cursor::{SaidLine, kept, line_keys},
    drafts::Drafts,
    hunk::{Hunk, Shown},
};
use crate::{
    files::model::escaped,
    git::{
        api,
        model::{ChangeGroup, WhichDiff},
        view::diff::{Change, LayoutSwitch, Piece, use_layout, use_pages},
    },
    ids::ProjectId,
};

/// A change of one file.
#[component]
pub fn Diff(
    /// Whose.
    project: ProjectId,
    /// Which.
    which: WhichDiff,
    /// What the list says it is like; asked for anew when that changes.
    version: Signal<String>,
    /// Whether there may be room for both sides beside each other.
    wide: bool,
    /// The comments on changes of the project.
    comments: Comments,
    /// What can be done with parts of it.
    #[prop(optional_no_strip)]
    acts: Option<Acts>,
) -> impl IntoView {
    let (image, drafts) = (address(project, &which), Drafts::of(project, &which));
    let which = StoredValue::new(which);
    let pages = use_pages(move |from| {
        version.with(|_| ());
        api::diff(project, which.get_value(), from)
    });
    let layout = use_layout(wide);
    let shown = Shown {
        which,
        chosen: RwSignal::new(BTreeSet::new()),
        anchor: StoredValue::new(None),
        cursor: RwSignal::new(None),
        region: NodeRef::new(),
        at: RwSignal::new(0),
        split: layout.split(),
        acts,
        comments,
        writing: RwSignal::new(None),
        drafts,
    };
    // What was being written when the page was left is gone on with.
    Effect::new(move |_| shown.writing.set(drafts.last().map(|last| last.about)));
    Effect::new(move |_| {
        pages.remote.value.track();
        shown.chosen.set(BTreeSet::new());
        shown.anchor.set_value(None);
        shown.cursor.update(|line| *line = pages.now.with_untracked(|diff| kept(diff.as_ref()?, (*line)?)));
    });
    keys(shown, pages.now);
    line_keys(shown, pages.now);
    let hunk = move |piece: Piece| view! { <Hunk shown=shown piece=piece /> }.into_any();
    view! {
        <div class="file-diff">
            <LayoutSwitch layout=layout />
            <Change pages=pages image=image hunk=hunk region=shown.region />
            <SaidLine shown=shown now=pages.now />
            <Chooser shown=shown now=pages.now />
        </div>
    }
    .into_any()
}

/// Where both sides of an image are, but for the side.
fn address(project: ProjectId, which: &WhichDiff) -> String {
    let group = match which.group {
        ChangeGroup::Staged => "staged",
        ChangeGroup::Changed => "changed",
        ChangeGroup::Untracked => "untracked",
        ChangeGroup::Conflicted => "conflicted",
    };
    let was = which.was.as_ref().map(|was| format!("&was={}", escaped(was))).unwrap_or_default();
    format!("/api/v1/projects/{project}/changes/image?path={}{was}&group={group}", escaped(&which.path))
}
