//! The inbox: what needs a person first, across all projects; then what went wrong, and what came to its end. `J` and `K`
//! move between the cards that wait, `Y` and `D` answer the one that is marked.

use leptos::prelude::*;

use super::{answer::Press, card::ApprovalCard};
use crate::{
    approvals::{model::ApprovalStatus, store::ApprovalsStore},
    ids::ApprovalId,
    layout::PageTitle,
    projects::store::ProjectsStore,
    sessions::view::{Aftermath, reveal},
    ui::{ButtonLink, Empty, IconName, Kbd, Look, use_shortcut},
};

/// Answered cards that stay in view, so that one sees who was faster.
const SETTLED: usize = 3;

/// The inbox page.
#[component]
pub fn Inbox() -> impl IntoView {
    let store = expect_context::<ApprovalsStore>();
    // Those that were on this page when they were answered; a reload clears them.
    let cards = Memo::new(move |_| {
        let mut ids = store.waiting(None);
        ids.reverse();
        ids
    });
    let settled = Memo::new(move |_| {
        store.all.with(|all| {
            let mut done: Vec<_> = all.iter().filter(|one| one.status != ApprovalStatus::Pending).collect();
            done.sort_by_key(|one| std::cmp::Reverse(one.decided_at));
            done.into_iter().take(SETTLED).map(|one| one.id).collect::<Vec<_>>()
        })
    });
    let quiet = RwSignal::new(true);
    view! {
        <PageTitle name="Inbox" />
        <main class="main">
            <header class="bar">
                <h1 class="grow">"Inbox"</h1>
                <Show when=move || { cards.with(Vec::len) > 1 }>
                    <span class="faint xs keys-hint">
                        <Kbd key="J" />
                        <Kbd key="K" />
                        " move"
                    </span>
                </Show>
                <ButtonLink href="/new" look=Look::Primary icon=IconName::Plus key="N">
                    "New"
                </ButtonLink>
            </header>
            <div class="scroll">
                <div class="page inbox">
                    <Waiting cards=cards />
                    <For each=move || settled.get() key=|id| *id let:id>
                        <ApprovalCard id=id named=true />
                    </For>
                    <Aftermath quiet=quiet />
                    <Show when=move || {
                        cards.with(Vec::is_empty) && settled.with(Vec::is_empty) && quiet.get()
                    }>
                        <Quiet />
                    </Show>
                </div>
            </div>
        </main>
    }
}

/// The cards that wait, one of them marked.
#[component]
fn Waiting(
    /// They, in order.
    cards: Memo<Vec<ApprovalId>>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<ApprovalId>);
    // What was marked may be answered elsewhere; then the first is.
    let marked = Memo::new(move |_| {
        cards.with(|cards| chosen.get().filter(|id| cards.contains(id)).or_else(|| cards.first().copied()))
    });
    let press = RwSignal::new(None::<(ApprovalId, Press)>);
    let step = move |forward: bool| {
        let next = cards.with_untracked(|cards| {
            let at = cards.iter().position(|id| Some(*id) == marked.get_untracked())?;
            let to = if forward { at + 1 } else { at.checked_sub(1)? };
            cards.get(to).copied()
        });
        if let Some(next) = next {
            chosen.set(Some(next));
            reveal(&format!("ask-{next}"));
        }
    };
    let answer = move |key: Press| {
        if let Some(id) = marked.get_untracked() {
            press.set(Some((id, key)));
        }
    };
    use_shortcut("j", "Next in a list", move || step(true));
    use_shortcut("k", "Previous in a list", move || step(false));
    use_shortcut("y", "Allow", move || answer(Press::Allow));
    use_shortcut("d", "Deny with a note", move || answer(Press::Deny));
    view! {
        <For each=move || cards.get() key=|id| *id let:id>
            <div
                class="inbox-card"
                id=format!("ask-{id}")
                class:marked=move || marked.get() == Some(id)
                on:pointerdown=move |_| chosen.set(Some(id))
                on:focusin=move |_| chosen.set(Some(id))
            >
                <ApprovalCard id=id named=true press=press />
            </div>
        </For>
    }
}

/// Nothing waits: where to go instead, or how to begin.
#[component]
fn Quiet() -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let none = Memo::new(move |_| projects.all.with(Vec::is_empty));
    move || {
        if none.get() {
            view! {
                <Empty
                    icon=IconName::Folder
                    title="Welcome to Roost"
                    text="Agents work in a directory of yours. Add one as a project, and start the first session there."
                >
                    <ButtonLink href="/projects" look=Look::Primary icon=IconName::Plus>
                        "Add a project"
                    </ButtonLink>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty
                    icon=IconName::Inbox
                    title="Nothing needs you"
                    text="When an agent asks for a permission, has a question or proposes a plan, it waits here. There is no hurry: it waits for you."
                >
                    <ButtonLink href="/sessions">"See the sessions"</ButtonLink>
                </Empty>
            }
            .into_any()
        }
    }
}
