//! One scheduled prompt: when it runs, what is said then, whose it is, and how it is deleted.

use leptos::prelude::*;

use crate::{
    ids::ProjectId,
    scheduled::{
        api,
        model::{Deletion, ScheduledTask},
    },
    time::Millis,
    ui::{Button, Chip, Dialog, IconName, Look, RelativeTime, use_call, use_now, use_toasts},
};

/// A line of the list.
#[component]
pub(super) fn Task(
    /// Whose.
    project: ProjectId,
    /// It.
    task: ScheduledTask,
    /// Called when it is gone.
    on_change: Callback<()>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let heading = task.words.clone().unwrap_or_else(|| task.cron.clone());
    let cron = task.words.is_some().then(|| view! { <code class="faint xs">{task.cron.clone()}</code> });
    let session = task.session.clone().map(|session| {
        view! {
            <span class="clip">
                "by "
                <a class="link" href=format!("/sessions/{}", session.id)>{session.name}</a>
            </span>
        }
    });
    let label = format!("Delete \u{201c}{heading}\u{201d}");
    let (times, deleting) = (task.clone(), task.clone());
    view! {
        <li class="scheduled-task" class:off=!task.awake>
            <div class="row scheduled-head">
                <strong class="grow">{heading}</strong>
                <Chip>{if task.recurring { "Recurring" } else { "Once" }}</Chip>
                <Chip>{if task.durable { "Durable" } else { "Session" }}</Chip>
                <Button look=Look::Quiet icon=IconName::Trash label=label on_click=move |()| asked.set(true) />
            </div>
            <p class="scheduled-prompt">{task.prompt}</p>
            <p class="row soft xs scheduled-times">
                <Times task=times />
                {session}
                {cron}
            </p>
            <Delete project=project task=deleting open=asked on_change=on_change />
        </li>
    }
    .into_any()
}

/// Next run, last run, and how long it is kept.
#[component]
fn Times(task: ScheduledTask) -> impl IntoView {
    let now = use_now();
    let ScheduledTask { awake, durable, next_at, last_at, expires_at, .. } = task;
    let next = move || match (next_at, awake) {
        (None, _) => "no next run can be told".to_owned(),
        (Some(next), true) if next <= now.get() => "due now".to_owned(),
        (Some(next), true) => format!("next in {}", until(next, now.get())),
        (Some(_), false) if durable => "runs once an agent is at work here".to_owned(),
        (Some(_), false) => "comes back when its session is resumed".to_owned(),
    };
    let last = last_at.map(|last| view! { <span>"last " <RelativeTime at=last ago=true /></span> });
    let expires = expires_at.map(|at| {
        let words = move || match at.0 - now.get().0 {
            ..=0 => "expired".to_owned(),
            _ => format!("expires in {}", until(at, now.get())),
        };
        view! { <span>{words}</span> }
    });
    view! {
        <span class="num">{next}</span>
        {last}
        {expires}
    }
    .into_any()
}

fn until(at: Millis, now: Millis) -> String {
    match now.ago(at) {
        words if words == "now" => "less than a minute".to_owned(),
        words => words,
    }
}

/// Asks before it is deleted, and says who does it.
#[component]
fn Delete(
    /// Whose.
    project: ProjectId,
    /// What.
    task: ScheduledTask,
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// Called when it is gone.
    on_change: Callback<()>,
) -> impl IntoView {
    let call = use_call();
    let toasts = use_toasts();
    let id = StoredValue::new(task.id);
    let said = if task.durable {
        "It is taken out of the project\u{2019}s file, and no agent runs it any more."
    } else {
        "It belongs to a session, and only its agent can delete it: it is asked to in a message, which costs a turn."
    };
    let act = if task.durable { "Delete" } else { "Ask the agent" };
    let delete = move |()| {
        call.run(api::delete(project, id.get_value()), move |deletion| {
            open.set(false);
            match deletion {
                Deletion::Deleted => on_change.run(()),
                Deletion::Asked => toasts.say("The agent was asked to delete it."),
            }
        });
    };
    view! {
        <Dialog open=open title="Delete this task?">
            <p class="scheduled-prompt">{task.prompt.clone()}</p>
            <p class="soft">{said}</p>
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Keep it"</Button>
                <Button look=Look::Danger busy=call.busy on_click=delete>{act}</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
