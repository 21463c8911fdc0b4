//! One entry of the thread: picks the component for its kind.

use leptos::prelude::*;

use super::{
    said::{Said, Thought, You},
    todo::TodoList,
    tool::ToolCard,
};
use crate::{
    sessions::{
        event::{EventBody, Level, TurnOutcome},
        open::Node,
        thread::{Asked, Body, Note, Ref, TurnEnd},
        view::{
            here::{ForkAt, here},
            thread::raw::RawToggle,
            words::{dollars, plain},
        },
    },
    time::span,
    ui::{Button, Icon, IconName, Look, RelativeTime},
};

/// One entry, of whatever kind.
#[component]
pub fn Entry(
    /// It.
    node: Node,
) -> AnyView {
    // An entry's kind never changes, only what a tool call and a list hold; those read the signal themselves.
    match node.body.get_untracked() {
        Body::You(event) => view! { <You event=event /> }.into_any(),
        Body::Text(event) => view! { <Said event=event /> }.into_any(),
        Body::Thinking(_) => view! { <Thought node=node /> }.into_any(),
        Body::Tool(_) => view! { <ToolCard node=node /> }.into_any(),
        Body::Todo(_) => view! { <TodoList node=node /> }.into_any(),
        Body::Asked(_) => view! { <AskedLine node=node /> }.into_any(),
        Body::SelfStarted(at) => view! {
            <p class="mark-line">
                <Icon name=IconName::Bolt />
                <span>"Started by the agent itself"</span>
                <span class="faint"><RelativeTime at=at /></span>
            </p>
        }
        .into_any(),
        Body::TurnEnd(end) => view! { <TurnLine end=end /> }.into_any(),
        Body::Note(note) => view! { <NoteLine note=note /> }.into_any(),
        Body::Unknown(event) => view! { <Unknown event=event /> }.into_any(),
    }
}

/// The end of a turn: what it took, what went wrong, and where to fork.
#[component]
fn TurnLine(
    /// It.
    end: TurnEnd,
) -> impl IntoView {
    let here = here();
    let facts = [Some(span(end.duration_ms)), Some(dollars(end.cost_usd)).filter(|cost| !cost.is_empty())];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let failed = end.outcome == TurnOutcome::Failed;
    let word = match end.outcome {
        TurnOutcome::Done => None,
        TurnOutcome::Interrupted => Some("Interrupted"),
        TurnOutcome::Failed => Some("Failed"),
    };
    let resumable = here.fact(|card| card.claude_session_id.is_some());
    let fork = end.fork_at.map(|seq| {
        let ask = move |()| {
            here.fork.set(Some(ForkAt { seq, text: String::new(), edits: false, first: false }));
        };
        view! {
            <Show when=move || resumable.get()>
                <Button look=Look::Quiet icon=IconName::Fork label="Fork from here" class="entry-act" on_click=ask />
            </Show>
        }
    });
    view! {
        <div class="turn-end" class:failed=failed>
            {word.map(|word| view! { <b>{word}</b> })}
            <span class="faint num">{facts}</span>
            {fork}
        </div>
        {end
            .text
            .filter(|text| failed && !text.is_empty())
            .map(|text| {
                view! {
                    <p class="note failed">
                        <Icon name=IconName::Warning />
                        <span class="said-plain">{text}</span>
                    </p>
                }
            })}
    }
}

/// A line in small print.
#[component]
fn NoteLine(
    /// It.
    note: Note,
) -> impl IntoView {
    let (class, icon) = match note.level {
        Level::Info => ("mark-line", None),
        Level::Warning => ("mark-line warning", Some(IconName::Warning)),
        Level::Error => ("mark-line error", Some(IconName::Warning)),
    };
    view! {
        <p class=class>
            {icon.map(|name| view! { <Icon name=name /> })}
            <span class="said-plain">{note.text}</span>
            {note
                .link
                .map(|session| view! { <a class="link" href=format!("/sessions/{session}")>"open it"</a> })}
            <span class="faint"><RelativeTime at=note.at /></span>
        </p>
    }
}

/// An approval whose tool call is not on the page.
#[component]
fn AskedLine(
    /// It.
    node: Node,
) -> impl IntoView {
    move || match node.body.get() {
        Body::Asked(asked) => view! {
            <p class="mark-line">
                <Icon name=IconName::Shield />
                <span class="said-plain">{asked.title.clone()}</span>
                <Answer asked=asked />
            </p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// How an approval was answered, in words.
#[component]
pub fn Answer(
    /// It.
    asked: Asked,
) -> impl IntoView {
    use crate::approvals::model::ApprovalStatus;
    asked.settled.map(|settled| {
        let word = match settled.outcome {
            ApprovalStatus::Allowed => "Allowed by",
            ApprovalStatus::Denied => "Denied by",
            ApprovalStatus::Withdrawn => "Taken back",
            ApprovalStatus::Expired => "Not answered in time:",
            ApprovalStatus::Pending => "Waits for",
        };
        let by = if settled.outcome == ApprovalStatus::Withdrawn { String::new() } else { settled.by };
        view! {
            <span class="faint">{word} " " {by} " · " <RelativeTime at=settled.at /></span>
            {settled.note.map(|note| view! { <span class="soft said-plain">{note}</span> })}
        }
    })
}

/// Something that Roost does not know, as it came.
#[component]
fn Unknown(
    /// It.
    event: Ref,
) -> impl IntoView {
    let (name, text) = match &event.body {
        EventBody::Unknown { name, raw } => (name.clone(), plain(&format!("{}{}", raw.head, raw.tail))),
        _ => Default::default(),
    };
    view! {
        <details class="unknown">
            <summary>
                <Icon name=IconName::Info />
                <span class="clip">"The agent said something that Roost does not know: " <code>{name}</code></span>
            </summary>
            <pre class="out">{text}</pre>
            <RawToggle seq=event.seq />
        </details>
    }
}
