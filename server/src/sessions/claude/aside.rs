//! What the CLI records beside the conversation: background work that begins and ends, and what sub-agents do. None of it
//! begins or ends a turn.

use app::sessions::{
    event::{EventBody, TaskState},
    model::Usage,
};
use serde_json::Value;

use super::{
    driver::{Driver, Out, input_tokens},
    record::inside,
    system::ended,
    value::{flag, list, maybe, number, text},
};

impl Driver {
    /// What a record of the sub-agent means that was started by this call. `billed` is its last message whose usage is counted.
    pub(crate) fn aside(&mut self, mut record: Value, call: &str, billed: &mut Option<String>) -> Vec<Out> {
        let mut outs = Vec::new();
        if self.is_repeat(&record) {
            return outs;
        }
        let failed = flag(&record, "isApiErrorMessage");
        if let Some(fields) = record.as_object_mut() {
            fields.insert("parent_tool_use_id".to_owned(), call.into());
            fields.insert("is_api_error_message".to_owned(), failed.into());
        }
        match text(&record, "type") {
            "assistant" => {
                self.bill(&record, billed);
                // Later than the turn that started it: no other turn has used this.
                if !self.memory.turn && self.memory.unbilled != Usage::default() {
                    outs.push(Out::Spent(std::mem::take(&mut self.memory.unbilled)));
                }
                self.assistant(&record, &mut outs);
            }
            // What else is on this side is the prompt, which its call holds already.
            "user" if has_result(&record) => {
                as_a_line(&mut record);
                self.user(&record, &mut outs);
            }
            _ => {}
        }
        outs
    }

    /// Counts what a message has used; each of its blocks repeats the whole.
    pub(super) fn bill(&mut self, record: &Value, billed: &mut Option<String>) {
        let message = record.pointer("/message/id").and_then(Value::as_str).map(str::to_owned);
        if message.is_some() && message != *billed {
            *billed = message;
            let usage = record.pointer("/message/usage").unwrap_or(&Value::Null);
            self.memory.unbilled.input_tokens += input_tokens(usage);
            self.memory.unbilled.output_tokens += number(usage, "output_tokens");
        }
    }
}

/// Whether this record says what tools returned.
pub(super) fn has_result(record: &Value) -> bool {
    results(record).next().is_some()
}

fn results(record: &Value) -> impl Iterator<Item = &Value> {
    let message = record.get("message").unwrap_or(&Value::Null);
    list(message, "content").iter().filter(|block| text(block, "type") == "tool_result")
}

/// A result is spelt in a record in another way than in a line of the chat.
pub(super) fn as_a_line(record: &mut Value) {
    if let Some(fields) = record.as_object_mut()
        && let Some(done) = fields.remove("toolUseResult")
    {
        fields.insert("tool_use_result".to_owned(), done);
    }
}

/// The work that went to the background with this result.
pub(super) fn sent_off(line: &Value) -> Option<Out> {
    let done = line.get("tool_use_result")?;
    let agent = maybe(done, "agentId").filter(|_| text(done, "status") == "async_launched");
    Some(Out::Event(EventBody::Task {
        id: agent.or_else(|| maybe(done, "backgroundTaskId"))?,
        title: text(done, "description").to_owned(),
        state: TaskState::Running,
        tool_use_id: results(line).next().and_then(|block| maybe(block, "tool_use_id")),
    }))
}

/// The work that has ended, if this is the CLI's word of that.
pub(super) fn come_back(said: &str) -> Option<Out> {
    let note = said.trim_start().strip_prefix("<task-notification>")?;
    let field = |tag: &str| inside(note, tag).map(|text| text.trim().to_owned());
    Some(Out::Event(EventBody::Task {
        id: field("task-id").unwrap_or_default(),
        title: field("summary").unwrap_or_default(),
        state: ended(&field("status").unwrap_or_default()),
        tool_use_id: field("tool-use-id"),
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use app::time::Millis;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sub_agent_is_shown_below_its_call_and_moves_no_turn() {
        let mut driver = Driver::default();
        let usage = json!({"input_tokens": 3, "output_tokens": 2});
        let says = |uuid: &str, block: Value| {
            json!({"type": "assistant", "isSidechain": true, "uuid": uuid,
                "message": {"id": "m", "content": [block], "usage": usage}})
        };
        let result = json!([{"type": "tool_result", "tool_use_id": "t", "content": "out"}]);
        let records = [
            json!({"type": "user", "uuid": "p", "message": {"content": "look"}}),
            json!({"type": "attachment", "uuid": "a", "attachment": {"type": "date"}}),
            says("1", json!({"type": "text", "text": "I look."})),
            says("2", json!({"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}})),
            json!({"type": "user", "uuid": "r", "toolUseResult": {"stdout": "out"}, "message": {"content": result}}),
            says("1", json!({"type": "text", "text": "I look."})),
        ];
        let mut billed = None;
        let outs: Vec<Out> =
            records.into_iter().flat_map(|record| driver.aside(record, "call", &mut billed)).collect();
        let below = |out: &Out| match out {
            Out::Event(EventBody::AssistantText { parent, .. } | EventBody::ToolCall { parent, .. }) => {
                parent.clone()
            }
            Out::Event(EventBody::ToolResult { parent, output, .. }) if output.head == "out" => {
                parent.clone()
            }
            _ => None,
        };
        assert_eq!(outs.iter().filter_map(below).collect::<Vec<_>>(), ["call"; 3]);
        let spent = |out: &Out| if let Out::Spent(usage) = out { Some(usage.input_tokens) } else { None };
        assert_eq!((outs.iter().filter_map(spent).collect::<Vec<_>>(), outs.len()), (vec![3], 4), "at once");
        assert_eq!((driver.memory.unbilled, &driver.memory.leaf), (Usage::default(), &None));
        driver.memory.turn = true;
        assert_eq!(driver.aside(says("3", json!({"type": "text", "text": "x"})), "call", &mut None).len(), 1);
        assert_eq!(driver.memory.unbilled.input_tokens, 3, "it is a part of the turn under way");
    }

    #[test]
    fn background_work_begins_and_ends_as_in_the_chat() {
        let mut driver = Driver::default();
        let mut tasks = |record: Value| -> Vec<(String, TaskState, Option<String>)> {
            let outs = driver.record(record, Millis(1)).into_iter();
            outs.filter_map(|out| match out {
                Out::Event(EventBody::Task { id, state, tool_use_id, .. }) => Some((id, state, tool_use_id)),
                Out::Event(EventBody::ToolResult { .. }) => None,
                other => panic!("{other:?}"),
            })
            .collect()
        };
        let begins = json!({"type": "user", "toolUseResult": {"status": "async_launched", "agentId": "a"},
            "message": {"content": [{"type": "tool_result", "tool_use_id": "t", "content": "launched"}]}});
        let ends = "<task-notification>\n<task-id>a</task-id>\n<tool-use-id>t</tool-use-id>\n<status>completed</status>\n<summary>Done</summary>\n</task-notification>";
        let (a, t) = ("a".to_owned(), Some("t".to_owned()));
        assert_eq!(tasks(begins), [(a.clone(), TaskState::Running, t.clone())]);
        assert_eq!(
            tasks(json!({"type": "user", "message": {"content": ends}})),
            [(a.clone(), TaskState::Completed, t.clone())]
        );
        let queued = json!({"type": "queued_command", "commandMode": "task-notification",
            "prompt": ends.replace("completed", "killed"), "origin": {"kind": "task-notification"}});
        assert_eq!(tasks(json!({"type": "attachment", "attachment": queued})), [(a, TaskState::Stopped, t)]);
    }
}
