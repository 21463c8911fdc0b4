//! Facts about this installation: the agent's binary, its account, directories, limits. Changed in `roost.toml`, not here.

use leptos::prelude::*;

use crate::{
    settings::model::{Claude, System},
    time::span,
    ui::{Button, Icon, IconName, Look, Remote, Words},
};

/// The card.
#[component]
pub fn SystemCard(
    /// The facts, fetched by the page.
    system: Remote<System>,
) -> impl IntoView {
    let facts = system.show("Loading facts", 4, |system| view! { <Facts system=system /> });
    view! {
        <section class="card" aria-labelledby="system">
            <header class="card-head">
                <h2 id="system" class="grow">
                    "This installation"
                </h2>
                <Button
                    look=Look::Quiet
                    icon=IconName::Refresh
                    label="Look again"
                    on_click=move |()| system.reload()
                />
            </header>
            <div class="card-body">{facts}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Facts(system: System) -> impl IntoView {
    let grace = i64::try_from(system.grace_seconds).unwrap_or(i64::MAX / 1_000) * 1_000;
    view! {
        <ClaudeState claude=system.claude />
        <dl class="facts">
            <dt>"Roost"</dt>
            <dd class="num">{system.version}</dd>
            <dt>"Listens on"</dt>
            <dd class="mono">{system.listen}</dd>
            <dt>"Home"</dt>
            <dd class="mono">{system.home}</dd>
            <dt>"New projects in"</dt>
            <dd class="mono">{system.projects_root}</dd>
            <dt>"Running at once"</dt>
            <dd class="num">{system.max_running} " sessions"</dd>
            <dt>"A job's grace time"</dt>
            <dd class="num">{span(grace)}</dd>
        </dl>
        <p class="field-hint">
            "These come from " <code>"roost.toml"</code>
            " in the home directory; Roost reads it when it starts."
        </p>
    }
    .into_any()
}

#[component]
fn ClaudeState(claude: Claude) -> impl IntoView {
    let Claude { path, version, account, problem } = claude;
    let missing = || view! { <span class="soft">"not found"</span> }.into_any();
    view! {
        {problem
            .map(|problem| {
                view! {
                    <div class="note waiting" role="status">
                        <Icon name=IconName::Warning />
                        <span>
                            <Words text=problem />
                        </span>
                    </div>
                }
            })}
        <dl class="facts">
            <dt>"Claude Code"</dt>
            <dd class="num">{version.map_or_else(missing, IntoAny::into_any)}</dd>
            <dt>"Binary"</dt>
            <dd class="mono">{path.map_or_else(missing, IntoAny::into_any)}</dd>
            <dt>"Account"</dt>
            <dd>{account.map_or_else(|| view! { <span class="soft">"not signed in"</span> }.into_any(), IntoAny::into_any)}</dd>
        </dl>
    }
    .into_any()
}
