//! A tool call in one line: its name, what it is about, and what came of it. Pure.

use serde_json::Value;

use crate::{
    sessions::{
        event::ToolDetail,
        thread::{Tool, ToolState},
        view::words::{count, inside, took},
    },
    time::span,
    ui::IconName,
};

/// A tool call in one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The tool, as people call it.
    pub name: String,
    /// What it is about.
    pub subject: String,
    /// Whether that is code: a path, a command, a pattern.
    pub code: bool,
    /// What came of it.
    pub facts: String,
    /// Lines added and removed.
    pub lines: Option<(u32, u32)>,
}

/// The picture of a tool.
#[must_use]
pub fn icon(tool: &str) -> IconName {
    match tool {
        "Bash" | "PowerShell" | "BashOutput" | "KillShell" => IconName::Terminal,
        "Edit" | "MultiEdit" | "Write" | "NotebookEdit" => IconName::Edit,
        "Read" => IconName::File,
        "Grep" | "Glob" | "ToolSearch" => IconName::Search,
        "Agent" | "Task" => IconName::Agent,
        "WebFetch" | "WebSearch" => IconName::Globe,
        "AskUserQuestion" => IconName::Info,
        "ExitPlanMode" | "EnterPlanMode" => IconName::Task,
        "CronCreate" | "CronList" | "CronDelete" => IconName::Clock,
        mcp if mcp.starts_with("mcp__") => IconName::Plug,
        _ => IconName::Wrench,
    }
}

/// The tool call in one line; paths are told from `root`.
#[must_use]
pub fn head(tool: &Tool, root: &str) -> Head {
    let path = || {
        let path = tool.text("file_path");
        let path = if path.is_empty() { tool.text("notebook_path") } else { path };
        inside(path, root).to_owned()
    };
    let (name, subject, code) = match tool.name() {
        "" => ("Earlier call".to_owned(), String::new(), false),
        name @ ("Bash" | "PowerShell") => {
            let command = tool.text("command").lines().next().unwrap_or_default();
            (name.to_owned(), command.to_owned(), true)
        }
        name @ ("Edit" | "MultiEdit" | "Write" | "NotebookEdit" | "Read") => (name.to_owned(), path(), true),
        name @ ("Grep" | "Glob") => {
            let folder = inside(tool.text("path"), root);
            let pattern = tool.text("pattern");
            let subject = if folder.is_empty() || folder == root {
                pattern.to_owned()
            } else {
                format!("{pattern}  in {folder}")
            };
            (name.to_owned(), subject, true)
        }
        "Agent" | "Task" => {
            let kind = tool.text("subagent_type");
            let about = tool.text("description");
            let subject = if kind.is_empty() { about.to_owned() } else { format!("{kind}: {about}") };
            ("Agent".to_owned(), subject, false)
        }
        "WebFetch" => ("Fetch".to_owned(), tool.text("url").to_owned(), true),
        "WebSearch" => ("Search the web".to_owned(), tool.text("query").to_owned(), false),
        "AskUserQuestion" => ("Question".to_owned(), question(tool.input()), false),
        "ExitPlanMode" => ("Plan".to_owned(), first_line(tool.text("plan")), false),
        "EnterPlanMode" => ("Plan mode".to_owned(), String::new(), false),
        mcp if mcp.starts_with("mcp__") => {
            (mcp.trim_start_matches("mcp__").replacen("__", " · ", 1), short(tool.input()), true)
        }
        other => (other.to_owned(), short(tool.input()), true),
    };
    let lines = match tool.detail() {
        ToolDetail::Patch { added, removed, .. } => Some((*added, *removed)),
        _ => None,
    };
    Head { name, subject, code, facts: facts(tool), lines }
}

