//! Assistant and user lines: content blocks become events.

use app::sessions::event::{EventBody, Level};
use serde_json::Value;

use super::{
    detail::detail,
    driver::{Driver, Out},
    excerpt::{cut, shorten},
    value::{content_text, count_images, flag, maybe, text, written_at},
};

impl Driver {
    /// An assistant line: one finished block, or several.
    pub(super) fn assistant(&mut self, line: &Value, outs: &mut Vec<Out>) {
        let parent = maybe(line, "parent_tool_use_id");
        if flag(line, "is_api_error_message") {
            // The turn's own error comes again with its result; a sub-agent's comes only here.
            if parent.is_some() {
                let text = content_text(line.pointer("/message/content"));
                outs.push(Out::Event(EventBody::Notice { level: Level::Error, text }));
            }
            return;
        }
        if parent.is_none() {
            self.block.finished();
            self.context_of(line, outs);
        }
        let uuid = maybe(line, "uuid");
        for block in line.pointer("/message/content").and_then(Value::as_array).into_iter().flatten() {
            let event = match text(block, "type") {
                "text" if text(block, "text").trim().is_empty() => continue,
                "text" => EventBody::AssistantText {
                    text: text(block, "text").to_owned(),
                    html: String::new(),
                    uuid: uuid.clone(),
                    parent: parent.clone(),
                    aborted: flag(line, "aborted"),
                },
                "thinking" | "redacted_thinking" => EventBody::Thinking {
                    text: text(block, "thinking").to_owned(),
                    duration_ms: line.get("thinking_duration_ms").and_then(Value::as_i64),
                    parent: parent.clone(),
                },
                "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                    self.call(block, uuid.clone(), parent.clone(), outs)
                }
                other => unknown(other, block),
            };
            outs.push(Out::Event(event));
        }
    }

    fn call(
        &mut self,
        block: &Value,
        uuid: Option<String>,
        parent: Option<String>,
        outs: &mut Vec<Out>,
    ) -> EventBody {
        let id = text(block, "id").to_owned();
        let name = text(block, "name").to_owned();
        let input = shorten(block.get("input").unwrap_or(&Value::Null));
        if parent.is_none() {
            outs.push(Out::Activity(activity(&name, &input)));
        }
        self.memory.tools.insert(id.clone(), name.clone());
        self.would_schedule(&id, &name, block.get("input").unwrap_or(&Value::Null));
        EventBody::ToolCall { id, name, input, uuid, parent }
    }

    /// A user line of the CLI: tool results, and texts it puts into the conversation itself.
    pub(super) fn user(&mut self, line: &Value, outs: &mut Vec<Out>) {
        let parent = maybe(line, "parent_tool_use_id");
        let content = line.pointer("/message/content");
        let blocks = match content {
            Some(Value::Array(blocks)) => blocks.as_slice(),
            Some(Value::String(said)) => return self.said(line, said, outs),
            _ => return,
        };
        for block in blocks {
            match text(block, "type") {
                "tool_result" => self.result_of(line, block, parent.clone(), outs),
                // The prompt of a sub-agent repeats its call's input.
                "text" if parent.is_some() => {}
                "text" => self.said(line, text(block, "text"), outs),
                other => outs.push(Out::Event(unknown(other, block))),
            }
        }
    }

    fn result_of(&mut self, line: &Value, block: &Value, parent: Option<String>, outs: &mut Vec<Out>) {
        let id = text(block, "tool_use_id").to_owned();
        let tool = self.memory.tools.remove(&id).unwrap_or_default();
        let is_error = flag(block, "is_error");
        let content = block.get("content");
        let done = line.get("tool_use_result").unwrap_or(&Value::Null);
        let scheduled = self.schedule(&id, &tool, done, written_at(line)) && !is_error;
        let output = match done.get("stdout").and_then(Value::as_str) {
            Some(stdout) => cut(stdout),
            None => cut(&content_text(content)),
        };
        outs.push(Out::Event(EventBody::ToolResult {
            id,
            is_error,
            output,
            detail: detail(&tool, done, is_error),
            images: count_images(content),
            uuid: maybe(line, "uuid"),
            parent,
        }));
        if scheduled {
            outs.push(Out::Scheduled);
        }
    }

    /// Texts that the CLI writes into the conversation by itself.
    fn said(&mut self, line: &Value, said: &str, outs: &mut Vec<Out>) {
        if said.starts_with("[Request interrupted by user") {
            self.memory.interrupted = true;
            return;
        }
        // The app's own messages are never echoed: Roost does not ask for that.
        if flag(line, "isReplay") && !flag(line, "isSynthetic") {
            return;
        }
        let stripped = said.replace("<local-command-stdout>", "").replace("</local-command-stdout>", "");
        let text = stripped.trim();
        if !text.is_empty() {
            let summary = text.starts_with("This session is being continued");
            let text = if summary { "The conversation was compacted.".to_owned() } else { text.to_owned() };
            outs.push(Out::Event(EventBody::Notice { level: Level::Info, text }));
        }
    }
}

/// A block or line that this version does not know, kept and shown raw.
pub(super) fn unknown(name: &str, value: &Value) -> EventBody {
    let name = if name.is_empty() { "a line without a type" } else { name };
    EventBody::Unknown { name: name.to_owned(), raw: cut(&value.to_string()) }
}

/// One line for lists: the tool and what it works on.
fn activity(tool: &str, input: &Value) -> String {
    let subject = ["file_path", "command", "pattern", "description", "url", "query", "subject", "path"]
        .iter()
        .find_map(|key| maybe(input, key))
        .unwrap_or_default();
    let subject: String = subject.lines().next().unwrap_or_default().chars().take(120).collect();
    format!("{tool} {subject}").trim_end().to_owned()
}
