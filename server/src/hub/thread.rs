//! A session's history as plain text: a few lines an event, without markup. What it leaves out is in the web page.

use app::{
    approvals::model::ApprovalStatus,
    sessions::event::{Event, EventBody, Excerpt, Level, TaskState, TurnOutcome},
    time::span,
};
use serde_json::Value;

use super::plain::{line, plain, wrap};

/// Lines of a tool's output that are shown.
const OUTPUT: usize = 6;

/// How a line reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// What a person said.
    Person,
    /// What the agent said.
    Agent,
    /// What happened around it.
    Aside,
    /// What wants a look.
    Alert,
}

/// One event, ready to be wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub seq: u64,
    pub tone: Tone,
    pub text: String,
}

/// The entries of these events, in order; an event that cannot be read, or says nothing to a reader, has none.
pub(super) fn entries(events: &[Value]) -> Vec<Entry> {
    events.iter().filter_map(|event| entry(serde::Deserialize::deserialize(event).ok()?)).collect()
}

fn entry(event: Event) -> Option<Entry> {
    let (tone, text) = body(event.body)?;
    let text = plain(text.trim_end());
    (!text.is_empty()).then_some(Entry { seq: event.seq, tone, text })
}

fn body(body: EventBody) -> Option<(Tone, String)> {
    let aside = |text: String| Some((Tone::Aside, text));
    match body {
        EventBody::UserMessage { text, images, .. } => {
            let images =
                if images.is_empty() { String::new() } else { format!(" [{} images]", images.len()) };
            Some((Tone::Person, format!("> {text}{images}")))
        }
        EventBody::AssistantText { text, parent: None, .. } => Some((Tone::Agent, text)),
        EventBody::AssistantText { text, .. } => aside(format!("  {}", line(&text))),
        EventBody::ToolCall { name, input, parent, .. } => {
            let step = if parent.is_some() { "  " } else { "" };
            aside(format!("{step}* {name} {}", subject(&input)))
        }
        EventBody::ToolResult { is_error, output, .. } => {
            let tone = if is_error { Tone::Alert } else { Tone::Aside };
            Some((tone, first_lines(&output)))
        }
        EventBody::ApprovalAsked { title, .. } => Some((Tone::Alert, format!("? {title}"))),
        EventBody::ApprovalSettled { outcome, by, note, .. } => {
            let note = note.map(|note| format!(": {note}")).unwrap_or_default();
            aside(format!("  {} by {by}{note}", settled(outcome)))
        }
        EventBody::TurnEnded { outcome, text, duration_ms, .. } => {
            let text = text.map(|text| format!(": {text}")).unwrap_or_default();
            match outcome {
                TurnOutcome::Done => aside(format!("- done in {}", span(duration_ms))),
                TurnOutcome::Interrupted => Some((Tone::Alert, format!("- interrupted{text}"))),
                TurnOutcome::Failed => Some((Tone::Alert, format!("- failed{text}"))),
            }
        }
        EventBody::StatusChanged { to, reason: Some(reason), .. } if to.is_finished() => {
            aside(format!("- {}: {reason}", to.as_str()))
        }
        EventBody::Notice { level, text } => {
            let tone = if level == Level::Info { Tone::Aside } else { Tone::Alert };
            Some((tone, format!("! {text}")))
        }
        EventBody::Task { title, state, .. } => aside(format!("& {title}: {}", task(state))),
        EventBody::SettingChanged { what, value, by } => aside(format!("- {what}: {value}, by {by}")),
        EventBody::PermissionModeChanged { to, by } => aside(format!("- {}, by {by}", to.words())),
        EventBody::Thinking { .. }
        | EventBody::TurnStarted { .. }
        | EventBody::StatusChanged { .. }
        | EventBody::Forked { .. }
        | EventBody::Unknown { .. } => None,
    }
}

/// What a tool call is about: the field that says most, on one line.
fn subject(input: &Value) -> String {
    let telling =
        ["command", "file_path", "notebook_path", "pattern", "url", "query", "description", "prompt"];
    let found = telling.iter().find_map(|key| input.get(key)?.as_str());
    found.map(line).unwrap_or_default()
}

fn first_lines(output: &Excerpt) -> String {
    let mut lines = output.head.lines();
    let mut text: Vec<String> = lines.by_ref().take(OUTPUT).map(|line| format!("  {line}")).collect();
    if lines.next().is_some() || output.omitted > 0 {
        text.push("  …".to_owned());
    }
    text.join("\n")
}

fn settled(outcome: ApprovalStatus) -> &'static str {
    match outcome {
        ApprovalStatus::Pending => "asked",
        ApprovalStatus::Allowed => "allowed",
        ApprovalStatus::Denied => "denied",
        ApprovalStatus::Withdrawn => "withdrawn",
        ApprovalStatus::Expired => "expired",
    }
}

fn task(state: TaskState) -> &'static str {
    match state {
        TaskState::Running => "running",
        TaskState::Completed => "completed",
        TaskState::Failed => "failed",
        TaskState::Stopped => "stopped",
    }
}

/// The lines of these entries at this width, with an empty one before each turn of a conversation.
pub(super) fn lines(entries: &[Entry], width: usize) -> Vec<(Tone, String)> {
    let mut lines = Vec::new();
    for entry in entries {
        if !lines.is_empty() && matches!(entry.tone, Tone::Person | Tone::Agent) {
            lines.push((Tone::Aside, String::new()));
        }
        lines.extend(wrap(&entry.text, width).into_iter().map(|text| (entry.tone, text)));
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_history_reads_as_a_conversation() {
        let id = "018f0000-0000-7000-8000-000000000000";
        let event = |seq: u64, body: Value| {
            let mut event = json!({"seq": seq, "at": 0});
            event.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            event
        };
        let output = json!({"head": "1\n2\n3\n4\n5\n6\n7"});
        let usage = json!({"input_tokens": 1, "output_tokens": 1, "cost_usd": 0.0});
        let events = [
            event(1, json!({"kind": "user_message", "id": id, "text": "fix it", "by": "Ada"})),
            event(2, json!({"kind": "turn_started", "origin": "person"})),
            event(
                3,
                json!({"kind": "tool_call", "id": "t", "name": "Bash", "input": {"command": "make\n test"}}),
            ),
            event(4, json!({"kind": "tool_result", "id": "t", "is_error": true, "output": output})),
            event(5, json!({"kind": "of a later build"})),
            event(6, json!({"kind": "assistant_text", "text": "It is\x1b[2J fixed now."})),
            event(7, json!({"kind": "turn_ended", "outcome": "done", "duration_ms": 6_200, "usage": usage})),
        ];
        let lines = lines(&entries(&events), 12);
        let text: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            text,
            [
                "> fix it",
                "* Bash make",
                "test",
                "  1",
                "  2",
                "  3",
                "  4",
                "  5",
                "  6",
                "  …",
                "",
                "It is[2J",
                "fixed now.",
                "- done in 6",
                "s"
            ]
        );
        assert_eq!(lines[3].0, Tone::Alert);
    }
}
