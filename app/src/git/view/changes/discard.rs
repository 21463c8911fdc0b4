//! The question before something is discarded, and the list of what was, from where it comes back.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    files::model::bytes_in_words,
    git::{
        api,
        model::{ChangeGroup, Chosen, Discarded},
    },
    ids::ProjectId,
    ui::{Button, Dialog, Empty, IconName, Look, RelativeTime, Toasts, use_call, use_remote, use_toasts},
};

/// Asks whether what is meant shall be discarded, and does it.
#[component]
pub(super) fn AskDiscard(
    /// Whose.
    project: ProjectId,
    /// What is meant.
    what: RwSignal<Option<Chosen>>,
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// Told when something was discarded or put back.
    changed: Callback<()>,
) -> impl IntoView {
    let (call, toasts) = (use_call(), use_toasts());
    let discard = move |()| {
        let Some(meant) = what.get_untracked() else { return };
        call.run(api::discard(project, meant), move |done| {
            open.set(false);
            changed.run(());
            let text = format!("Discarded {}. A copy is kept for a week.", named(&done));
            toasts.offer(text, "Undo", move || put_back(project, &done, toasts, changed));
        });
    };
    view! {
        <Dialog open=open title="Discard changes?">
            <p>{move || what.with(|what| what.as_ref().map(lost))}</p>
            <p class="faint sm">"A copy is kept for a week: “Discarded” puts it back, unless the file was changed since."</p>
            <footer class="dialog-acts">
                <Button look=Look::Quiet on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Danger busy=call.busy on_click=discard>"Discard"</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Puts something back from a note, which may be in view longer than the panel.
fn put_back(project: ProjectId, one: &Discarded, toasts: Toasts, changed: Callback<()>) {
    let id = one.id;
    spawn_local(async move {
        match api::put_back(project, id).await {
            Ok(()) => drop(changed.try_run(())),
            Err(error) => toasts.error(&error),
        }
    });
}

/// What is lost, in a sentence.
fn lost(what: &Chosen) -> String {
    let lines: u32 = what.lines.iter().map(|range| range.last - range.first + 1).sum();
    match (&what.path, what.group, lines) {
        (None, ChangeGroup::Untracked, _) => "All untracked files are deleted.".to_owned(),
        (None, ..) => "All changes that are not staged are lost.".to_owned(),
        (Some(path), _, 1) => format!("One line of {path} is as it was before."),
        (Some(path), _, 2..) => format!("{lines} lines of {path} are as they were before."),
        (Some(path), ChangeGroup::Untracked, _) => format!("{path} is deleted."),
        (Some(path), ..) => format!("The changes of {path} that are not staged are lost."),
    }
}

fn named(one: &Discarded) -> String {
    match one.files {
        0 | 1 => one.path.clone(),
        files => format!("{} and {} more", one.path, files - 1),
    }
}

/// What was discarded and can be put back.
#[component]
pub(super) fn DiscardedList(
    /// Whose.
    project: ProjectId,
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Told when something was put back.
    changed: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open=open title="Discarded">
            <Entries project=project changed=changed />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Entries(project: ProjectId, changed: Callback<()>) -> impl IntoView {
    let remote = use_remote(move || api::discarded(project));
    let call = use_call();
    let back = Callback::new(move |id| {
        call.run(api::put_back(project, id), move |()| {
            remote.reload();
            changed.run(());
        });
    });
    remote.show("Loading what was discarded", 2, move |all| {
        if all.is_empty() {
            return view! { <Empty icon=IconName::Check title="Nothing" text="What is discarded is kept here for a week." /> }
                .into_any();
        }
        let rows = all.into_iter().map(|one| {
            let id = one.id;
            let label = format!("Put back {}", named(&one));
            view! {
                <li class="discarded">
                    <span class="grow">
                        <code>{named(&one)}</code>
                        <span class="faint sm">{one.by.clone()} " · " <RelativeTime at=one.at /> " · " {bytes_in_words(one.bytes)}</span>
                    </span>
                    <Button label=label busy=call.busy on_click=move |()| back.run(id)>"Put back"</Button>
                </li>
            }
        });
        view! { <ul class="plain">{rows.collect_view()}</ul> }.into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::LineRange;

    #[test]
    fn the_question_names_what_is_lost() {
        let what = |group, path: Option<&str>, lines: &[(u32, u32)]| Chosen {
            group,
            path: path.map(str::to_owned),
            was: None,
            version: String::new(),
            lines: lines.iter().map(|&(first, last)| LineRange { first, last }).collect(),
        };
        for (what, words) in [
            (what(ChangeGroup::Untracked, None, &[]), "All untracked files are deleted."),
            (what(ChangeGroup::Untracked, Some("a"), &[]), "a is deleted."),
            (what(ChangeGroup::Changed, Some("a"), &[]), "The changes of a that are not staged are lost."),
            (
                what(ChangeGroup::Changed, Some("a"), &[(1, 1), (4, 5)]),
                "3 lines of a are as they were before.",
            ),
            (what(ChangeGroup::Changed, Some("a"), &[(4, 4)]), "One line of a is as it was before."),
        ] {
            assert_eq!(lost(&what), words);
        }
    }
}
