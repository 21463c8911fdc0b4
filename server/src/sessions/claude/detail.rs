//! What a tool did, read from the structured half of its result.

use app::sessions::event::{Hunk, ToolDetail};
use serde_json::Value;

use super::{
    excerpt::cut,
    value::{flag, list, maybe, millis, number, small, text},
};

/// Diff lines kept in one event; the rest is counted.
const DIFF_LINES: usize = 400;

/// The detail of a result of this tool; `Plain` where nothing more is known.
pub(super) fn detail(tool: &str, done: &Value, is_error: bool) -> ToolDetail {
    match tool {
        "Bash" | "PowerShell" => shell(done, is_error),
        "Edit" | "MultiEdit" | "Write" | "NotebookEdit" => patch(done),
        "Read" => done.get("file").map_or(ToolDetail::Plain, |file| ToolDetail::File {
            path: text(file, "filePath").to_owned(),
            lines: small(file, "numLines"),
            total: small(file, "totalLines"),
        }),
        "Grep" | "Glob" => ToolDetail::Matches {
            count: ["numMatches", "numFiles", "numLines"]
                .iter()
                .map(|key| small(done, key))
                .find(|count| *count > 0)
                .unwrap_or_else(|| u32::try_from(list(done, "filenames").len()).unwrap_or(u32::MAX)),
        },
        "Agent" | "Task" => ToolDetail::Agent {
            tools: small(done, "totalToolUseCount"),
            tokens: number(done, "totalTokens"),
            duration_ms: millis(done, "totalDurationMs"),
            background: flag(done, "isAsync"),
        },
        "TaskCreate" => done.get("task").map_or(ToolDetail::Plain, |task| ToolDetail::Todo {
            id: text(task, "id").to_owned(),
            status: Some("pending".to_owned()),
        }),
        "TaskUpdate" => ToolDetail::Todo {
            id: text(done, "taskId").to_owned(),
            status: done.pointer("/statusChange/to").and_then(Value::as_str).map(str::to_owned),
        },
        _ => ToolDetail::Plain,
    }
}

fn shell(done: &Value, is_error: bool) -> ToolDetail {
    // A failing command has no structured half: its text begins with "Exit code N".
    let said = done.as_str().unwrap_or_default();
    let code = said.trim_start_matches("Error: ").strip_prefix("Exit code ");
    let exit = code.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    ToolDetail::Shell {
        stderr: cut(text(done, "stderr")),
        exit: exit.or((done.is_object() && !is_error).then_some(0)),
        interrupted: flag(done, "interrupted"),
        background: maybe(done, "backgroundTaskId"),
    }
}

fn patch(done: &Value) -> ToolDetail {
    let path = text(done, "filePath").to_owned();
    if path.is_empty() {
        return ToolDetail::Plain;
    }
    let created = text(done, "type") == "create";
    let mut hunks: Vec<Hunk> = list(done, "structuredPatch")
        .iter()
        .filter_map(|hunk| serde_json::from_value(hunk.clone()).ok())
        .collect();
    if hunks.is_empty() && created {
        let lines = text(done, "content").lines().map(|line| format!("+{line}")).collect();
        hunks = vec![Hunk { old_start: 0, new_start: 1, lines }];
    }
    let count = |mark: char| {
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.starts_with(mark));
        u32::try_from(lines.count()).unwrap_or(u32::MAX)
    };
    let (added, removed) = (count('+'), count('-'));
    let omitted = bound(&mut hunks);
    ToolDetail::Patch { path, created, added, removed, hunks, omitted, html: String::new() }
}

/// Keeps the first lines of a diff and says how many are gone.
fn bound(hunks: &mut Vec<Hunk>) -> u32 {
    let mut room = DIFF_LINES;
    let mut gone = 0;
    for hunk in hunks.iter_mut() {
        let keep = hunk.lines.len().min(room);
        gone += hunk.lines.len() - keep;
        hunk.lines.truncate(keep);
        room -= keep;
    }
    hunks.retain(|hunk| !hunk.lines.is_empty());
    u32::try_from(gone).unwrap_or(u32::MAX)
}