fn facts(tool: &Tool) -> String {
    let mut facts: Vec<String> = Vec::new();
    match tool.detail() {
        ToolDetail::Shell { exit, interrupted, background, .. } => {
            facts.extend(exit.filter(|exit| *exit != 0).map(|exit| format!("exit {exit}")));
            facts.extend(interrupted.then(|| "interrupted".to_owned()));
            facts.extend(background.is_some().then(|| "in the background".to_owned()));
        }
        ToolDetail::Patch { created: true, .. } => facts.push("new file".to_owned()),
        ToolDetail::File { lines, total, .. } if lines < total => {
            facts.push(format!("{lines} of {total} lines"))
        }
        ToolDetail::File { lines, .. } => facts.push(count(u64::from(*lines), "line")),
        ToolDetail::Matches { count: n } => {
            facts.push(count(u64::from(*n), if tool.name() == "Glob" { "file" } else { "result" }));
        }
        ToolDetail::Agent { tools, duration_ms, background, .. } => {
            let steps = (*tools).max(tool.steps);
            facts.push(count(u64::from(steps), "tool"));
            facts.extend((*duration_ms > 0).then(|| span(*duration_ms)));
            facts.extend(background.then(|| "in the background".to_owned()));
        }
        _ if tool.steps > 0 => facts.push(count(u64::from(tool.steps), "tool")),
        _ => {}
    }
    // How long it took says something of commands and calls far away only.
    let slow = !matches!(
        tool.name(),
        "Edit" | "Write" | "Read" | "Agent" | "Task" | "AskUserQuestion" | "ExitPlanMode"
    );
    if let (true, Some(call), Some(result)) = (slow && tool.asked.is_none(), &tool.call, &tool.result) {
        facts.extend(took(call.at, result.at));
    }
    facts.extend((tool.state() == ToolState::Cut).then(|| "stopped".to_owned()));
    facts.join(" · ")
}

fn question(input: &Value) -> String {
    let first = input.pointer("/questions/0/question").and_then(Value::as_str);
    first.unwrap_or_default().to_owned()
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_start_matches('#').trim().to_owned()
}

/// The first text of an input that nothing is known about.
fn short(input: &Value) -> String {
    let texts = input.as_object().into_iter().flat_map(|input| input.values());
    texts.filter_map(Value::as_str).next().map(first_line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        sessions::{
            event::{Event, EventBody, Excerpt},
            thread::Ref,
        },
        time::Millis,
    };

    fn tool(name: &str, input: Value, detail: Option<ToolDetail>) -> Tool {
        let call = EventBody::ToolCall { id: "t".into(), name: name.into(), input, uuid: None, parent: None };
        let result = detail.map(|detail| EventBody::ToolResult {
            id: "t".into(),
            is_error: false,
            output: Excerpt::default(),
            detail,
            images: 0,
            uuid: None,
            parent: None,
        });
        Tool {
            call: Some(Ref::new(Event { seq: 1, at: Millis(0), body: call })),
            result: result.map(|body| Ref::new(Event { seq: 2, at: Millis(12_000), body })),
            ..Tool::default()
        }
    }

    #[test]
    fn a_call_says_what_it_is_about_and_what_came_of_it() {
        let shell = ToolDetail::Shell {
            stderr: Excerpt::default(),
            exit: Some(1),
            interrupted: false,
            background: None,
        };
        let file = ToolDetail::File { path: "/p/a.rs".into(), lines: 40, total: 212 };
        let agent = ToolDetail::Agent { tools: 7, tokens: 1, duration_ms: 12_000, background: false };
        let table = [
            (
                tool("Bash", json!({"command": "cargo test\nmore"}), Some(shell)),
                "Bash|cargo test|exit 1 · 12 s",
            ),
            (tool("Read", json!({"file_path": "/p/a.rs"}), Some(file)), "Read|a.rs|40 of 212 lines"),
            (
                tool(
                    "Grep",
                    json!({"pattern": "x", "path": "/p/src"}),
                    Some(ToolDetail::Matches { count: 1 }),
                ),
                "Grep|x  in src|1 result · 12 s",
            ),
            (
                tool("Agent", json!({"subagent_type": "Explore", "description": "look"}), Some(agent)),
                "Agent|Explore: look|7 tools · 12 s",
            ),
            (tool("mcp__files__read_it", json!({"n": 1, "name": "x"}), None), "files · read_it|x|"),
            (tool("ExitPlanMode", json!({"plan": "# The plan\n"}), None), "Plan|The plan|"),
            (Tool::default(), "Earlier call||"),
        ];
        for (tool, words) in table {
            let head = head(&tool, "/p");
            assert_eq!(format!("{}|{}|{}", head.name, head.subject, head.facts), words);
        }
    }
}
