//! What a Messages API request says about where the conversation stands. Never remembers an earlier request.

use serde_json::Value;

/// Texts that the CLI puts among a person's own.
const NOT_A_PROMPT: &[&str] = &[
    "<system-reminder>",
    "<local-command-",
    "<command-",
    "[Request interrupted",
    "[Image: source:",
    "Continue from where you left off.",
];
const NOTIFICATION: &str = "<task-notification>";
const FOLDED: &str = "The user sent a new message while you were working:\n";

/// What a request wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The next response of a conversation.
    #[default]
    Answer,
    /// A name for a session.
    Title,
    /// A summary of the conversation, for `/compact`.
    Summary,
}

/// One conversation as a request tells it.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) wanted: Wanted,
    /// The last thing a person wrote.
    pub(crate) prompt: String,
    /// How many prompts there were, this one counted, without what the CLI tells by itself.
    pub(crate) turns: usize,
    /// The tool calls since the prompt.
    pub(crate) calls: Vec<Called>,
    /// All tool calls, those of earlier turns too.
    earlier: Vec<Called>,
    /// What a person wrote while this turn was running and nobody answered yet.
    pub(crate) folded: Option<String>,
    /// Where the CLI wants a plan to be written.
    pub(crate) plan_file: Option<String>,
    /// Characters up to and including the model's last message, and after it.
    pub(crate) size: (usize, usize),
}

/// A tool call and what came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Called {
    id: String,
    input: Value,
    pub(crate) result: Option<String>,
    pub(crate) failed: bool,
}

impl Conversation {
    pub(crate) fn read(request: &Value) -> Self {
        let mut it = Self::default();
        it.size.0 = length(&request["system"]) + length(&request["tools"]);
        let none = Vec::new();
        for message in request["messages"].as_array().unwrap_or(&none) {
            it.take(message);
        }
        let is_title = !request["output_config"]["format"]["schema"]["properties"]["title"].is_null();
        if is_title {
            it.wanted = Wanted::Title;
        } else if it.prompt.contains("Respond with TEXT ONLY") && it.prompt.contains("detailed summary") {
            it.wanted = Wanted::Summary;
        }
        it
    }

    /// The id that the CLI gave to the newest task with this subject.
    pub(crate) fn task_id(&self, subject: &str) -> Option<&str> {
        let mut all = self.calls.iter().rev().chain(self.earlier.iter().rev());
        let created = all.find(|call| call.input["subject"] == subject)?;
        let (_, after) = created.result.as_deref()?.split_once('#')?;
        after.split(|c: char| !c.is_ascii_digit()).next()
    }

    /// What the last tool call answered.
    pub(crate) fn last_result(&self) -> &str {
        let last = self.calls.last().and_then(|call| call.result.as_deref());
        last.unwrap_or_default()
    }

    fn take(&mut self, message: &Value) {
        let size = length(&message["content"]);
        if message["role"] == "assistant" {
            self.size = (self.size.0 + self.size.1 + size, 0);
            self.folded = None;
        } else {
            self.size.1 += size;
        }
        let blocks = match &message["content"] {
            Value::Array(blocks) => blocks.clone(),
            text => vec![serde_json::json!({ "type": "text", "text": text })],
        };
        let mut answers_tools = false;
        for block in &blocks {
            let text = block["text"].as_str().unwrap_or_default();
            self.find_plan_file(text);
            match (message["role"].as_str(), block["type"].as_str()) {
                (Some("assistant"), Some("tool_use")) => self.calls.push(Called {
                    id: block["id"].as_str().unwrap_or_default().to_owned(),
                    input: block["input"].clone(),
                    ..Called::default()
                }),
                (Some("user"), Some("tool_result")) => {
                    answers_tools = true;
                    self.answered(block);
                }
                (Some("user"), Some("text")) => self.written(text, answers_tools),
                (Some("system"), Some("text")) => {
                    if let Some(said) = text.strip_prefix(FOLDED) {
                        self.folded = said.lines().next().map(str::to_owned);
                    }
                }
                _ => {}
            }
        }
    }

