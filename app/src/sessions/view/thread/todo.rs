//! The agent's task list as a checklist: the latest whole, earlier ones only with what changed.

use leptos::prelude::*;

use crate::{
    sessions::{
        open::Node,
        thread::{Body, Change, StepState, Todo},
    },
    ui::{Icon, IconName},
};

/// A run of changes to the task list.
#[component]
pub fn TodoList(
    /// It.
    node: Node,
) -> impl IntoView {
    move || match node.body.get() {
        Body::Todo(todo) => draw(&todo),
        _ => ().into_any(),
    }
}

fn draw(todo: &Todo) -> AnyView {
    let (done, all) = todo.progress();
    if all == 0 {
        return ().into_any();
    }
    let shown = todo.after.iter().filter(|step| todo.latest || todo.change(step).is_some());
    let rows = shown.map(|step| {
        let change = todo.change(step);
        let (class, word) = match step.state {
            StepState::Pending => ("step", "to do"),
            StepState::Active => ("step active", "under way"),
            StepState::Done => ("step done", "done"),
        };
        let tag = match change {
            Some(Change::Added) => Some("new"),
            Some(Change::Moved) if step.state == StepState::Active => Some("started"),
            Some(Change::Moved) if step.state == StepState::Done => Some("done"),
            Some(Change::Moved) => Some("changed"),
            None => None,
        };
        view! {
            <li class=class>
                <span class="box" role="img" aria-label=word>
                    {(step.state == StepState::Done).then(|| view! { <Icon name=IconName::Check /> })}
                </span>
                <span class="grow">{step.subject.clone()}</span>
                {tag.filter(|_| todo.latest).map(|tag| view! { <span class="chip">{tag}</span> })}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <article class="todo" class:past=!todo.latest>
            <header>
                <Icon name=IconName::Task />
                <b>"Tasks"</b>
                <span class="faint num push">{format!("{done} of {all} done")}</span>
            </header>
            {(!rows.is_empty()).then(|| view! { <ul>{rows}</ul> })}
        </article>
    }
    .into_any()
}
