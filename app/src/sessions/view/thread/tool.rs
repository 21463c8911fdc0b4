//! A tool call as a card: one line that opens. Edits, what runs and what failed are open by themselves.

use leptos::prelude::*;

use super::{
    entry::{Answer, Entry},
    head::{Head, head, icon},
    raw::RawToggle,
    work::work,
};
use crate::{
    files::model::address_of,
    sessions::{
        open::Node,
        thread::{Body, Tool, ToolState},
        view::{
            here::{Here, here},
            words::inside,
        },
    },
    ui::{Icon, IconName},
};

/// Steps of a sub-agent that are shown; the others on demand.
const STEPS: usize = 40;

fn opens_itself(tool: &Tool) -> bool {
    match tool.state() {
        ToolState::Failed => true,
        ToolState::Running => matches!(tool.name(), "Bash" | "PowerShell" | "Agent" | "Task"),
        ToolState::Waiting | ToolState::Cut => false,
        ToolState::Done => {
            matches!(tool.name(), "Edit" | "MultiEdit" | "Write" | "NotebookEdit" | "ExitPlanMode")
        }
    }
}

/// A tool call with what came of it.
#[component]
pub fn ToolCard(
    /// It.
    node: Node,
) -> impl IntoView {
    let here = here();
    let body = node.body.clone();
    let tool = Memo::new(move |_| match body.get() {
        Body::Tool(tool) => tool,
        _ => Tool::default(),
    });
    let choice = RwSignal::new(None::<bool>);
    let open = Memo::new(move |_| choice.get().unwrap_or_else(|| tool.with(opens_itself)));
    let state = Memo::new(move |_| tool.with(Tool::state));
    let children = node.children;
    let class = move || match state.get() {
        ToolState::Failed => "tool failed",
        ToolState::Waiting => "tool waiting",
        ToolState::Running => "tool running",
        ToolState::Done | ToolState::Cut => "tool",
    };
    let line = move || {
        let line = tool.with(|tool| head(tool, &here.root.read()));
        view! { <HeadLine head=line state=state.get() icon=tool.with(|tool| icon(tool.name())) /> }
    };
    view! {
        <article class=class>
            <button
                type="button"
                class="tool-head"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| choice.set(Some(!open.get_untracked()))
            >
                <Icon name=IconName::ChevronRight />
                {line}
            </button>
            <Show when=move || open.get()>
                <div class="tool-body">
                    {
                        let steps = children.clone();
                        move || tool.with(|tool| steps.with(|steps| work(tool, steps, here)))
                    }
                    <SubThread children=children.clone() />
                    {move || {
                        tool.with(|tool| {
                            let seq = tool.call.as_ref().or(tool.result.as_ref()).map(|event| event.seq);
                            view! {
                                <footer class="tool-foot">
                                    {tool.asked.clone().map(|asked| view! { <Answer asked=asked /> })}
                                    {file_of(tool, here).map(|(path, address)| {
                                        view! { <a class="tool-file" href=address>"Open " {path}</a> }
                                    })}
                                    {seq.map(|seq| view! { <RawToggle seq=seq /> })}
                                </footer>
                            }
                        })
                    }}
                </div>
            </Show>
        </article>
    }
}

/// The file of the project that a call names, and its page.
fn file_of(tool: &Tool, here: Here) -> Option<(String, String)> {
    let path =
        ["file_path", "notebook_path"].map(|key| tool.text(key)).into_iter().find(|path| !path.is_empty())?;
    let project = here.card.with(|card| card.as_ref().map(|card| card.project_id))?;
    let root = here.root.get();
    Some((inside(path, &root).to_owned(), address_of(project, &root, path)?))
}

/// The card's one line.
#[component]
fn HeadLine(
    /// What it says.
    head: Head,
    /// How far the call has come.
    state: ToolState,
    /// Its picture.
    icon: IconName,
) -> impl IntoView {
    let mark = match state {
        ToolState::Running => view! { <span class="spin" role="img" aria-label="running"></span> }.into_any(),
        ToolState::Failed => view! {
            <span class="tool-mark failed" role="img" aria-label="failed"><Icon name=IconName::Close /></span>
        }
        .into_any(),
        ToolState::Waiting => view! { <span class="chip waiting">"Needs you"</span> }.into_any(),
        ToolState::Done | ToolState::Cut => ().into_any(),
    };
    let subject = (!head.subject.is_empty()).then(|| {
        let subject = head.subject;
        if head.code {
            view! { <code class="clip">{subject}</code> }.into_any()
        } else {
            view! { <span class="clip">{subject}</span> }.into_any()
        }
    });
    view! {
        <Icon name=icon />
        <b>{head.name}</b>
        {subject}
        <span class="tool-facts num">
            {(!head.facts.is_empty()).then(|| view! { <span class="faint">{head.facts}</span> })}
            {head
                .lines
                .map(|(added, removed)| {
                    view! {
                        {(added > 0).then(|| view! { <span class="plus">"+" {added}</span> })}
                        {(removed > 0).then(|| view! { <span class="minus">"−" {removed}</span> })}
                    }
                })}
            {mark}
        </span>
    }
}

/// What a sub-agent did, the latest steps first in view.
#[component]
fn SubThread(
    /// Its entries.
    children: ArcRwSignal<Vec<Node>>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let count = {
        let children = children.clone();
        Memo::new(move |_| children.with(Vec::len))
    };
    let hidden = move || if all.get() { 0 } else { count.get().saturating_sub(STEPS) };
    let shown = move || children.with(|children| children[hidden().min(children.len())..].to_vec());
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="sub-thread">
                <Show when=move || { hidden() > 0 }>
                    <button type="button" class="more" on:click=move |_| all.set(true)>
                        {move || format!("{} earlier · Show all", hidden())}
                    </button>
                </Show>
                <For each=shown.clone() key=|node| node.key let:node>
                    <Entry node=node />
                </For>
            </div>
        </Show>
    }
}
