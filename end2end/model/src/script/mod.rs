//! What a prompt tells the model to do: a list of rounds, each one response. Never reads a conversation; see `reply` for that.
//!
//! A directive is a line `word: rest`; all other lines are prose. A script with none is no script.
//!
//! | line | what the model does |
//! |---|---|
//! | `say: text`, `think: text` | a text or thinking block; `{result}` is the last tool result, `{turns}` the count of prompts |
//! | `bash: command ## why`, `bash-bg: …` | Bash, in the foreground or background |
//! | `read: path`, `write: path \| content`, `edit: path \| old \| new` | the file tools |
//! | `grep: pattern`, `glob: pattern` | searches through Bash, as the CLI has no tools of that name |
//! | `fetch: url` | WebFetch, which fails offline: the CLI asks its maker about every host first |
//! | `ask: [Header] Question? \| A - why \| B` | AskUserQuestion; lines in a row are one call, `ask-many:` takes several answers |
//! | `plan: text` | writes the plan file, then ExitPlanMode |
//! | `agent: [Type] title \| prompt`, `agent-bg: …` | a sub-agent, whose prompt may be a script too |
//! | `todo: [x] a; [>] b; [ ] c` | TaskCreate for what is new, TaskUpdate for what changed |
//! | `cron: * * * * * \| prompt`, `mcp: server tool {json}`, `tool: Name {json}` | other tools |
//! | `parallel:` … `end` | the calls between go into one response |
//! | `otherwise: text` | said, and the end, if the call above failed or was denied |
//! | `slow: ms`, `wait: ms`, `long: paragraphs` | from here on so long per delta, a pause, much text |
//! | `hold: path` | the next text stops halfway until that file is there |
//! | `error: 529 overloaded`, `error: 529 x2` | the response fails with that status: always, or the first two times |
//! | `cut`, `cut: 2` | the response's stream breaks midway, that many times |
//!
//! In a line `\n` is a line break (not in `bash:`). Longer fields end the line with `<<` and follow up to a line `>>`,
//! a line `==` between the old and the new text of an edit.

mod parse;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use serde_json::Value;

/// Stands in a call's input for the plan file that the CLI names.
pub(crate) const PLAN_FILE: &str = "{plan-file}";
/// Stands, with the subject after it, for the id of a task created earlier.
pub(crate) const TASK: &str = "{task}";

/// What to do for one prompt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    pub(crate) rounds: Vec<Round>,
}

/// One response: what is said, then what is called. Only the last one may call nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Round {
    pub(crate) parts: Vec<Part>,
    pub(crate) calls: Vec<Call>,
    pub(crate) otherwise: Option<String>,
}

/// Something a response does besides calling tools.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A block of text.
    Say(String),
    /// A block of thinking.
    Think(String),
    /// The pause in milliseconds after each following delta.
    Slow(u64),
    /// One pause in milliseconds.
    Wait(u64),
    /// The next block of text stops halfway until this file is there.
    Hold(PathBuf),
    /// The response fails with this status, `times` times or always.
    Fail {
        /// The HTTP status.
        status: u16,
        /// What the error says; empty for the usual words.
        message: String,
        /// How often; always if absent.
        times: Option<u32>,
    },
    /// The stream breaks midway that many times.
    Cut(u32),
}

/// A tool call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) input: Value,
}
