//! The block that is being written, folded from stream events. Never an event: a finished block is.

use serde_json::Value;

use super::value::{number, text};

/// A block in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Block {
    /// No turn is under way.
    #[default]
    None,
    /// The model was asked, or a tool runs.
    Working,
    /// Text.
    Text(String),
    /// Thinking, and the CLI's estimate of its tokens.
    Thinking(String, u64),
    /// A tool's input; its name and how many bytes there are.
    Tool(String, u64),
}

impl Block {
    /// Folds one event of the model's stream. A broken stream starts over with a new `message_start`.
    pub(super) fn stream(&mut self, event: &Value) {
        match text(event, "type") {
            "message_start" => *self = Self::Working,
            "content_block_start" => {
                let block = event.get("content_block").unwrap_or(&Value::Null);
                *self = match text(block, "type") {
                    "text" => Self::Text(text(block, "text").to_owned()),
                    "thinking" | "redacted_thinking" => Self::Thinking(text(block, "thinking").to_owned(), 0),
                    "tool_use" | "server_tool_use" => Self::Tool(text(block, "name").to_owned(), 0),
                    _ => Self::Working,
                };
            }
            "content_block_delta" => self.delta(event.get("delta").unwrap_or(&Value::Null)),
            "content_block_stop" => *self = Self::Working,
            _ => {}
        }
    }

    /// The finished form of what was being written has come, which is mostly before the stream says that it ends.
    pub(super) fn finished(&mut self) {
        if *self != Self::None {
            *self = Self::Working;
        }
    }

    fn delta(&mut self, delta: &Value) {
        match self {
            Self::Text(so_far) => so_far.push_str(text(delta, "text")),
            Self::Thinking(so_far, _) => so_far.push_str(text(delta, "thinking")),
            Self::Tool(_, bytes) => *bytes += text(delta, "partial_json").len() as u64,
            Self::None | Self::Working => {}
        }
    }

    /// The CLI's estimate of how much has been thought.
    pub(super) fn thought(&mut self, line: &Value) {
        let estimate = number(line, "estimated_tokens");
        match self {
            Self::Thinking(_, tokens) => *tokens = estimate,
            other => *other = Self::Thinking(String::new(), estimate),
        }
    }
}
