//! One worktree of the list: what it is, how it stands, who is in it, and the ways from there.

use leptos::prelude::*;

use super::{
    acts::{Acts, Asking},
    words::{matter, name, size, standing},
};
use crate::{
    ui::{Chip, CopyButton, Icon, IconName, RelativeTime},
    worktrees::model::Worktree,
};

/// The card.
#[component]
pub(super) fn Row(
    /// It.
    one: Worktree,
    /// What is asked of it.
    asking: Asking,
) -> impl IntoView {
    let title = name(one.branch.as_deref(), &one.path);
    let (words, matter, path) = (standing(&one), matter(&one), one.path.clone());
    let (label, room, made_at) = (title.clone(), one.size, one.created_at);
    let copied = (!one.copied.is_empty()).then(|| format!("Copied into it: {}", one.copied.join(", ")));
    let panels = one.id.map(|id| {
        [("changes", "Changes", IconName::Diff), ("files", "Files", IconName::Folder)].map(|(end, words, icon)| {
            view! { <a class="btn quiet" href=format!("/projects/{id}/{end}")><Icon name=icon />{words}</a> }
        })
    });
    let sessions = one.sessions.clone().into_iter().map(|session| {
        let href = format!("/sessions/{}", session.id);
        view! { <a class="link clip" href=href>{session.name}</a> }
    });
    let locked = one.locked.clone().map(|reason| {
        view! { <Chip title=reason><Icon name=IconName::Lock />"Locked"</Chip> }
    });
    let busy = (!one.busy.is_empty()).then(|| view! { <Chip>"At work"</Chip> });
    let theirs =
        one.id.is_none().then(|| view! { <Chip title="Roost did not make it">"Not of Roost"</Chip> });
    view! {
        <li class="card worktree" aria-label=label>
            <header class="row wrap">
                <Icon name=IconName::Branch />
                <h2 class="clip mono grow">{title}</h2>
                {busy}
                {locked}
                {theirs}
                {room.map(|room| view! { <span class="soft sm num">{size(room)}</span> })}
            </header>
            {matter
                .map(|matter| {
                    view! {
                        <p class="note waiting">
                            <Icon name=IconName::Warning />
                            <span>{matter}</span>
                        </p>
                    }
                })}
            <p class="soft sm">{words}</p>
            {copied.map(|copied| view! { <p class="faint xs">{copied}</p> })}
            <p class="row">
                <code class="clip xs faint">{path.clone()}</code>
                <CopyButton text=path bare=true label="Copy the path" />
                <span class="grow"></span>
                {made_at.map(|at| view! { <span class="faint xs worktree-made"><RelativeTime at=at ago=true /></span> })}
            </p>
            <p class="row wrap sm worktree-sessions">{sessions.collect_view()}</p>
            <footer class="row wrap">
                {panels.map(|panels| panels.into_iter().collect_view())}
                <span class="grow"></span>
                <Acts one=one asking=asking />
            </footer>
        </li>
    }
    .into_any()
}
