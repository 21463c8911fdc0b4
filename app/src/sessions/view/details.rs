//! Facts about the session: ids to copy, how to go on with it in a terminal, who allowed what, and what it has cost.

use leptos::prelude::*;

use super::{
    choices::effort_words,
    header::ContextBar,
    here::here,
    words::{count, dollars, model, state, tokens},
};
use crate::{
    projects::store::ProjectsStore,
    sessions::model::{Mode, Session},
    ui::{CopyButton, RelativeTime},
};

/// The tab.
#[component]
pub fn Details() -> impl IntoView {
    let here = here();
    view! {
        <div class="scroll details">
            {move || here.card.get().map(|card| view! { <Facts card=card /> })}
        </div>
    }
}

#[component]
fn Facts(
    /// Whose.
    card: Session,
) -> impl IntoView {
    let root = here().root;
    let projects = expect_context::<ProjectsStore>();
    let branch = card.worktree_id.and_then(|id| projects.get(id)).map(|worktree| worktree.name);
    let claude = card.claude_session_id.map(|id| id.to_string());
    let command = claude.as_ref().map(|id| format!("claude --resume {id}"));
    let kind = match card.mode {
        Mode::Job => "Job: completes by itself after a turn",
        Mode::Session => "Session: stays live until it is closed",
    };
    let parent = card.forked_from;
    view! {
        <section>
            <h3 class="label">"State"</h3>
            <dl class="facts">
                <dt>"Status"</dt>
                <dd>{state(&card)}</dd>
                {card.reason.clone().map(|reason| view! { <dt>"Reason"</dt><dd>{reason}</dd> })}
                <dt>"Mode"</dt>
                <dd>{kind}</dd>
                <dt>"Written in"</dt>
                <dd>{if card.in_terminal() { "Its terminal" } else { "The chat" }}</dd>
                <dt>"Agent"</dt>
                <dd>{if card.live { "Alive" } else { "None" }}</dd>
                {(card.background > 0)
                    .then(|| view! { <dt>"Background"</dt><dd>{count(u64::from(card.background), "task")}</dd> })}
            </dl>
        </section>
        <section>
            <h3 class="label">"Choices"</h3>
            <dl class="facts">
                <dt>"Model"</dt>
                <dd class="mono">{model(card.model.as_deref())}</dd>
                <dt>"Effort"</dt>
                <dd>{card.effort.map_or("The model's own", effort_words)}</dd>
                <dt>"Permissions"</dt>
                <dd>
                    {card.permission_mode.words()}
                    <span class="faint block sm">
                        "set by " {card.permission_set_by.clone()} " · " <RelativeTime at=card.permission_set_at />
                    </span>
                </dd>
            </dl>
        </section>
        <section>
            <h3 class="label">"Usage"</h3>
            <dl class="facts">
                <dt>"Read"</dt>
                <dd class="num">{tokens(card.usage.input_tokens)} " tokens"</dd>
                <dt>"Written"</dt>
                <dd class="num">{tokens(card.usage.output_tokens)} " tokens"</dd>
                <dt>"Window"</dt>
                <dd class="num">
                    <ContextBar />
                    {tokens(card.context.used)} " of " {tokens(card.context.window)} " · " {card.context.percent()} " %"
                </dd>
                <dt>"Cost"</dt>
                <dd class="num">{Some(dollars(card.usage.cost_usd)).filter(|cost| !cost.is_empty()).unwrap_or_else(|| "–".to_owned())}</dd>
            </dl>
        </section>
        <section>
            <h3 class="label">"Where"</h3>
            {move || {
                let root = root.get();
                (!root.is_empty()).then(|| view! { <Copyable label="Directory" text=root /> })
            }}
            {branch.map(|branch| view! { <Copyable label="Branch of its own" text=branch /> })}
            <Copyable label="Session" text=card.id.to_string() />
            {claude.map(|id| view! { <Copyable label="Claude's id" text=id /> })}
            {command.map(|command| view! { <Copyable label="In a terminal" text=command /> })}
            <dl class="facts">
                {parent
                    .map(|parent| {
                        view! {
                            <dt>"Forked from"</dt>
                            <dd><a class="link" href=format!("/sessions/{parent}")>"another session"</a></dd>
                        }
                    })}
                <dt>"Started"</dt>
                <dd><RelativeTime at=card.created_at /></dd>
                <dt>"Last change"</dt>
                <dd><RelativeTime at=card.updated_at /></dd>
                <dt>"Events"</dt>
                <dd class="num">{card.last_seq}</dd>
            </dl>
        </section>
    }
}

/// A text to copy.
#[component]
fn Copyable(
    /// What it is.
    label: &'static str,
    /// It.
    text: String,
) -> impl IntoView {
    let copy = text.clone();
    view! {
        <div class="copyable">
            <span class="soft sm">{label}</span>
            <div class="secret">
                <code>{text}</code>
                <CopyButton text=copy bare=true />
            </div>
        </div>
    }
}
