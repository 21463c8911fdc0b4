//! The panel: everything that agents of the project scheduled, what runs next first.

use leptos::prelude::*;

use super::task::Task;
use crate::{
    files::store::use_changes,
    ids::ProjectId,
    scheduled::{api, model::Schedule},
    sessions::{model::Session, store::SessionsStore},
    ui::{Button, Empty, Icon, IconName, Look, Words, use_now, use_remote},
};

/// What agents of a project scheduled.
#[component]
pub fn ScheduledPanel(
    /// Whose.
    project: ProjectId,
) -> impl IntoView {
    let store = expect_context::<SessionsStore>();
    // What a session scheduled is part of the background work that its card counts; what is durable is in a file. When it runs
    // next moves by itself, so it is asked with the clock too.
    let background = Memo::new(move |_| {
        let ids = store.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
        let here = |card: &Session| card.project_id == project || card.place_id() == project;
        let work = |card: &Session| here(card).then_some((card.id, card.status, card.background));
        ids.into_iter().filter_map(|id| store.card(id)?.with(work)).collect::<Vec<_>>()
    });
    let now = use_now();
    let remote = use_remote(move || {
        background.with(|_| ());
        now.track();
        api::list(project)
    });
    use_changes(project, move |_| remote.reload());
    let again = Callback::new(move |()| remote.reload());
    let list = remote.show("Loading scheduled work", 4, move |schedule| {
        view! { <List project=project schedule=schedule on_change=again /> }
    });
    view! { <div class="scheduled scroll">{list}</div> }.into_any()
}

#[component]
fn List(
    /// Whose.
    project: ProjectId,
    /// All there is.
    schedule: Schedule,
    /// Asks for it anew.
    on_change: Callback<()>,
) -> impl IntoView {
    let Schedule { tasks, trouble } = schedule;
    let trouble = trouble.map(|trouble| {
        view! {
            <p class="scheduled-trouble" role="alert">
                <Icon name=IconName::Warning />
                <span><Words text=trouble /></span>
            </p>
        }
    });
    let sum = match (tasks.len(), tasks.iter().filter(|task| task.awake).count()) {
        (0, _) => None,
        (1, 1) => Some("One task, and its agent is there to run it.".to_owned()),
        (1, _) => Some("One task, and no agent is there to run it.".to_owned()),
        (all, awake) if all == awake => Some(format!("{all} tasks, and their agents are there to run them.")),
        (all, 0) => Some(format!("{all} tasks, and no agent is there to run them.")),
        (all, awake) => Some(format!("{all} tasks; an agent is there to run {awake} of them.")),
    };
    let bar = sum.map(|sum| {
        view! {
            <div class="scheduled-bar">
                <p class="soft sm grow">{sum}</p>
                <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| on_change.run(()) />
            </div>
        }
    });
    let empty = (tasks.is_empty() && trouble.is_none()).then(|| {
        view! {
            <Empty
                icon=IconName::Clock
                title="Nothing is scheduled"
                text="Ask an agent to do something later or again and again, such as \u{201c}look at the build every morning\u{201d}. What it schedules is listed here."
            />
        }
    });
    view! {
        {trouble}
        {bar}
        {empty}
        <ul class="scheduled-list" role="list">
            {tasks.into_iter().map(|task| view! { <Task project=project task=task on_change=on_change /> }).collect_view()}
        </ul>
    }
    .into_any()
}
