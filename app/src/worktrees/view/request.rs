//! The way from a worktree to a pull request: its branch is pushed, with git's own words if that fails, and the page of the forge
//! is offered. Opens no pull request itself, and asks nothing of the forge.

use leptos::prelude::*;

use crate::{
    git::{
        model::{remote::Remotes, run::Command},
        run_api,
        view::{LastRun, OpenPullRequest, commits_in_words, use_desk},
    },
    ids::ProjectId,
    ui::{Button, Icon, IconName, Look, use_remote},
};

/// What is in the dialog.
#[component]
pub(super) fn RequestForm(
    /// The worktree's place.
    place: ProjectId,
    /// How many of its files are not committed.
    uncommitted: u32,
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let remotes = use_remote(move || run_api::remotes(place));
    let desk = use_desk(place, Callback::new(move |_| remotes.reload()));
    let (busy, said) = (desk.busy(), desk.pull_request());
    let left_out = (uncommitted > 0).then(|| {
        view! {
            <p class="note waiting">
                <Icon name=IconName::Warning />
                <span>"What is not committed does not go along. Commit it first if it belongs to it."</span>
            </p>
        }
    });
    let draw = remotes.show("Loading remotes", 2, move |known| {
        let words = words(&known);
        let push = known.push();
        let waits = known.followed().is_none_or(|upstream| upstream.ahead > 0);
        let link = known.pull_request.filter(|_| !waits);
        let unknown = link.as_ref().is_some_and(|request| request.page.is_none());
        let send = (waits && known.default.is_some()).then(|| view! {
            <Button
                look=Look::Primary
                icon=IconName::ArrowUp
                busy=busy
                on_click=move |()| desk.start(Command::Push(push.clone()))
            >
                "Push"
            </Button>
        });
        view! {
            <p>{words}</p>
            <Show when=move || unknown && said.with(Option::is_none)>
                <p class="soft sm">"Roost does not know the pages of its host. Open the pull request there yourself."</p>
            </Show>
            <LastRun desk=desk />
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Close"</Button>
                {send}
                {link.map(|request| view! { <OpenPullRequest desk=desk request=request primary=true /> })}
            </footer>
        }
    });
    view! {
        {left_out}
        {draw}
    }
    .into_any()
}

/// What there is to do, in a sentence or two.
fn words(known: &Remotes) -> String {
    let Some(request) = &known.pull_request else {
        return match known.default {
            None => "The repository has no remote, so there is nowhere to open a pull request.".to_owned(),
            Some(_) => "This is the branch that others start from: it has none to be merged into.".to_owned(),
        };
    };
    let (remote, base) = (&request.remote, &request.base);
    match known.followed().map(|upstream| upstream.ahead) {
        None => format!(
            "The branch is pushed to {remote} first. Then the page is offered that opens a pull request into {base}."
        ),
        Some(0) => format!("All of its commits are on {remote}. The pull request is to go into {base}."),
        Some(count) => format!(
            "{} not on {remote} yet. Once pushed, the page is offered that opens a pull request into {base}.",
            if count == 1 { "1 commit is".to_owned() } else { format!("{} are", commits_in_words(count)) }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::remote::{PullRequest, Upstream};

    #[test]
    fn what_is_to_do_is_said_first() {
        let request = PullRequest { remote: "origin".to_owned(), base: "main".to_owned(), page: None };
        let none = Remotes { default: Some("origin".to_owned()), ..Remotes::default() };
        let new = Remotes { pull_request: Some(request), ..none.clone() };
        let at = |ahead: u32| {
            let commit = Some("c".to_owned());
            let upstream = Upstream { remote: "origin".to_owned(), commit, ahead, ..Upstream::default() };
            Remotes { upstream: Some(upstream), ..new.clone() }
        };
        for (known, begins) in [
            (Remotes::default(), "The repository has no remote"),
            (none, "This is the branch that others start from"),
            (new.clone(), "The branch is pushed to origin first."),
            (at(0), "All of its commits are on origin."),
            (at(1), "1 commit is not on origin yet."),
            (at(2), "2 commits are not on origin yet."),
        ] {
            assert!(words(&known).starts_with(begins), "{}", words(&known));
        }
    }
}
