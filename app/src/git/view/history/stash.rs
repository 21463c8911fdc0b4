//! What was put aside, the one that is looked at, and the ways to put aside and to bring back. A stash that is dropped can be
//! brought back at once.

use leptos::{ev::SubmitEvent, prelude::*};

use super::shown_stash::ShownStash;
use crate::{
    git::{
        model::{
            log::StashEntry,
            run::{Command, OneStash},
        },
        run_api,
        view::run::Desk,
    },
    ids::ProjectId,
    ui::{Button, Check, Empty, Field, IconName, Look, RelativeTime, TextInput, use_remote},
};

/// The stashes of a project.
#[component]
pub fn Stashes(
    /// Whose.
    project: ProjectId,
    /// Where git is told.
    desk: Desk,
    /// Asked anew whenever this changes.
    anew: RwSignal<u32>,
    /// Whether somebody trusted the project.
    trusted: Memo<bool>,
) -> impl IntoView {
    let remote = use_remote(move || {
        anew.with(|_| ());
        run_api::stashes(project)
    });
    let open = RwSignal::new(None::<StashEntry>);
    // What is gone is looked at no longer.
    Effect::new(move |_| {
        let gone = remote.value.with(|all| {
            let Some(Ok(all)) = all else { return false };
            open.with_untracked(|open| open.as_ref().is_some_and(|open| !all.contains(open)))
        });
        if gone {
            open.set(None);
        }
    });
    let draw = remote.show("Loading what was put aside", 3, move |all: Vec<StashEntry>| {
        if all.is_empty() {
            return view! { <Empty icon=IconName::Archive title="Nothing is put aside" /> }.into_any();
        }
        let rows =
            all.into_iter().map(|stash| view! { <Line desk=desk stash=stash open=open trusted=trusted /> });
        view! { <div class="stack-tight">{rows.collect_view()}</div> }.into_any()
    });
    view! {
        <div class="history-body">
            <div class="scroll history-list">
                <Show when=move || trusted.get()><PutAside desk=desk /></Show>
                {draw}
            </div>
            {move || open.get().map(|stash| view! { <ShownStash project=project stash=stash on_close=move |()| open.set(None) /> })}
        </div>
    }
    .into_any()
}

#[component]
fn PutAside(desk: Desk) -> impl IntoView {
    let (message, untracked) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let message = std::mem::take(&mut *message.write());
        desk.start(Command::Stash { message, untracked: untracked.get_untracked() });
    };
    view! {
        <form class="stack stash-form" on:submit=submit>
            <Field label="Put changes aside" hint="What they are; may be left empty.">
                <TextInput value=message />
            </Field>
            <Check value=untracked words="New files too" about="Files that git does not know go along." />
            <div><Button icon=IconName::Archive submit=true busy=desk.busy()>"Stash"</Button></div>
        </form>
    }
    .into_any()
}

#[component]
fn Line(
    desk: Desk,
    stash: StashEntry,
    open: RwSignal<Option<StashEntry>>,
    trusted: Memo<bool>,
) -> impl IntoView {
    let own = StoredValue::new(stash.clone());
    let on = Memo::new(move |_| open.with(|open| own.with_value(|own| open.as_ref() == Some(own))));
    let StashEntry { id, at, message } = stash;
    let busy = desk.busy();
    let send = move |command: Command| move |()| desk.start(command.clone());
    let apply = Command::Unstash { id: id.clone(), keep: true };
    let pop = Command::Unstash { id: id.clone(), keep: false };
    let forget = Command::DropStash(OneStash { id, message: message.clone() });
    let acts = move || {
        let (apply, pop, forget) = (apply.clone(), pop.clone(), forget.clone());
        trusted.get().then(|| {
            view! {
                <Button look=Look::Quiet busy=busy on_click=send(apply)>"Apply"</Button>
                <Button look=Look::Quiet busy=busy on_click=send(pop)>"Pop"</Button>
                <Button look=Look::Quiet busy=busy on_click=send(forget)>"Drop"</Button>
            }
        })
    };
    view! {
        <div class="file-row">
            <button
                type="button"
                class="log-row"
                class:on=on
                title=message
                aria-expanded=move || if on.get() { "true" } else { "false" }
                on:click=move |_| open.set((!on.get_untracked()).then(|| own.get_value()))
            >
                <span class="grow clip">{message.clone()}</span>
                <span class="faint xs"><RelativeTime at=at ago=true /></span>
            </button>
            {acts}
        </div>
    }
    .into_any()
}
