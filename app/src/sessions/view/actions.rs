//! What can be done with a session in its state: the same list for the buttons of the header, the menu of a phone and the
//! strip over the composer. Pure, apart from the one component that asks before a live session is put away.

use leptos::prelude::*;

use super::here::{Here, here};
use crate::{
    git::view::commits_in_words,
    projects,
    sessions::{
        api,
        model::{Act, Mode, Session, Status},
    },
    ui::{Button, Call, Dialog, Icon, IconName, Look, use_remote},
};

/// The words of an action.
#[must_use]
pub fn words(act: Act) -> &'static str {
    match act {
        Act::Interrupt => "Interrupt",
        Act::Stop => "Stop",
        Act::Complete => "Complete now",
        Act::Close => "Close",
        Act::Pin => "Pin as Session",
        Act::Resume => "Resume as Session",
        Act::Archive => "Archive",
        Act::Unarchive => "Take back from the archive",
    }
}

/// The picture of an action.
#[must_use]
pub fn icon(act: Act) -> IconName {
    match act {
        Act::Interrupt | Act::Stop => IconName::Stop,
        Act::Complete | Act::Close => IconName::Check,
        Act::Pin => IconName::Pin,
        Act::Resume => IconName::Play,
        Act::Archive => IconName::Archive,
        Act::Unarchive => IconName::Undo,
    }
}

/// What can be done now, the most likely first; archiving is not among them.
#[must_use]
pub fn possible(card: &Session) -> Vec<Act> {
    match (card.status, card.mode) {
        (Status::Queued, _) => vec![Act::Stop],
        (Status::Running, _) => vec![Act::Stop, Act::Interrupt],
        (Status::Idle, Mode::Job) => vec![Act::Pin, Act::Complete, Act::Stop],
        (Status::Idle, Mode::Session) => vec![Act::Close, Act::Stop],
        _ if card.claude_session_id.is_some() => vec![Act::Resume],
        _ => vec![],
    }
}

/// Does it, or asks first where work would be ended by the way.
pub fn run(here: Here, call: Call, act: Act, asking: RwSignal<bool>) {
    let live = here.card.with_untracked(|card| card.as_ref().is_some_and(|card| !card.status.is_finished()));
    if act == Act::Archive && live {
        asking.set(true);
    } else {
        call.run(api::act(here.id, act), |_| ());
    }
}

/// Asks before a live session is put away.
#[component]
pub fn ArchiveDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Where the answer goes.
    call: Call,
) -> impl IntoView {
    let id = here().id;
    let archive = move |()| {
        open.set(false);
        call.run(api::act(id, Act::Archive), |_| ());
    };
    view! {
        <Dialog open=open title="Archive a live session?">
            <p class="soft">"Its agent is stopped first. The conversation stays, and can be taken back and resumed."</p>
            <Unpushed />
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Keep it"</Button>
                <Button look=Look::Danger icon=IconName::Archive on_click=archive>"Stop and archive"</Button>
            </footer>
        </Dialog>
    }
}

/// What the project has that is nowhere else, as it is now.
#[component]
fn Unpushed() -> impl IntoView {
    let project = here().fact(|card| Some(card.project_id));
    let asked = use_remote(move || {
        let project = project.get();
        async move {
            match project {
                Some(project) => projects::api::get(project).await.map(|project| project.git),
                None => Ok(None),
            }
        }
    });
    move || {
        let git = asked.value.get()?.ok()??;
        let count = git.unpushed.filter(|count| *count > 0)?;
        let are = if count == 1 { "is" } else { "are" };
        let words = format!(
            "{} of {} {are} on no remote. Nothing of the directory is touched.",
            commits_in_words(count),
            git.branch
        );
        Some(view! {
            <p class="note waiting" role="status">
                <Icon name=IconName::Warning />
                <span>{words}</span>
            </p>
        })
    }
}
