//! An approval as a card: what is asked, since when, and the buttons that answer it. After the answer it says who and when.

use leptos::prelude::*;

use super::{
    answer::{Answers, Press},
    plan::PlanAnswer,
    questions::QuestionsAnswer,
    tool::ToolAnswer,
};
use crate::{
    approvals::{
        model::{Approval, ApprovalKind, ApprovalStatus},
        store::ApprovalsStore,
    },
    ids::ApprovalId,
    time::{Millis, span},
    ui::{Chip, Icon, IconName, RelativeTime, StatusDot, Tone, use_seconds},
};

/// The card of one approval.
#[component]
pub fn ApprovalCard(
    /// Which.
    id: ApprovalId,
    /// Whether it says whose it is; in the session's own thread that is known.
    #[prop(optional)]
    named: bool,
    /// The key pressed for this card, if it is the one that takes keys; the card takes it away.
    #[prop(optional, into)]
    press: Option<RwSignal<Option<(ApprovalId, Press)>>>,
) -> impl IntoView {
    let store = expect_context::<ApprovalsStore>();
    let status = Memo::new(move |_| store.get(id).map(|approval| approval.status));
    let pressed = RwSignal::new(None::<Press>);
    Effect::new(move |_| {
        if let Some(press) = press
            && let Some((mine, key)) = press.get()
            && mine == id
        {
            press.set(None);
            pressed.set(Some(key));
        }
    });
    // A request never changes, so the card is drawn once for each status, and what was typed into it stays.
    move || match (status.get(), store.all.with_untracked(|all| all.iter().find(|one| one.id == id).cloned()))
    {
        (Some(ApprovalStatus::Pending), Some(approval)) => {
            view! { <Pending approval=approval named=named pressed=pressed /> }.into_any()
        }
        (Some(_), Some(approval)) => view! { <Settled approval=approval named=named /> }.into_any(),
        _ => ().into_any(),
    }
}

/// A card that waits for its answer.
#[component]
fn Pending(
    /// What is asked.
    approval: Approval,
    /// Whether it says whose it is.
    named: bool,
    /// The key pressed for it.
    pressed: RwSignal<Option<Press>>,
) -> impl IntoView {
    let answers = Answers::new(&approval);
    let Approval { session_id, session_name, project_name, title, agent, reason, expires_at, .. } =
        approval.clone();
    let whose = named.then(|| {
        view! {
            <a class="ask-whose" href=format!("/sessions/{session_id}")>
                <b class="clip grow">{session_name}</b>
                <span class="faint clip">{project_name}</span>
            </a>
        }
    });
    let refused = move || {
        answers.call.error.get().map(|error| {
            let detail = error.details.map(|details| format!(" ({details})")).unwrap_or_default();
            view! {
                <p class="note failed" role="alert">
                    <Icon name=IconName::Warning />
                    <span>{error.message} {detail}</span>
                </p>
            }
        })
    };
    let asked_at = approval.asked_at;
    let kind = approval.kind;
    let body = match kind {
        ApprovalKind::Tool => {
            view! { <ToolAnswer approval=approval answers=answers pressed=pressed /> }.into_any()
        }
        ApprovalKind::Questions => {
            view! { <QuestionsAnswer approval=approval answers=answers pressed=pressed /> }.into_any()
        }
        ApprovalKind::Plan => {
            view! { <PlanAnswer approval=approval answers=answers pressed=pressed /> }.into_any()
        }
    };
    let label = title.clone();
    view! {
        <article class="ask" data-approval="pending" aria-label=label>
            {whose}
            <header class="ask-head">
                <StatusDot tone=Tone::Waiting />
                <span class="grow">{title}</span>
                {agent.map(|_| view! { <Chip>"sub-agent"</Chip> })}
                <Waiting since=asked_at until=expires_at />
            </header>
            {reason.map(|reason| view! { <p class="ask-reason soft sm">{reason}</p> })}
            {body}
            {refused}
        </article>
    }
}

/// How long it has waited, and how long it still may.
#[component]
fn Waiting(
    /// Since when.
    since: Millis,
    /// Until when, where the configuration sets a limit.
    until: Option<Millis>,
) -> impl IntoView {
    let now = use_seconds();
    view! {
        <span class="ask-wait num">
            {move || format!("waiting {}", span(now.get().0 - since.0))}
            {move || until.map(|until| format!(" · denied in {}", span(until.0 - now.get().0)))}
        </span>
    }
}

/// A card that was answered.
#[component]
fn Settled(
    /// What was asked.
    approval: Approval,
    /// Whether it says whose it is.
    named: bool,
) -> impl IntoView {
    let (icon, word) = match approval.status {
        ApprovalStatus::Allowed => (IconName::Check, "Allowed"),
        ApprovalStatus::Denied => (IconName::Close, "Denied"),
        ApprovalStatus::Expired => (IconName::Clock, "Not answered in time, so denied"),
        ApprovalStatus::Withdrawn | ApprovalStatus::Pending => (IconName::Undo, "Taken back"),
    };
    let by = approval.decided_by.map(|by| format!(" by {by}")).unwrap_or_default();
    let about = match approval.kind {
        ApprovalKind::Tool => approval.subject.lines().next().unwrap_or_default().to_owned(),
        ApprovalKind::Questions | ApprovalKind::Plan => approval.title.clone(),
    };
    view! {
        <article class="ask settled" data-approval="settled">
            <Icon name=icon />
            <div class="grow">
                {named
                    .then(|| {
                        view! {
                            <a class="clip" href=format!("/sessions/{}", approval.session_id)>
                                <b>{approval.session_name}</b>
                            </a>
                        }
                    })}
                <p class="clip mono">{about}</p>
                <p class="soft sm">
                    {word} {by} {approval.decided_at.map(|at| view! { " · " <RelativeTime at=at /> })}
                </p>
            </div>
        </article>
    }
}
