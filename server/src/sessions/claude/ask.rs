//! A `can_use_tool` request, read for a person: what is asked, about what, and what "always" could mean.

use app::approvals::model::{ApprovalKind, Question, Suggestion};
use serde_json::Value;

use super::value::{list, maybe, text};

/// What an agent asks, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What kind of answer is wanted.
    pub kind: ApprovalKind,
    /// The tool that asks.
    pub tool: String,
    /// The tool call it belongs to.
    pub tool_use_id: String,
    /// The sub-agent that asks.
    pub agent: Option<String>,
    /// One line.
    pub title: String,
    /// What the decision is about.
    pub subject: String,
    /// The tool's whole input.
    pub input: Value,
    /// Why the CLI asks.
    pub reason: Option<String>,
    /// The questions, for that kind.
    pub questions: Vec<Question>,
    /// What "always allow" can mean.
    pub suggestions: Vec<Suggestion>,
}

/// Reads a request; what is missing in it is empty.
#[must_use]
pub fn describe(request: &Value) -> Ask {
    let tool = text(request, "tool_name").to_owned();
    let input = request.get("input").cloned().unwrap_or_default();
    let questions: Vec<Question> = list(&input, "questions")
        .iter()
        .filter_map(|question| serde_json::from_value(question.clone()).ok())
        .collect();
    let kind = match tool.as_str() {
        "AskUserQuestion" => ApprovalKind::Questions,
        "ExitPlanMode" => ApprovalKind::Plan,
        _ => ApprovalKind::Tool,
    };
    let (title, subject) = words(kind, &tool, &input, &questions);
    Ask {
        kind,
        tool_use_id: text(request, "tool_use_id").to_owned(),
        agent: maybe(request, "agent_id"),
        title,
        subject,
        reason: maybe(request, "decision_reason"),
        suggestions: list(request, "permission_suggestions").iter().map(suggestion).collect(),
        tool,
        input,
        questions,
    }
}

fn words(kind: ApprovalKind, tool: &str, input: &Value, questions: &[Question]) -> (String, String) {
    let path = || maybe(input, "file_path").or_else(|| maybe(input, "notebook_path")).unwrap_or_default();
    match (kind, tool) {
        (ApprovalKind::Questions, _) => {
            let first =
                questions.first().map_or("A question", |question| question.question.as_str()).to_owned();
            let subject =
                if questions.len() > 1 { format!("{} questions", questions.len()) } else { String::new() };
            (first, subject)
        }
        (ApprovalKind::Plan, _) => ("Approve this plan?".to_owned(), text(input, "plan").to_owned()),
        (_, "Bash" | "PowerShell") => ("Run this command?".to_owned(), text(input, "command").to_owned()),
        (_, "Write") => ("Write this file?".to_owned(), path()),
        (_, "Edit" | "MultiEdit") => ("Edit this file?".to_owned(), path()),
        (_, "NotebookEdit") => ("Edit this notebook?".to_owned(), path()),
        (_, "Read") => ("Read this file?".to_owned(), path()),
        (_, "WebFetch") => ("Fetch this page?".to_owned(), text(input, "url").to_owned()),
        (_, "WebSearch") => ("Search the web?".to_owned(), text(input, "query").to_owned()),
        (_, mcp) if mcp.starts_with("mcp__") => {
            let name = mcp.trim_start_matches("mcp__").replacen("__", " · ", 1);
            (format!("Use {name}?"), pretty(input))
        }
        (_, other) => (format!("Use {other}?"), pretty(input)),
    }
}

fn pretty(input: &Value) -> String {
    serde_json::to_string_pretty(input).unwrap_or_default()
}

/// One of the CLI's proposals, in words. The answer echoes the proposal itself, so nothing is lost in translation.
fn suggestion(proposal: &Value) -> Suggestion {
    let label = match text(proposal, "type") {
        "addRules" | "replaceRules" => {
            let rules = list(proposal, "rules").iter().map(|rule| {
                let tool = text(rule, "toolName");
                match maybe(rule, "ruleContent") {
                    Some(content) if tool == "Bash" => content,
                    Some(content) => format!("{tool}({content})"),
                    None => tool.to_owned(),
                }
            });
            rules.collect::<Vec<_>>().join(", ")
        }
        "addDirectories" => {
            let all: Vec<&str> = list(proposal, "directories").iter().filter_map(Value::as_str).collect();
            format!("work in {}", all.join(", "))
        }
        "setMode" => match text(proposal, "mode") {
            "acceptEdits" => "all edits".to_owned(),
            mode => format!("mode {mode}"),
        },
        other => other.to_owned(),
    };
    let scope = match text(proposal, "destination") {
        "session" => "this session",
        "localSettings" => "this project, for you",
        "projectSettings" => "this project, for everyone",
        "userSettings" => "every project of yours",
        other => other,
    };
    Suggestion { label, scope: scope.to_owned() }
}
