//! What was said and thought: a person's messages, the agent's text, its thinking.

use leptos::prelude::*;

use super::raw::RawToggle;
use crate::{
    sessions::{
        event::EventBody,
        model::Attachment,
        open::Node,
        thread::{Body, Ref},
        view::here::{ForkAt, here},
    },
    time::span,
    ui::{Button, CopyButton, Icon, IconName, Look, RelativeTime},
};

/// A message longer than this is folded, in characters.
const LONG: usize = 1_600;

/// A person's message.
#[component]
pub fn You(
    /// It.
    event: Ref,
) -> impl IntoView {
    let here = here();
    let (text, images, by) = match &event.body {
        EventBody::UserMessage { text, images, by, .. } => (text.clone(), images.clone(), by.clone()),
        _ => Default::default(),
    };
    let long = text.chars().count() > LONG || text.lines().count() > 24;
    let folded = RwSignal::new(long);
    let seq = event.seq;
    let copy = text.clone();
    let again = text.clone();
    let edit = move |()| {
        let first = here.thread.nodes.with_untracked(|nodes| {
            let is_yours = |body: &Body| matches!(body, Body::You(_));
            nodes.iter().find(|node| node.body.with_untracked(is_yours)).is_some_and(|node| node.key == seq)
        });
        let first = first && !here.thread.edges.get_untracked().older;
        here.fork.set(Some(ForkAt { seq, text: again.clone(), edits: true, first }));
    };
    view! {
        <article class="you-row" aria-label=format!("Message of {by}")>
            <div class="you" class:folded=folded>
                <p class="said-plain">{text}</p>
                <Attached images=images />
                {long
                    .then(|| {
                        let word = move || if folded.get() { "Show all" } else { "Show less" };
                        view! {
                            <button type="button" class="more" on:click=move |_| folded.update(|folded| *folded = !*folded)>
                                {word}
                            </button>
                        }
                    })}
            </div>
            <div class="entry-acts">
                <span class="faint xs"><RelativeTime at=event.at /></span>
                <CopyButton text=copy bare=true label="Copy message" />
                <Button look=Look::Quiet icon=IconName::Edit label="Edit and resend as a new session" class="entry-act" on_click=edit />
                <RawToggle seq=seq />
            </div>
        </article>
    }
}

/// The images of a message.
#[component]
pub fn Attached(
    /// They.
    images: Vec<Attachment>,
) -> impl IntoView {
    let session = here().id;
    (!images.is_empty()).then(|| {
        let all = images.into_iter().map(|image| {
            let url = format!("/api/v1/sessions/{session}/attachments/{}", image.id);
            let href = url.clone();
            view! {
                <a href=href target="_blank" rel="noopener">
                    <img src=url alt="Attached image" loading="lazy" />
                </a>
            }
        });
        view! { <div class="thumbs">{all.collect_view()}</div> }
    })
}

/// The agent's text.
#[component]
pub fn Said(
    /// It.
    event: Ref,
) -> impl IntoView {
    let (html, text, aborted) = match &event.body {
        EventBody::AssistantText { html, text, aborted, .. } => (html.clone(), text.clone(), *aborted),
        _ => Default::default(),
    };
    let body = if html.is_empty() {
        view! { <div class="prose said-plain">{text.clone()}</div> }.into_any()
    } else {
        view! { <div class="prose" inner_html=html></div> }.into_any()
    };
    view! {
        <article class="said">
            {body}
            {aborted.then(|| view! { <p class="mark-line warning">"Interrupted here"</p> })}
            <div class="entry-acts">
                <span class="faint xs"><RelativeTime at=event.at /></span>
                <CopyButton text=text bare=true label="Copy as Markdown" />
                <RawToggle seq=event.seq />
            </div>
        </article>
    }
}

/// Thinking, folded.
#[component]
pub fn Thought(
    /// It.
    node: Node,
) -> impl IntoView {
    let parts = move || match node.body.get() {
        Body::Thinking(parts) => parts,
        _ => Vec::new(),
    };
    move || {
        let mut took = 0;
        let mut texts = Vec::new();
        for part in parts() {
            if let EventBody::Thinking { text, duration_ms, .. } = &part.body {
                took += duration_ms.unwrap_or_default();
                if !text.trim().is_empty() {
                    texts.push(text.trim().to_owned());
                }
            }
        }
        let words = if took >= 1_000 { format!("Thought for {}", span(took)) } else { "Thought".to_owned() };
        if texts.is_empty() {
            return view! { <p class="think">{words}</p> }.into_any();
        }
        let text = texts.join("\n\n");
        let start: String = text.split_whitespace().take(24).collect::<Vec<_>>().join(" ");
        view! {
            <details class="think">
                <summary>
                    <Icon name=IconName::ChevronRight />
                    <span class="clip">{words} <span class="think-start">" · " {start}</span></span>
                </summary>
                <p class="said-plain">{text}</p>
            </details>
        }
        .into_any()
    }
}
