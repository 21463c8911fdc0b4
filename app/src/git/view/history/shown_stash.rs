//! One stash before it comes back: the files that it changed, and those that git did not know. Changes nothing.

use leptos::prelude::*;

use super::shown_commit::Files;
use crate::{
    error::AppError,
    git::{
        model::log::{CommitView, StashEntry},
        run_api,
        view::diff::{LayoutSwitch, use_layout},
    },
    ids::ProjectId,
    ui::{Button, IconName, Look, use_remote},
};

/// The stash.
#[component]
pub fn ShownStash(
    /// Whose.
    project: ProjectId,
    /// Which.
    stash: StashEntry,
    /// Called to put it away.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (id, title) = (stash.id, stash.message);
    let layout = use_layout(true);
    let remote = use_remote(move || commits(project, id.clone()));
    let draw = remote.show("Loading the stash", 6, move |commits| {
        let drawn = commits.into_iter().map(|one| {
            let left = (one.total as usize).saturating_sub(one.files.len());
            view! {
                <Files project=project commit=one.commit.id base=None files=one.files layout=layout />
                {(left > 0).then(|| view! { <p class="faint sm log-note">{left}" more files are not listed."</p> })}
            }
        });
        drawn.collect_view()
    });
    view! {
        <section class="scroll history-detail" aria-label="Stash">
            <Button look=Look::Quiet icon=IconName::Close label="Close the stash" class="history-close" on_click=on_close />
            <h2 class="commit-subject">{title}</h2>
            <LayoutSwitch layout=layout />
            {draw}
        </section>
    }
    .into_any()
}

/// The commits that git makes of a stash: that of the changes, and if there are any that of the files it did not know, which is
/// the third one that the first is built on.
async fn commits(project: ProjectId, id: String) -> Result<Vec<CommitView>, AppError> {
    let changes = run_api::commit(project, id).await?;
    let new = match changes.commit.parents.get(2) {
        Some(new) => Some(run_api::commit(project, new.clone()).await?),
        None => None,
    };
    Ok([Some(changes), new].into_iter().flatten().collect())
}
