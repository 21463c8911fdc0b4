//! What is beside the thread: a tab for each side of the place that the session works in, its project or its worktree, and the facts about the session. Never what is in
//! a tab.

use leptos::prelude::*;

use super::{details::Details, here::here, words::inside};
use crate::{
    files::{store::use_changes, view::FilesPanel},
    git::view::{Changes, Touched},
    ids::{ProjectId, TerminalId},
    memories::view::MemoryPanel,
    previews::view::PreviewsPanel,
    scheduled::view::ScheduledPanel,
    sessions::{api, model::Status},
    terminals::{store::TerminalsStore, view::Workspace},
    ui::{Button, IconName, Look, Tab, Tabs, use_remote},
};

/// A tab: its key, its words and what is in it.
type Part = (&'static str, &'static str, fn(Shown) -> AnyView);

/// Every tab. The first one is in view at first.
const PARTS: &[Part] = &[
    (CHANGES, "Changes", |shown| view! { <ChangesHere shown=shown /> }.into_any()),
    ("files", "Files", |shown| view! { <FilesPanel project=shown.project path=shown.file /> }.into_any()),
    ("terminals", "Terminals", |shown| view! { <Terminals shown=shown /> }.into_any()),
    ("memory", "Memory", |shown| view! { <MemoryPanel project=shown.project /> }.into_any()),
    ("scheduled", "Scheduled", |shown| view! { <ScheduledPanel project=shown.project /> }.into_any()),
    ("preview", "Preview", |shown| view! { <PreviewsPanel project=shown.project /> }.into_any()),
    ("details", "Details", |_| view! { <Details /> }.into_any()),
];
const CHANGES: &str = "changes";

/// What the tabs are told.
#[derive(Clone, Copy)]
struct Shown {
    /// The session's project, or its worktree.
    project: ProjectId,
    /// Takes how many files are changed.
    changed: RwSignal<Option<u64>>,
    /// Which file is in view; it stays so while another tab is.
    file: RwSignal<Option<String>>,
    /// Which terminal is in view; it stays so while another tab is.
    terminal: RwSignal<Option<TerminalId>>,
}

/// The column, which is a drawer where there is no room beside the thread.
#[component]
pub fn Inspector(
    /// Whether the drawer is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let tab = RwSignal::new(CHANGES);
    let (changed, file, terminal) = (RwSignal::new(None::<u64>), RwSignal::new(None), RwSignal::new(None));
    let tabs = PARTS.iter().map(|&(key, words, _)| {
        let count = if key == CHANGES { changed.into() } else { Signal::default() };
        Tab { key, words, count }
    });
    let project = here().fact(|card| Some(card.place_id()));
    let part = move || {
        let shown = Shown { project: project.get()?, changed, file, terminal };
        let (.., draw) = PARTS.iter().find(|(key, ..)| *key == tab.get())?;
        Some(draw(shown))
    };
    view! {
        <aside class="side" aria-label="Inspector">
            <header class="bar">
                <Tabs tabs=tabs.collect() active=tab label="Inspector" />
                <span class="grow"></span>
                <Button
                    look=Look::Quiet
                    icon=IconName::Close
                    label="Close the inspector"
                    class="side-toggle"
                    on_click=move |()| open.set(false)
                />
            </header>
            {part}
        </aside>
    }
}

/// The changed files of the place, with a mark on those that the session touched. Asked for anew when files change on the disk,
/// and when a turn begins or ends.
#[component]
fn ChangesHere(shown: Shown) -> impl IntoView {
    let here = here();
    let status = here.status();
    let running = Memo::new(move |_| status.get() == Status::Running);
    let before = use_remote(move || {
        running.with(|_| ());
        api::touched(here.id)
    });
    let files = RwSignal::new(0_u32);
    use_changes(shown.project, move |_| files.update(|files| *files = files.wrapping_add(2)));
    let touched = Memo::new(move |_| {
        let root = here.root.get();
        // What the page has is newer, what the server told is all that was before.
        let before = before.value.with(|all| all.as_ref().and_then(|all| all.as_ref().ok().cloned()));
        let mut touched = Touched::new();
        for file in before.into_iter().flatten().chain(here.thread.touched()) {
            let how = touched.entry(inside(&file.path, &root).to_owned()).or_insert(file.how);
            *how = file.how.max(*how);
        }
        touched
    });
    let anew = Signal::derive(move || files.get() + u32::from(running.get()));
    view! { <Changes project=shown.project count=shown.changed touched=touched session=here.id anew=anew /> }
}

/// The terminals of the place.
#[component]
fn Terminals(shown: Shown) -> impl IntoView {
    let (store, chosen) = (expect_context::<TerminalsStore>(), shown.terminal);
    // The one that was chosen, as long as it is there.
    let at = Memo::new(move |_| {
        let all = store.of(shown.project);
        chosen.get().filter(|id| all.contains(id)).or_else(|| all.first().copied())
    });
    let choose = Callback::new(move |id| chosen.set(Some(id)));
    view! { <Workspace project=shown.project chosen=at on_choose=choose /> }
}
