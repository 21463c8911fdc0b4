//! What can be done with a worktree: its commits are brought into the base, and it is removed. A refusal is shown where it was
//! asked; what would be lost is said before it goes.

use leptos::prelude::*;

use super::words::name;
use crate::{
    error::AppError,
    ids::ProjectId,
    ui::{Button, Call, Dialog, Field, IconName, Look, Segment, Segmented, TextInput, use_call},
    worktrees::{
        api,
        model::{Bring, BringBack, RemoveWorktree, Worktree, WorktreeState},
    },
};

const WAYS: [(&str, &str, Bring, &str); 3] = [
    ("merge", "Merge", Bring::Merge, "All of its commits, and one that merges them."),
    ("squash", "Squash", Bring::Squash, "One commit with all that they change."),
    ("rebase", "Rebase", Bring::Rebase, "Its commits, one by one on top of the base."),
];

/// The buttons with their dialogs.
#[component]
pub(super) fn Acts(
    /// Of which project.
    project: ProjectId,
    /// The worktree.
    one: Worktree,
    /// Asks for the list anew.
    again: Callback<()>,
) -> impl IntoView {
    let (bringing, removing) = (RwSignal::new(false), RwSignal::new(false));
    let title = name(one.branch.as_deref(), &one.path);
    let base = one.base.clone().unwrap_or_default();
    let ahead = one.standing.and_then(|standing| standing.ahead).unwrap_or_default() > 0;
    let can = one.state == WorktreeState::Ready && one.branch.is_some() && ahead;
    let (path, gone) = (StoredValue::new(one.path), StoredValue::new(title.clone()));
    let into = StoredValue::new(base.clone());
    view! {
        {can.then(|| view! {
            <Button icon=IconName::Fork on_click=move |()| bringing.set(true)>"Bring back…"</Button>
        })}
        <Button look=Look::Quiet icon=IconName::Trash on_click=move |()| removing.set(true)>"Remove…"</Button>
        <Dialog open=bringing title=format!("Bring {title} into {base}")>
            <BringForm project=project path=path base=into open=bringing again=again />
        </Dialog>
        <Dialog open=removing title=format!("Remove {title}?")>
            <RemoveForm project=project path=path name=gone open=removing again=again />
        </Dialog>
    }
    .into_any()
}

#[component]
fn BringForm(
    project: ProjectId,
    path: StoredValue<String>,
    base: StoredValue<String>,
    open: RwSignal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let call = use_call().inline();
    let (way, message) = (RwSignal::new(WAYS[0].0), RwSignal::new(String::new()));
    let chosen = move || WAYS.into_iter().find(|(key, ..)| *key == way.get()).unwrap_or(WAYS[0]);
    let segments = WAYS.map(|(key, words, ..)| Segment { key, words, icon: None });
    let bring = move || {
        let text = message.get_untracked().trim().to_owned();
        let (_, _, how, _) = untrack(chosen);
        let wish =
            BringBack { path: path.get_value(), how, message: Some(text).filter(|text| !text.is_empty()) };
        call.run(api::bring_back(project, wish), move |()| {
            open.set(false);
            again.run(());
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                bring();
            }
        >
            <Segmented label="How" segments=segments.to_vec() value=way on_change=move |key| way.set(key) />
            <p class="soft sm">{move || chosen().3}</p>
            <Show when=move || chosen().2 != Bring::Rebase>
                <Field label="Message (optional)">
                    <TextInput value=message placeholder="Made from the branch and its commits" />
                </Field>
            </Show>
            <p class="faint sm">
                "A conflict is told, and " <code>{base.get_value()}</code> " stays as it was. Nothing is pushed."
            </p>
            <Refusal call=call />
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=call.busy>"Bring back"</Button>
            </footer>
        </form>
    }
    .into_any()
}

#[component]
fn RemoveForm(
    project: ProjectId,
    path: StoredValue<String>,
    name: StoredValue<String>,
    open: RwSignal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let call = use_call().inline();
    let unsaved = |error: &AppError| error.details.as_deref() == Some("unsaved");
    let asks = Memo::new(move |_| call.error.with(|error| error.as_ref().is_some_and(unsaved)));
    let remove = Callback::new(move |()| {
        let wish = RemoveWorktree { path: path.get_value(), anyway: asks.get_untracked() };
        call.run(api::remove(project, wish), move |()| {
            open.set(false);
            again.run(());
        });
    });
    view! {
        <p>
            "The directory goes, and the branch " <code>{name.get_value()}</code>
            " if Roost made it with the worktree. Files that git ignores are not kept."
        </p>
        <Refusal call=call />
        <footer class="dialog-acts">
            <Button on_click=move |()| open.set(false)>"Cancel"</Button>
            <Button look=Look::Danger busy=call.busy on_click=remove>
                {move || if asks.get() { "Remove anyway, into the trash" } else { "Remove" }}
            </Button>
        </footer>
    }
    .into_any()
}

/// Why the last try was refused.
#[component]
fn Refusal(call: Call) -> impl IntoView {
    move || call.error.get().map(|error| view! { <p class="note failed" role="alert">{error.message}</p> })
}
