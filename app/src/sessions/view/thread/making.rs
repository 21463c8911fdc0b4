//! What the agent is in the middle of, at the end of the thread. Gone as soon as the finished event is there.

use leptos::prelude::*;

use crate::{
    sessions::{
        event::PartialBlock,
        model::Status,
        view::{
            here::here,
            words::{bytes, count, tokens},
        },
    },
    time::span,
    ui::use_seconds,
};

/// The block in the making, or that the agent works.
#[component]
pub fn Making() -> impl IntoView {
    let here = here();
    let status = here.status();
    let waits = here.fact(|card| card.needs_you());
    let on = Memo::new(move |_| status.get() == Status::Running && !waits.get());
    let block = move || match here.thread.partial.get() {
        Some(PartialBlock::Text { html }) => {
            view! { <div class="prose making" inner_html=html></div> }.into_any()
        }
        Some(PartialBlock::Thinking { text, .. }) if !text.trim().is_empty() => {
            view! { <p class="think said-plain making">{tail(&text)}</p> }.into_any()
        }
        _ => ().into_any(),
    };
    let doing = move || match here.thread.partial.get() {
        Some(PartialBlock::Text { .. }) => "Writing".to_owned(),
        Some(PartialBlock::Thinking { tokens: 0, .. }) => "Thinking".to_owned(),
        Some(PartialBlock::Thinking { tokens: n, .. }) => format!("Thinking · {} tokens", tokens(n)),
        Some(PartialBlock::Tool { name, bytes: 0 }) => format!("Preparing {name}"),
        Some(PartialBlock::Tool { name, bytes: n }) => format!("Preparing {name} · {}", bytes(n)),
        Some(PartialBlock::Working) | None => "Working".to_owned(),
    };
    view! {
        <Show when=move || on.get()>
            {block}
            <p class="working">
                <span class="spin" aria-hidden="true"></span>
                <span>{doing}</span>
                <Elapsed />
            </p>
        </Show>
        <Behind />
    }
}

/// How long the turn has taken.
#[component]
fn Elapsed() -> impl IntoView {
    let here = here();
    let now = use_seconds();
    move || {
        here.thread
            .began
            .get()
            .map(|began| view! { <span class="faint num">{span(now.get().0 - began.0)}</span> })
    }
}

/// Background work that goes on while the session rests.
#[component]
fn Behind() -> impl IntoView {
    let here = here();
    let status = here.status();
    let background = here.fact(|card| card.background);
    move || {
        (status.get() == Status::Idle && background.get() > 0).then(|| {
            let what = count(u64::from(background.get()), "background task");
            view! {
                <p class="working">
                    <span class="spin" aria-hidden="true"></span>
                    <span>{what} " still at work; the agent goes on by itself when it ends"</span>
                </p>
            }
        })
    }
}

/// The last lines of a thought, so that it does not push everything away while it is written.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
