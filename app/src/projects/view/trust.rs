//! What trusting a directory means: what would run or apply there, and the button that says yes. Nothing of it runs before.

use leptos::prelude::*;

use crate::{
    ids::ProjectId,
    projects::{
        api,
        model::{Finding, Project, TrustReport},
    },
    ui::{Button, Chip, Icon, IconName, Look, RelativeTime, Remote, Tone, use_call, use_remote},
};

/// The panel: a question while nobody trusted the directory, a record afterwards.
#[component]
pub fn TrustPanel(
    /// The project.
    #[prop(into)]
    project: Signal<Option<Project>>,
    /// Its id.
    id: ProjectId,
) -> impl IntoView {
    let trusted = Memo::new(move |_| {
        project.with(|project| project.as_ref().and_then(|project| project.trust.clone()))
    });
    move || match trusted.get() {
        None => view! { <Ask id=id /> }.into_any(),
        Some(trust) => view! {
            <section class="card">
                <details class="trusted">
                    <summary class="card-head">
                        <Icon name=IconName::ShieldCheck />
                        <span class="grow">
                            "Trusted by " {trust.by} " " <span class="soft">
                                <RelativeTime at=trust.at ago=true />
                            </span>
                        </span>
                        <span class="soft sm">"What runs here"</span>
                        <Icon name=IconName::ChevronDown />
                    </summary>
                    <div class="card-body">
                        {shown(use_report(id))}
                    </div>
                </details>
            </section>
        }
        .into_any(),
    }
}

#[component]
fn Ask(id: ProjectId) -> impl IntoView {
    let (call, report) = (use_call(), use_report(id));
    // What is agreed to has to be in view.
    let unseen = Signal::derive(move || report.value.with(|value| !matches!(value, Some(Ok(_)))));
    let trust = Callback::new(move |()| call.run(api::trust(id), |_| ()));
    view! {
        <section class="card trust-ask" aria-labelledby="trust">
            <header class="card-head">
                <Icon name=IconName::Shield />
                <h2 id="trust" class="grow">
                    "Do you trust this directory?"
                </h2>
            </header>
            <div class="card-body">
                <p>
                    "Claude Code runs a project's hooks and MCP servers with your rights, as soon as a session starts, \
                     and reads its instructions. So Roost starts nothing here before you say yes. This is what it found:"
                </p>
                {shown(report)}
                <div class="row wrap">
                    <Button
                        look=Look::Primary
                        icon=IconName::ShieldCheck
                        busy=call.busy
                        disabled=unseen
                        on_click=trust
                    >
                        "Trust this directory"
                    </Button>
                    <span class="soft sm">"Also sets Claude Code's own mark of trust for it."</span>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn use_report(id: ProjectId) -> Remote<TrustReport> {
    use_remote(move || api::trust_report(id))
}

fn shown(report: Remote<TrustReport>) -> impl Fn() -> AnyView + Send + 'static {
    report.show("Loading what would run", 3, |report| view! { <Findings report=report /> })
}

#[component]
fn Findings(report: TrustReport) -> impl IntoView {
    let TrustReport { hooks, mcp_servers, settings, instructions, unreadable } = report;
    let quiet = hooks.is_empty() && mcp_servers.is_empty() && settings.is_empty();
    view! {
        {quiet
            .then(|| {
                view! {
                    <p class="note">
                        <Icon name=IconName::Check />
                        <span>"Nothing here runs by itself: no hooks, no MCP servers, no settings that allow more."</span>
                    </p>
                }
            })}
        <Group icon=IconName::Bolt title="Hooks run by themselves" tone=Tone::Waiting findings=hooks />
        <Group icon=IconName::Plug title="MCP servers are started" tone=Tone::Waiting findings=mcp_servers />
        <Group icon=IconName::Settings title="Settings allow more" tone=Tone::Waiting findings=settings />
        <Group icon=IconName::File title="Instructions are read" tone=Tone::Resting findings=instructions />
        <Group icon=IconName::Warning title="Could not be read" tone=Tone::Failed findings=unreadable />
    }
    .into_any()
}

#[component]
fn Group(icon: IconName, title: &'static str, tone: Tone, findings: Vec<Finding>) -> impl IntoView {
    (!findings.is_empty()).then(move || {
        let count = findings.len();
        let rows = findings.into_iter().map(|finding| {
            view! {
                <li>
                    <code class="finding">{finding.what}</code>
                    <span class="xs faint mono clip">{finding.file}</span>
                </li>
            }
        });
        view! {
            <section class="findings">
                <h3 class="row">
                    <Icon name=icon />
                    {title}
                    <Chip tone=tone>{count}</Chip>
                </h3>
                <ul>{rows.collect_view()}</ul>
            </section>
        }
    })
}
