//! An approval drawn for a person: in words, and its change or plan as HTML.

use app::{
    approvals::model::{Approval, ApprovalKind},
    sessions::event::Hunk,
};
use serde_json::Value;
use similar::TextDiff;

use super::queries::ApprovalRow;
use crate::{render, sessions::describe};

/// Lines of a new file shown with its approval; the whole of it is in the input.
const LINES: usize = 200;

/// The card of a stored approval.
pub(crate) fn draw(row: ApprovalRow) -> Approval {
    let request: Value = serde_json::from_str(&row.request).unwrap_or_default();
    let ask = describe(&request);
    let html = match (ask.kind, ask.tool.as_str()) {
        (ApprovalKind::Plan, _) => Some(render::markdown(&ask.subject)),
        (_, "Edit") => edit(&ask.input),
        (_, "Write") => write(&ask.input),
        _ => None,
    };
    Approval {
        id: row.id,
        session_id: row.session_id,
        session_name: row.session_name,
        project_id: row.project_id,
        project_name: row.project_name,
        kind: ask.kind,
        tool: ask.tool,
        tool_use_id: ask.tool_use_id,
        agent: ask.agent,
        title: ask.title,
        subject: ask.subject,
        input: ask.input,
        html,
        reason: ask.reason,
        questions: ask.questions,
        suggestions: ask.suggestions,
        digest: row.digest,
        asked_at: row.asked_at,
        expires_at: row.expires_at,
        status: row.status,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    }
}

fn text<'a>(input: &'a Value, key: &str) -> Option<&'a str> {
    input.get(key).and_then(Value::as_str)
}

fn edit(input: &Value) -> Option<String> {
    let (old, new) = (text(input, "old_string")?, text(input, "new_string")?);
    let diff = TextDiff::from_lines(old, new);
    let lines = diff.iter_all_changes().map(|change| {
        let line = change.value().trim_end_matches('\n');
        format!("{}{line}", change.tag())
    });
    Some(render::patch(
        text(input, "file_path")?,
        &[Hunk { old_start: 1, new_start: 1, lines: lines.take(LINES).collect() }],
    ))
}

fn write(input: &Value) -> Option<String> {
    let lines = text(input, "content")?.lines().take(LINES).map(|line| format!("+{line}")).collect();
    Some(render::patch(text(input, "file_path")?, &[Hunk { old_start: 0, new_start: 1, lines }]))
}
