//! What can be done with a worktree: its commits are brought into the base, and it is removed. A refusal is shown where it was
//! asked; what would be lost is said before it goes.

use leptos::prelude::*;

use super::{request::RequestForm, words::name};
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

/// What is asked of which worktree, in a dialog over the list: that may change meanwhile.
#[derive(Clone, Copy)]
pub struct Asking {
    of: RwSignal<Option<Worktree>>,
    bring: RwSignal<bool>,
    request: RwSignal<bool>,
    remove: RwSignal<bool>,
}

impl Asking {
    /// Nothing yet.
    #[must_use]
    pub fn nothing() -> Self {
        let closed = || RwSignal::new(false);
        Self { of: RwSignal::new(None), bring: closed(), request: closed(), remove: closed() }
    }

    fn ask(self, one: Worktree, open: RwSignal<bool>) {
        self.of.set(Some(one));
        open.set(true);
    }
}

/// The buttons of a worktree.
#[component]
pub(super) fn Acts(
    /// The worktree.
    one: Worktree,
    /// Where they ask.
    asking: Asking,
) -> impl IntoView {
    let ahead = one.standing.and_then(|standing| standing.ahead).unwrap_or_default() > 0;
    let can = one.state == WorktreeState::Ready && one.branch.is_some() && ahead;
    let has_place = one.id.is_some();
    let one = StoredValue::new(one);
    let ask = move |open: RwSignal<bool>| move |()| asking.ask(one.get_value(), open);
    view! {
        {can.then(|| view! {
            <Button icon=IconName::Fork on_click=ask(asking.bring)>"Bring back…"</Button>
        })}
        {(can && has_place).then(|| view! {
            <Button icon=IconName::ArrowUp on_click=ask(asking.request)>"Pull request…"</Button>
        })}
        <Button look=Look::Quiet icon=IconName::Trash on_click=ask(asking.remove)>"Remove…"</Button>
    }
    .into_any()
}

/// What the buttons ask.
#[component]
pub(super) fn Dialogs(
    /// Of which project.
    project: ProjectId,
    /// What is asked.
    asking: Asking,
    /// Asks for the list anew.
    again: Callback<()>,
) -> impl IntoView {
    let of = asking.of;
    let title = move || {
        of.with(|one| one.as_ref().map(|one| name(one.branch.as_deref(), &one.path))).unwrap_or_default()
    };
    let base = move || of.with(|one| one.as_ref()?.base.clone()).unwrap_or_default();
    let bring_title = Signal::derive(move || format!("Bring {} into {}", title(), base()));
    let request_title = Signal::derive(move || format!("Pull request of {}", title()));
    let remove_title = Signal::derive(move || format!("Remove {}?", title()));
    view! {
        <Dialog open=asking.bring title=bring_title>
            {of.get_untracked().map(|one| view! { <BringForm project=project one=one open=asking.bring again=again /> })}
        </Dialog>
        <Dialog open=asking.request title=request_title>
            {of.get_untracked().and_then(|one| {
                let uncommitted = one.standing.map_or(0, |standing| standing.uncommitted);
                one.id.map(|place| view! { <RequestForm place=place uncommitted=uncommitted open=asking.request /> })
            })}
        </Dialog>
        <Dialog open=asking.remove title=remove_title>
            {of.get_untracked().map(|one| view! { <RemoveForm project=project one=one open=asking.remove again=again /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn BringForm(project: ProjectId, one: Worktree, open: RwSignal<bool>, again: Callback<()>) -> impl IntoView {
    let (path, base) = (StoredValue::new(one.path), one.base.unwrap_or_default());
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
                "A conflict is told, and " <code>{base}</code> " stays as it was. Nothing is pushed."
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
fn RemoveForm(project: ProjectId, one: Worktree, open: RwSignal<bool>, again: Callback<()>) -> impl IntoView {
    let title = name(one.branch.as_deref(), &one.path);
    let path = StoredValue::new(one.path);
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
            "The directory goes, and the branch " <code>{title}</code>
            " if Roost made it with the worktree. Of files that git ignores, what goes into the trash has the first 200, up to 20 MB; directories such as node_modules are not kept."
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
