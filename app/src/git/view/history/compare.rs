//! The branches of a project beside the one that is checked out: what each has, and the way to delete it. Checks none out.

use leptos::prelude::*;

use super::shown_commit::Files;
use crate::{
    git::{
        api,
        model::{Branch, Branches, log::Comparison, run::Command},
        run_api,
        view::{
            diff::{LayoutSwitch, use_layout},
            parts::{Refs, commits_in_words},
            run::Desk,
        },
    },
    ids::ProjectId,
    ui::{Button, Chip, Empty, IconName, Look, RelativeTime, use_remote},
};

/// The list, and the comparison that is open.
#[component]
pub fn BranchesHere(
    /// Whose.
    project: ProjectId,
    /// Where git is told.
    desk: Desk,
    /// Asked anew whenever this changes.
    anew: RwSignal<u32>,
    /// Whether somebody trusted the project.
    trusted: Memo<bool>,
) -> impl IntoView {
    let open = RwSignal::new(None::<(String, String)>);
    let remote = use_remote(move || {
        anew.with(|_| ());
        api::branches(project)
    });
    let draw = remote.show("Loading the branches", 4, move |found: Branches| {
        if found.branches.is_empty() {
            return view! { <Empty icon=IconName::Branch title="No branch has a commit yet" /> }.into_any();
        }
        let base = found.branches.iter().find(|one| one.current).or(found.branches.first());
        let base = base.map(|one| one.name.clone()).unwrap_or_default();
        let rows = found.branches.into_iter().map(|branch| {
            view! { <Line desk=desk branch=branch base=base.clone() open=open trusted=trusted /> }
        });
        rows.collect_view().into_any()
    });
    let compared = move || {
        open.get().map(|(base, other)| view! { <Compared project=project base=base other=other open=open /> })
    };
    view! {
        <div class="history-body">
            <div class="scroll history-list">{draw}</div>
            {compared}
        </div>
    }
    .into_any()
}

#[component]
fn Line(
    desk: Desk,
    branch: Branch,
    base: String,
    open: RwSignal<Option<(String, String)>>,
    trusted: Memo<bool>,
) -> impl IntoView {
    let name = branch.name.clone();
    let compare = format!("Compare {name} with {base}");
    let other = branch.name != base;
    let to = (base, name.clone());
    let delete = Command::DeleteBranch { name: name.clone(), commit: branch.commit.clone(), force: false };
    let current = branch.current;
    let acts = move || {
        let delete = delete.clone();
        (trusted.get() && !current).then(|| {
            let label = format!("Delete the branch {name}");
            view! {
                <Button look=Look::Quiet icon=IconName::Trash label=label busy=desk.busy() on_click=move |()| desk.start(delete.clone()) />
            }
        })
    };
    view! {
        <div class="row stash-row">
            <span class="grow log-words">
                <span class="row"><span class="clip mono">{branch.name.clone()}</span>{current.then(|| view! { <Chip>"Current"</Chip> })}</span>
                <span class="clip faint xs">{branch.subject.clone()}</span>
            </span>
            <span class="faint xs"><RelativeTime at=branch.at ago=true /></span>
            {other.then(|| view! {
                <Button look=Look::Quiet icon=IconName::Diff label=compare on_click=move |()| open.set(Some(to.clone())) />
            })}
            {acts}
        </div>
    }
    .into_any()
}

#[component]
fn Compared(
    project: ProjectId,
    base: String,
    other: String,
    open: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let title = format!("{other} beside {base}");
    let layout = use_layout(true);
    let remote = use_remote(move || run_api::compare(project, base.clone(), other.clone()));
    let draw = remote.show("Comparing", 4, move |both: Comparison| {
        let words = format!("{} ahead, {} behind.", commits_in_words(both.ahead), both.behind);
        let commits = both.commits.into_iter().map(|one| {
            view! {
                <div class="row stash-row">
                    <span class="grow clip">{one.subject}</span>
                    <Refs names=one.refs />
                    <span class="faint xs"><RelativeTime at=one.at ago=true /></span>
                </div>
            }
        });
        let files = format!("{} changed since both were one.", files_in_words(both.total));
        view! {
            <p class="soft sm log-note">{words}</p>
            {commits.collect_view()}
            <p class="soft sm log-note">{files}</p>
            <LayoutSwitch layout=layout />
            <Files project=project commit=both.to base=Some(both.from) files=both.files layout=layout />
        }
    });
    view! {
        <section class="scroll history-detail" aria-label="Comparison">
            <Button look=Look::Quiet icon=IconName::Close label="Close the comparison" class="history-close" on_click=move |()| open.set(None) />
            <h2 class="commit-subject">{title}</h2>
            {draw}
        </section>
    }
    .into_any()
}

fn files_in_words(count: u32) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}
