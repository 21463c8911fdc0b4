//! What is inside an opened tool card, in its own way for each tool. Everything that an agent or a tool wrote is text here,
//! except diffs, which the server has drawn and escaped.

use leptos::prelude::*;
use serde_json::Value;

use super::output::Output;
use crate::sessions::{
    event::{EventBody, Excerpt, ToolDetail},
    open::Node,
    thread::{Body, Tool, ToolState},
    view::{
        here::Here,
        words::{count, plain},
    },
};

/// The inside of the card of this call, above its sub-agent's steps.
pub fn work(tool: &Tool, steps: &[Node], here: Here) -> AnyView {
    let own = match tool.name() {
        "Bash" | "PowerShell" => shell(tool),
        "Edit" | "MultiEdit" | "Write" | "NotebookEdit" => change(tool),
        "Read" => printed(tool, true),
        "Grep" | "Glob" => printed(tool, true),
        "Agent" | "Task" => agent(tool, steps),
        "WebFetch" | "WebSearch" => web(tool),
        "AskUserQuestion" => printed(tool, false),
        "ExitPlanMode" => plan(tool),
        _ => generic(tool),
    };
    view! {
        {own}
        {images(tool, here)}
    }
    .into_any()
}

/// What the tool printed.
fn printed(tool: &Tool, list: bool) -> AnyView {
    let failed = tool.state() == ToolState::Failed;
    match (tool.output(), &tool.result) {
        (Some(output), Some(result)) => {
            view! { <Output seq=result.seq excerpt=output.clone() error=failed list=list /> }.into_any()
        }
        _ => ().into_any(),
    }
}

fn shell(tool: &Tool) -> AnyView {
    let command = tool.text("command").to_owned();
    let about = tool.text("description").to_owned();
    let stderr = match (tool.detail(), &tool.result) {
        (ToolDetail::Shell { stderr, .. }, Some(result)) if !stderr.head.trim().is_empty() => {
            // Some CLIs print errors into both.
            let twice = tool.output().is_some_and(|output| output.head.contains(stderr.head.trim()));
            (!twice).then(|| view! { <Output seq=result.seq excerpt=stderr.clone() error=true /> })
        }
        _ => None,
    };
    view! {
        {(!about.is_empty()).then(|| view! { <p class="soft sm">{about}</p> })}
        <pre class="command"><span class="prompt" aria-hidden="true">"$ "</span>{command}</pre>
        {printed(tool, false)}
        {stderr}
    }
    .into_any()
}

fn change(tool: &Tool) -> AnyView {
    match tool.detail() {
        ToolDetail::Patch { html, omitted, .. } if !html.is_empty() => {
            let rest =
                (*omitted > 0).then(|| format!("{} not shown", count(u64::from(*omitted), "more line")));
            view! {
                <div class="diff" tabindex="0" role="region" aria-label="Changed lines" inner_html=html.clone()></div>
                {rest.map(|rest| view! { <p class="faint xs">{rest}</p> })}
            }
            .into_any()
        }
        _ => printed(tool, false),
    }
}

fn agent(tool: &Tool, steps: &[Node]) -> AnyView {
    let prompt = tool.text("prompt").to_owned();
    let is_background = matches!(tool.detail(), ToolDetail::Agent { background: true, .. });
    // That it was launched is said in the head already.
    let answer = match (&tool.result, tool.output()) {
        (Some(result), Some(output)) if !is_background => {
            let failed = tool.state() == ToolState::Failed;
            let report = report(output);
            // Its last words are its report: they stand below already, as Markdown.
            (!ends_with(steps, &report.head))
                .then(|| view! { <Output seq=result.seq excerpt=report error=failed /> })
                .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        {(!prompt.is_empty())
            .then(|| {
                view! {
                    <details class="fold">
                        <summary>"What it was asked"</summary>
                        <p class="said-plain soft">{prompt}</p>
                    </details>
                }
            })}
        {answer}
    }
    .into_any()
}

fn ends_with(steps: &[Node], words: &str) -> bool {
    let last = steps.last().map(|node| node.body.get());
    matches!(last, Some(Body::Text(event)) if matches!(&event.body, EventBody::AssistantText { text, .. } if text.trim() == words.trim()))
}

/// A sub-agent's own words, without the frame that the CLI puts around them for the model.
fn report(output: &Excerpt) -> Excerpt {
    let framed = output.head.starts_with("[Subagent hand-back]") && output.omitted == 0;
    let Some((_, words)) = output.head.split_once("The report follows:\n").filter(|_| framed) else {
        return output.clone();
    };
    let lines = words.lines().take_while(|line| !line.starts_with("agentId:"));
    let head = lines.map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
    Excerpt { head, ..Excerpt::default() }
}

fn web(tool: &Tool) -> AnyView {
    let url = tool.text("url").to_owned();
    // Only what a browser opens as a page may become a link.
    let link = (url.starts_with("https://") || url.starts_with("http://")).then(|| {
        let shown = url.clone();
        view! { <p><a class="link" href=url target="_blank" rel="noopener noreferrer nofollow">{shown}</a></p> }
    });
    let asked = tool.text("prompt").to_owned();
    view! {
        {link}
        {(!asked.is_empty()).then(|| view! { <p class="soft sm said-plain">{asked}</p> })}
        {printed(tool, false)}
    }
    .into_any()
}

fn plan(tool: &Tool) -> AnyView {
    let plan = tool.text("plan").to_owned();
    let refused = (tool.state() == ToolState::Failed).then(|| printed(tool, false));
    view! {
        <div class="said-plain plan-text">{plan}</div>
        {refused}
    }
    .into_any()
}

fn generic(tool: &Tool) -> AnyView {
    let rows = tool.input().as_object().into_iter().flatten().map(|(key, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        };
        view! {
            <dt>{key.clone()}</dt>
            <dd class="said-plain mono">{plain(&text)}</dd>
        }
    });
    let rows = rows.collect_view();
    view! {
        {(!rows.is_empty()).then(|| view! { <dl class="facts input-facts">{rows}</dl> })}
        {printed(tool, false)}
    }
    .into_any()
}

fn images(tool: &Tool, here: Here) -> impl IntoView {
    let seq = tool.result.as_ref().map(|result| result.seq);
    seq.filter(|_| tool.images() > 0).map(|seq| {
        let session = here.id;
        let all = (0..tool.images()).map(|n| {
            let url = format!("/api/v1/sessions/{session}/events/{seq}/images/{n}");
            let href = url.clone();
            view! {
                <a href=href target="_blank" rel="noopener">
                    <img src=url alt=format!("Image {} of the result", n + 1) loading="lazy" />
                </a>
            }
        });
        view! { <div class="thumbs">{all.collect_view()}</div> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_shown_without_its_frame() {
        let said = |head: &str| Excerpt { head: head.to_owned(), ..Excerpt::default() };
        let framed = "[Subagent hand-back] Words for the model. The report follows:\n  found\n    two\nagentId: a1\n<usage>x</usage>";
        assert_eq!(report(&said(framed)), said("found\n  two"));
        assert_eq!(report(&said("plain")), said("plain"));
    }
}
