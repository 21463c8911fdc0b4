//! Fetch, pull and push: what the branch follows, and the buttons for it. Writing over a remote's branch asks a second time.

use leptos::prelude::*;

use crate::{
    git::{
        model::{
            remote::{PullRequest, Remotes, Upstream},
            run::{Command, Join, Push},
        },
        view::{parts::commits_in_words, run::Desk},
    },
    ui::{Button, Dialog, Icon, IconName, Look, Menu, MenuItem},
};

/// The row of buttons; nothing where there is no remote.
#[component]
pub fn Sync(
    /// Where git is told.
    desk: Desk,
    /// What the branch follows.
    known: Remotes,
) -> impl IntoView {
    let there = known.followed().is_some();
    let request = known.pull_request.clone().filter(|_| there);
    let Remotes { branch, upstream, default, remotes, .. } = known;
    let (Some(_), Some(default)) =
        (branch, default.or_else(|| remotes.first().map(|remote| remote.name.clone())))
    else {
        return ().into_any();
    };
    let busy = desk.busy();
    let send = move |command: Command| move |()| desk.start(command.clone());
    let fetch = view! {
        <Button look=Look::Quiet icon=IconName::Refresh busy=busy on_click=send(Command::Fetch { remote: None })>"Fetch"</Button>
    };
    let rest = match upstream.filter(|upstream| upstream.commit.is_some()) {
        Some(upstream) => view! { <Following desk=desk upstream=upstream /> }.into_any(),
        None => {
            let publish = Push { set_upstream: Some(default.clone()), lease: None };
            let label = format!("Publish branch on {default}");
            view! {
                <Button icon=IconName::ArrowUp busy=busy label=label on_click=send(Command::Push(publish))>"Publish branch"</Button>
            }
            .into_any()
        }
    };
    let addresses = remotes.into_iter().map(|remote| format!("{} {}", remote.name, remote.url));
    let addresses = addresses.collect::<Vec<_>>().join("\n");
    view! {
        <div class="row sync" title=addresses>
            {fetch}
            {rest}
            {request.map(|request| view! { <OpenPullRequest desk=desk request=request /> })}
        </div>
    }
    .into_any()
}

/// The way to the page that opens a pull request; nothing where nobody knows of one.
#[component]
pub fn OpenPullRequest(
    /// Where the branch is pushed: what the remote said of the page counts where its host is of no known kind.
    desk: Desk,
    /// What it would be.
    request: PullRequest,
    /// Whether it is what the screen is for.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let PullRequest { base, page, .. } = request;
    let said = desk.pull_request();
    let href = Memo::new(move |_| page.clone().or_else(|| said.get()));
    let title = format!("Into {base}, in a new tab");
    move || {
        let title = title.clone();
        href.get().map(|href| view! {
            <a class="btn" class:primary=primary href=href target="_blank" rel="noopener noreferrer" title=title>
                <Icon name=IconName::Link />
                "Open a pull request"
            </a>
        })
    }
}

/// The buttons of a branch that follows another one.
#[component]
fn Following(desk: Desk, upstream: Upstream) -> impl IntoView {
    let busy = desk.busy();
    let asks = RwSignal::new(false);
    let send = move |command: Command| move |()| desk.start(command.clone());
    let pull = |how| Command::Pull { how };
    let count = |count: u32| (count > 0).then(|| view! { <span class="num">{count}</span> });
    let words = forced(&upstream);
    let lease = upstream.commit.clone();
    let force = Callback::new(move |()| {
        asks.set(false);
        desk.start(Command::Push(Push { set_upstream: None, lease: lease.clone() }));
    });
    view! {
        <Button icon=IconName::ArrowDown busy=busy on_click=send(pull(Join::FastForward))>"Pull" {count(upstream.behind)}</Button>
        <Button icon=IconName::ArrowUp busy=busy on_click=send(Command::Push(Push::default()))>"Push" {count(upstream.ahead)}</Button>
        <Menu label="More ways to pull and push">
            <MenuItem icon=IconName::ArrowDown disabled=busy on_select=send(pull(Join::Rebase))>"Pull and rebase"</MenuItem>
            <MenuItem icon=IconName::ArrowDown disabled=busy on_select=send(pull(Join::Merge))>"Pull and merge"</MenuItem>
            <MenuItem icon=IconName::Warning danger=true disabled=busy on_select=move |()| asks.set(true)>"Force push…"</MenuItem>
        </Menu>
        <Dialog open=asks title="Force push">
            <div class="stack">
                <p>{words.clone()}</p>
                <footer class="dialog-acts">
                    <Button on_click=move |()| asks.set(false)>"Cancel"</Button>
                    <Button look=Look::Danger busy=busy on_click=force>"Write over it"</Button>
                </footer>
            </div>
        </Dialog>
    }
    .into_any()
}

/// What a force push takes away.
fn forced(upstream: &Upstream) -> String {
    let name = format!("{}/{}", upstream.remote, upstream.branch);
    let at = upstream.commit.as_deref().unwrap_or_default();
    let at = at.get(..7).unwrap_or(at);
    let lost = match upstream.behind {
        0 => "It has no commit that this branch lacks, so a plain push is enough.".to_owned(),
        count => format!("{} that only it has will be gone from it.", commits_in_words(count)),
    };
    format!("{name} is written over with this branch, if it is still at {at}. {lost}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_force_push_says_what_it_takes_away() {
        let upstream = Upstream {
            remote: "origin".to_owned(),
            branch: "x".to_owned(),
            commit: Some("0123456789".to_owned()),
            ahead: 1,
            behind: 2,
        };
        let words = forced(&upstream);
        assert!(
            words.starts_with("origin/x is written over with this branch, if it is still at 0123456."),
            "{words}"
        );
        assert!(words.ends_with("2 commits that only it has will be gone from it."), "{words}");
    }
}
