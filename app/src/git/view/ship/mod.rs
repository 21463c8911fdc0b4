//! What is done with changes once they are right: commit, pull, push, and the ways on from a merge or rebase. Stands below the
//! list of files, and says nothing of the files themselves.

pub mod commit;
pub mod draft;
pub mod remote;

use leptos::prelude::*;

use self::{
    commit::{CommitBox, use_draft},
    remote::Sync,
};
use super::run::{Desk, LastRun, use_desk};
use crate::{
    error::AppError,
    git::{
        model::{
            Changes, Operation,
            run::{Command, Step},
        },
        run_api,
    },
    ids::ProjectId,
    ui::{Button, Dialog, Look, use_remote},
};

/// The foot of the changes; nothing outside a repository that somebody trusted.
#[component]
pub fn Ship(
    /// Whose.
    project: ProjectId,
    /// The changes as they are shown.
    changes: RwSignal<Option<Result<Changes, AppError>>>,
    /// Whether somebody trusted the project.
    trusted: Memo<bool>,
    /// Told when the changes may be others.
    #[prop(into)]
    on_change: Callback<()>,
) -> impl IntoView {
    let here = Memo::new(move |_| trusted.get() && known(changes, |known| known.git.is_some()));
    view! {
        <Show when=move || here.get()>
            <Foot project=project changes=changes on_change=on_change />
        </Show>
    }
    .into_any()
}

#[component]
fn Foot(
    project: ProjectId,
    changes: RwSignal<Option<Result<Changes, AppError>>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let draft = use_draft(project);
    let again = RwSignal::new(0_u32);
    // Asked anew with the changes, and when a run has ended.
    let anew = move || {
        changes.with(|_| ());
        again.with(|_| ());
    };
    let start = use_remote(move || {
        anew();
        run_api::commit_start(project)
    });
    let remotes = use_remote(move || {
        anew();
        run_api::remotes(project)
    });
    let ended = move |(command, ok): (Command, bool)| {
        if ok && matches!(command, Command::Commit(_)) {
            draft.clear();
            // Nothing is amended before it is known what is the last one now.
            start.value.set(None);
        }
        again.update(|again| *again += 1);
        on_change.run(());
    };
    let desk = use_desk(project, Callback::new(ended));
    let counts = Memo::new(move |_| known(changes, |known| known.counts));
    let under_way = Memo::new(move |_| known(changes, |known| known.under_way.map(|one| one.what)));
    let sync = move || {
        let known = remotes.value.get()?.ok()?;
        Some(view! { <Sync desk=desk known=known /> })
    };
    view! {
        <section class="ship" aria-label="Commit and push">
            <LastRun desk=desk />
            {move || under_way.get().map(|what| view! { <Steps desk=desk what=what /> })}
            {sync}
            <CommitBox desk=desk draft=draft start=start counts=counts />
        </section>
    }
    .into_any()
}

/// The ways on from what git is in the middle of; back asks first.
#[component]
fn Steps(desk: Desk, what: Operation) -> impl IntoView {
    let busy = desk.busy();
    let asks = RwSignal::new(false);
    let to = move |step| move |()| desk.start(Command::Step { what, step });
    let abort = move |()| {
        asks.set(false);
        desk.start(Command::Step { what, step: Step::Abort });
    };
    let goes_on = what != Operation::Bisect;
    let skips = goes_on && what != Operation::Merge;
    view! {
        <div class="row steps">
            {goes_on.then(|| view! { <Button busy=busy on_click=to(Step::Continue)>"Continue"</Button> })}
            {skips.then(|| view! { <Button look=Look::Quiet busy=busy on_click=to(Step::Skip)>"Skip this commit"</Button> })}
            <Button look=Look::Danger busy=busy on_click=move |()| asks.set(true)>"Abort…"</Button>
        </div>
        <Dialog open=asks title="Abort">
            <div class="stack">
                <p>"The branch goes back to where it was before. What was resolved so far is lost."</p>
                <footer class="dialog-acts">
                    <Button on_click=move |()| asks.set(false)>"Keep going"</Button>
                    <Button look=Look::Danger busy=busy on_click=abort>"Abort"</Button>
                </footer>
            </div>
        </Dialog>
    }
    .into_any()
}

fn known<T: Default>(
    changes: RwSignal<Option<Result<Changes, AppError>>>,
    of: impl FnOnce(&Changes) -> T,
) -> T {
    changes.with(|changes| match changes {
        Some(Ok(changes)) => of(changes),
        _ => T::default(),
    })
}
