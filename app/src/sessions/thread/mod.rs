//! The thread: a session's events folded into what a reader sees. Pure: the same events always give the same items,
//! however they arrived. Never knows a signal; `store` keeps what is on the page in step with it.

mod fold;
mod todo;
mod window;

use std::{collections::HashMap, ops::Deref, sync::Arc};

use serde_json::Value;

pub use self::{
    fold::fold,
    todo::{Change, Step, StepState, Todo},
    window::{Appended, Spare, Window},
};
use super::{
    event::{Event, EventBody, Excerpt, Level, TaskState, ToolDetail, TurnOutcome},
    model::{Touch, TouchedFile},
};
use crate::{
    approvals::model::{ApprovalKind, ApprovalStatus},
    ids::{ApprovalId, SessionId},
    time::Millis,
};

/// An event on the page. Events never change, so two of one session are equal when their numbers are.
#[derive(Clone, Debug)]
pub struct Ref(Arc<Event>);

impl Ref {
    /// Takes an event in.
    #[must_use]
    pub fn new(event: Event) -> Self {
        Self(Arc::new(event))
    }
}

impl PartialEq for Ref {
    fn eq(&self, other: &Self) -> bool {
        self.0.seq == other.0.seq
    }
}

impl Deref for Ref {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.0
    }
}

/// One entry of the thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The number of its first event; stays when the entry grows.
    pub key: u64,
    /// What it shows.
    pub body: Body,
    /// What a sub-agent did, under the call that started it.
    pub children: Vec<Item>,
}

/// What an entry shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A person's message.
    You(Ref),
    /// The agent's text.
    Text(Ref),
    /// Blocks of thinking without anything visible between them.
    Thinking(Vec<Ref>),
    /// A tool call with everything that came of it.
    Tool(Tool),
    /// A run of changes to the task list.
    Todo(Todo),
    /// An approval whose tool call is not on the page.
    Asked(Asked),
    /// The agent began a turn by itself.
    SelfStarted(Millis),
    /// A turn ended.
    TurnEnd(TurnEnd),
    /// A line in small print.
    Note(Note),
    /// Something that Roost does not know.
    Unknown(Ref),
}

/// How far a tool call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolState {
    /// A person has to answer first.
    Waiting,
    /// It runs.
    Running,
    /// It ended well.
    Done,
    /// It says that it failed, or was refused.
    Failed,
    /// The turn ended before it did.
    Cut,
}

/// A tool call with everything that came of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tool {
    /// The call; none if only what followed is on the page.
    pub call: Option<Ref>,
    /// Its result.
    pub result: Option<Ref>,
    /// What a person was asked about it.
    pub asked: Option<Asked>,
    /// The background work it started.
    pub task: Option<TaskState>,
    /// How many tools its sub-agent has called, of those on the page.
    pub steps: u32,
    /// Whether the turn ended without its result.
    pub cut: bool,
}

/// An approval as the history knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The approval.
    pub id: ApprovalId,
    /// What kind of answer it wants.
    pub kind: ApprovalKind,
    /// One line of it.
    pub title: String,
    /// How it was answered; none while it waits.
    pub settled: Option<Settled>,
}

/// How an approval was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// How.
    pub outcome: ApprovalStatus,
    /// Who.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The note, the answers or the chosen mode.
    pub note: Option<String>,
}

/// The end of a turn.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnEnd {
    /// How.
    pub outcome: TurnOutcome,
    /// What went wrong.
    pub text: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// What it alone cost, in dollars.
    pub cost_usd: f64,
    /// Where a fork can be made: the last of what the agent said in it.
    pub fork_at: Option<u64>,
}

/// A line in small print.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// How loud.
    pub level: Level,
    /// What it says.
    pub text: String,
    /// When.
    pub at: Millis,
    /// The session it speaks of.
    pub link: Option<SessionId>,
}

impl Tool {
    /// The tool's name, as the CLI calls it; empty if the call is not on the page.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.call.as_ref().map(|call| &call.body) {
            Some(EventBody::ToolCall { name, .. }) => name,
            _ => "",
        }
    }

    /// Its input.
    #[must_use]
    pub fn input(&self) -> &Value {
        match self.call.as_ref().map(|call| &call.body) {
            Some(EventBody::ToolCall { input, .. }) => input,
            _ => &Value::Null,
        }
    }

    /// A text of its input; empty if there is none of that name.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.input().get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// What it printed or returned.
    #[must_use]
    pub fn output(&self) -> Option<&Excerpt> {
        match self.result.as_ref().map(|result| &result.body) {
            Some(EventBody::ToolResult { output, .. }) => Some(output),
            _ => None,
        }
    }

    /// What it did, in a form that can be drawn.
    #[must_use]
    pub fn detail(&self) -> &ToolDetail {
        match self.result.as_ref().map(|result| &result.body) {
            Some(EventBody::ToolResult { detail, .. }) => detail,
            _ => &ToolDetail::Plain,
        }
    }

    /// How many images it returned.
    #[must_use]
    pub fn images(&self) -> u32 {
        match self.result.as_ref().map(|result| &result.body) {
            Some(EventBody::ToolResult { images, .. }) => *images,
            _ => 0,
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> ToolState {
        let is_error = match self.result.as_ref().map(|result| &result.body) {
            Some(EventBody::ToolResult { is_error, .. }) => Some(*is_error),
            _ => None,
        };
        let waits = self.asked.as_ref().is_some_and(|asked| asked.settled.is_none());
        match (is_error, self.task) {
            (Some(true), _) | (_, Some(TaskState::Failed)) => ToolState::Failed,
            (_, Some(TaskState::Stopped)) => ToolState::Cut,
            (Some(false), Some(TaskState::Running)) => ToolState::Running,
            (Some(false), _) => ToolState::Done,
            (None, _) if self.cut => ToolState::Cut,
            (None, _) if waits => ToolState::Waiting,
            (None, _) if self.call.is_none() => ToolState::Done,
            (None, _) => ToolState::Running,
        }
    }
}

/// The files this part of the history touched, each once.
#[must_use]
pub fn touched<'a>(events: impl Iterator<Item = &'a Ref>) -> Vec<TouchedFile> {
    let calls = events.filter_map(|event| {
        let EventBody::ToolCall { name, input, .. } = &event.body else { return None };
        let path = input.get("file_path").or_else(|| input.get("notebook_path"))?.as_str()?;
        Some((name.as_str(), path))
    });
    touched_by(calls)
}

/// The files that these calls touched, each once: the name of a tool and the path it was given.
#[must_use]
pub fn touched_by<'a>(calls: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<TouchedFile> {
    let mut all: Vec<TouchedFile> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (name, path) in calls {
        let Some(how) = Touch::of_tool(name) else { continue };
        let at = *known.entry(path).or_insert_with(|| {
            all.push(TouchedFile { path: path.to_owned(), how });
            all.len() - 1
        });
        all[at].how = all[at].how.max(how);
    }
    all
}

#[cfg(test)]
mod tests;