    fn answered(&mut self, block: &Value) {
        let id = block["tool_use_id"].as_str().unwrap_or_default();
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.id == id) {
            call.failed = block["is_error"] == true;
            call.result = Some(match &block["content"] {
                Value::String(text) => text.clone(),
                Value::Array(parts) => {
                    parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
                }
                _ => String::new(),
            });
        }
    }

    fn written(&mut self, text: &str, answers_tools: bool) {
        let text = text.trim();
        let told = text.starts_with('<').then(|| text.find(NOTIFICATION)).flatten();
        match told {
            // Beside tool results it belongs to the running turn.
            Some(_) if answers_tools => return,
            Some(at) => text[at..].clone_into(&mut self.prompt),
            None if text.is_empty() || NOT_A_PROMPT.iter().any(|start| text.starts_with(start)) => return,
            None => {
                text.clone_into(&mut self.prompt);
                self.turns += 1;
            }
        }
        self.earlier.append(&mut self.calls);
    }

    fn find_plan_file(&mut self, text: &str) {
        let Some(at) = text.rfind("/plans/") else { return };
        let start = text[..at].rfind(char::is_whitespace).map_or(0, |space| space + 1);
        if let Some(length) = text[at..].find(".md") {
            self.plan_file = Some(text[start..at + length + 3].to_owned());
        }
    }
}

/// The summary of a background task, if that is what the prompt tells of.
pub(crate) fn notification(prompt: &str) -> Option<&str> {
    let rest = prompt.strip_prefix(NOTIFICATION)?;
    let summary = rest.split_once("<summary>").map_or("", |(_, after)| after);
    Some(summary.split("</summary>").next().unwrap_or_default().trim())
}

fn length(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::String(text) => text.len(),
        other => other.to_string().len(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_prompt_is_the_last_text_that_a_person_wrote() {
        let read = Conversation::read(&json!({"messages": [
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
            {"role": "user", "content": [
                {"type": "text", "text": "[Request interrupted by user]"},
                {"type": "text", "text": "second"},
                {"type": "text", "text": "<system-reminder>plan at /home/a b/x"}]},
            {"role": "system", "content": [{"type": "text", "text": "create your plan at /c/plans/a-b.md using"}]},
        ]}));
        assert_eq!((read.prompt.as_str(), read.turns), ("second", 2));
        assert_eq!(read.plan_file.as_deref(), Some("/c/plans/a-b.md"));
        assert!(read.size.0 > 0 && read.size.1 > 0);
    }

    #[test]
    fn calls_since_the_prompt_carry_their_results() {
        let read = Conversation::read(&json!({"messages": [
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "t1", "name": "TaskCreate", "input": {"subject": "a"}},
                {"type": "tool_use", "id": "t2", "name": "Bash", "input": {}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "Task #12 created successfully: a"},
                {"type": "tool_result", "tool_use_id": "t2", "content": [{"type": "text", "text": "no"}], "is_error": true},
                {"type": "text", "text": "<task-notification><summary>Agent done</summary></task-notification>"}]},
            {"role": "system", "content": "The user sent a new message while you were working:\nhurry\n\nThis is how"},
        ]}));
        assert_eq!(read.prompt, "go");
        assert_eq!(read.task_id("a"), Some("12"));
        assert!(read.calls[1].failed);
        assert_eq!(read.last_result(), "no");
        assert_eq!(read.folded.as_deref(), Some("hurry"));
    }

    #[test]
    fn titles_and_notifications_are_told_apart() {
        let schema = json!({"format": {"schema": {"properties": {"title": {}}}}});
        let read = Conversation::read(&json!({"messages": [], "output_config": schema}));
        assert_eq!(read.wanted, Wanted::Title);
        let read = Conversation::read(&json!({"messages": [{"role": "user", "content":
            "<system-reminder>\nNOT A PERSON\n<task-notification>\n<summary>Agent \"x\" finished</summary>"}]}));
        assert_eq!(notification(&read.prompt), Some("Agent \"x\" finished"));
        assert_eq!(read.turns, 0);
    }
}
