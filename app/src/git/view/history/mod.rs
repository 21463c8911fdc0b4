//! The page of `/projects/:id/history`: what was committed, what was put aside, and the branches beside each other. Frames
//! them; each has a file of its own.

pub mod blame;
pub mod change;
pub mod compare;
pub mod log;
pub mod shown_commit;
pub mod shown_stash;
pub mod stash;

use leptos::prelude::*;

use self::{compare::BranchesHere, log::Log, stash::Stashes};
use super::run::{LastRun, use_desk};
use crate::{
    ids::ProjectId,
    projects::{store::ProjectsStore, view::ProjectPanel},
    ui::{Segment, Segmented},
};

const LOG: &str = "log";
const STASHES: &str = "stashes";
const BRANCHES: &str = "branches";

/// The page.
#[component]
pub fn HistoryPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfProject id=id /> }.into_any() /> }
}

#[component]
fn OfProject(id: ProjectId) -> impl IntoView {
    let store = expect_context::<ProjectsStore>();
    let part = RwSignal::new(LOG);
    let anew = RwSignal::new(0_u32);
    let desk = use_desk(id, Callback::new(move |_| anew.update(|anew| *anew += 1)));
    let trusted = Memo::new(move |_| store.get(id).is_some_and(|project| project.trust.is_some()));
    let segment = |key, words| Segment { key, words, icon: None };
    let segments = vec![segment(LOG, "Log"), segment(STASHES, "Stashes"), segment(BRANCHES, "Branches")];
    let shown = move || match part.get() {
        STASHES => view! { <Stashes project=id desk=desk anew=anew trusted=trusted /> }.into_any(),
        BRANCHES => view! { <BranchesHere project=id desk=desk anew=anew trusted=trusted /> }.into_any(),
        _ => view! { <Log project=id anew=anew /> }.into_any(),
    };
    view! {
        <div class="history">
            <div class="row history-bar">
                <Segmented label="What of the history" segments=segments value=part on_change=move |key| part.set(key) />
            </div>
            <div class="history-run"><LastRun desk=desk /></div>
            {shown}
        </div>
    }
}
