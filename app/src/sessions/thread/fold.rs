//! Events into entries. One pass over the window; what names an earlier entry (a result, an answer, a sub-agent's step)
//! is put into it, and what names one that is not here makes a stand-in for it.

use std::collections::HashMap;

use super::{
    Asked, Body, Item, Note, Ref, Settled, Step, Todo, Tool, TurnEnd,
    todo::{apply, is_todo},
};
use crate::{
    ids::{ApprovalId, SessionId},
    sessions::{
        event::{Event, EventBody, Level, Origin, TaskState, TurnOutcome},
        model::Status,
    },
    time::Millis,
};

/// The entries that these events make, in order.
pub fn fold<'a>(events: impl Iterator<Item = &'a Ref>) -> Vec<Item> {
    let mut fold = Fold::default();
    for event in events {
        fold.event(event);
    }
    fold.finish()
}

struct Slot {
    key: u64,
    body: Body,
    children: Vec<usize>,
}

#[derive(Default)]
struct Fold {
    slots: Vec<Slot>,
    top: Vec<usize>,
    calls: HashMap<String, usize>,
    // Calls to the task list and where their run of changes stands.
    todo_calls: HashMap<String, (Tool, usize)>,
    approvals: HashMap<ApprovalId, usize>,
    steps: Vec<Step>,
    spoken: Option<u64>,
}

impl Fold {
    fn event(&mut self, event: &Ref) {
        let key = event.seq;
        match &event.body {
            EventBody::UserMessage { .. } => self.push(None, key, Body::You(event.clone())),
            EventBody::AssistantText { uuid, parent, .. } => {
                if parent.is_none() && uuid.is_some() {
                    self.spoken = Some(key);
                }
                self.push(parent.as_deref(), key, Body::Text(event.clone()));
            }
            EventBody::Thinking { parent, .. } => self.thinking(parent.as_deref(), event),
            EventBody::ToolCall { id, name, parent, .. } if is_todo(name) => {
                self.todo_call(id, parent.as_deref(), event);
            }
            EventBody::ToolCall { id, parent, .. } => self.call(id, parent.as_deref(), event),
            EventBody::ToolResult { id, parent, .. } => self.result(id, parent.as_deref(), event),
            EventBody::ApprovalAsked { .. } | EventBody::ApprovalSettled { .. } => self.approval(event),
            EventBody::TurnStarted { origin: Origin::Agent, .. } => {
                self.push(None, key, Body::SelfStarted(event.at));
            }
            EventBody::TurnStarted { .. } => {}
            EventBody::TurnEnded { outcome, text, duration_ms, usage } => {
                self.cut(false);
                let end = TurnEnd {
                    outcome: *outcome,
                    text: text.clone(),
                    duration_ms: *duration_ms,
                    cost_usd: usage.cost_usd,
                    fork_at: self.spoken.take(),
                };
                self.push(None, key, Body::TurnEnd(end));
            }
            EventBody::StatusChanged { from, to, reason } => {
                self.status(event, *from, *to, reason.as_deref())
            }
            EventBody::SettingChanged { what, value, by } => {
                self.note(event, Level::Info, format!("{} set to {value} by {by}", capital(what)), None);
            }
            EventBody::PermissionModeChanged { to, by } => {
                self.note(event, Level::Info, format!("Permissions: {} · set by {by}", to.words()), None);
            }
            EventBody::Notice { level, text } => self.note(event, *level, text.clone(), None),
            EventBody::Task { title, state, tool_use_id, .. } => {
                self.task(event, title, *state, tool_use_id.as_deref());
            }
            EventBody::Forked { from, .. } => {
                self.note(event, Level::Info, "Forked from another session".to_owned(), Some(*from));
            }
            EventBody::Unknown { .. } => self.push(None, key, Body::Unknown(event.clone())),
        }
    }

    fn push(&mut self, parent: Option<&str>, key: u64, body: Body) {
        self.place(parent, key, body);
    }

    /// Puts an entry at the end of its siblings and says where it is.
    fn place(&mut self, parent: Option<&str>, key: u64, body: Body) -> usize {
        let under = parent.map(|parent| self.stand_in(parent, key));
        let at = self.slots.len();
        self.slots.push(Slot { key, body, children: Vec::new() });
        match under {
            Some(under) => self.slots[under].children.push(at),
            None => self.top.push(at),
        }
        at
    }

    /// The entry of this call, or a new one in its stead.
    fn stand_in(&mut self, call: &str, key: u64) -> usize {
        if let Some(at) = self.calls.get(call) {
            return *at;
        }
        let at = self.place(None, key, Body::Tool(Tool::default()));
        self.calls.insert(call.to_owned(), at);
        at
    }

    fn tool(&mut self, at: usize) -> Option<&mut Tool> {
        match &mut self.slots[at].body {
            Body::Tool(tool) => Some(tool),
            _ => None,
        }
    }

    fn last_sibling(&self, parent: Option<&str>) -> Option<usize> {
        match parent {
            None => self.top.last().copied(),
            Some(parent) => self.slots[*self.calls.get(parent)?].children.last().copied(),
        }
    }

    fn thinking(&mut self, parent: Option<&str>, event: &Ref) {
        if let Some(at) = self.last_sibling(parent)
            && let Body::Thinking(parts) = &mut self.slots[at].body
        {
            parts.push(event.clone());
            return;
        }
        self.push(parent, event.seq, Body::Thinking(vec![event.clone()]));
    }

    fn call(&mut self, id: &str, parent: Option<&str>, event: &Ref) {
        let tool = Tool { call: Some(event.clone()), ..Tool::default() };
        let at = self.place(parent, event.seq, Body::Tool(tool));
        self.calls.insert(id.to_owned(), at);
        if let Some(under) = parent.and_then(|parent| self.calls.get(parent).copied())
            && let Some(agent) = self.tool(under)
        {
            agent.steps += 1;
        }
    }

    fn result(&mut self, id: &str, parent: Option<&str>, event: &Ref) {
        if let Some((mut tool, run)) = self.todo_calls.remove(id) {
            tool.result = Some(event.clone());
            if !matches!(event.body, EventBody::ToolResult { is_error: true, .. }) {
                apply(&mut self.steps, &tool);
            }
            if let Body::Todo(todo) = &mut self.slots[run].body {
                todo.after.clone_from(&self.steps);
            }
            return;
        }
        let at = match self.calls.get(id) {
            Some(at) => *at,
            None => {
                let at = self.place(parent, event.seq, Body::Tool(Tool::default()));
                self.calls.insert(id.to_owned(), at);
                at
            }
        };
        if let Some(tool) = self.tool(at) {
            tool.result = Some(event.clone());
            tool.cut = false;
        }
    }

    fn todo_call(&mut self, id: &str, parent: Option<&str>, event: &Ref) {
        let tool = Tool { call: Some(event.clone()), ..Tool::default() };
        let run = self.last_sibling(parent).filter(|at| matches!(self.slots[*at].body, Body::Todo(_)));
        let run = run.unwrap_or_else(|| {
            let todo = Todo { before: self.steps.clone(), after: self.steps.clone(), latest: false };
            self.place(parent, event.seq, Body::Todo(todo))
        });
        self.todo_calls.insert(id.to_owned(), (tool, run));
    }

    fn approval(&mut self, event: &Ref) {
        match &event.body {
            EventBody::ApprovalAsked { id, approval, title, tool_use_id } => {
                let asked = Asked { id: *id, kind: *approval, title: title.clone(), settled: None };
                let at = self.calls.get(tool_use_id).copied();
                if let Some(at) = at
                    && let Some(tool) = self.tool(at)
                {
                    tool.asked = Some(asked);
                    self.approvals.insert(*id, at);
                } else {
                    let at = self.place(None, event.seq, Body::Asked(asked));
                    self.approvals.insert(*id, at);
                }
            }
            EventBody::ApprovalSettled { id, outcome, by, note } => {
                let Some(at) = self.approvals.get(id) else { return };
                let asked = match &mut self.slots[*at].body {
                    Body::Tool(tool) => tool.asked.as_mut(),
                    Body::Asked(asked) => Some(asked),
                    _ => None,
                };
                if let Some(asked) = asked {
                    asked.settled =
                        Some(Settled { outcome: *outcome, by: by.clone(), at: event.at, note: note.clone() });
                }
            }
            _ => {}
        }
    }

    /// Calls without a result will get none: of the main thread when its turn ends, of everyone when the agent does.
    fn cut(&mut self, everyone: bool) {
        let all: Vec<usize> = if everyone { (0..self.slots.len()).collect() } else { self.top.clone() };
        for at in all {
            if let Some(tool) = self.tool(at) {
                tool.cut |= tool.result.is_none();
                if everyone && tool.task == Some(TaskState::Running) {
                    tool.task = Some(TaskState::Stopped);
                }
            }
        }
    }

    fn status(&mut self, event: &Event, from: Status, to: Status, reason: Option<&str>) {
        if to.is_finished() {
            self.cut(true);
        }
        let (level, words) = match to {
            Status::Completed => (Level::Info, "Completed"),
            Status::Stopped => (Level::Warning, "Stopped"),
            Status::Failed => (Level::Error, "Failed"),
            Status::Queued if from.is_finished() => (Level::Info, "Resumed"),
            _ => return,
        };
        // A failed turn has just said the same.
        let said = self.top.last().and_then(|at| match &self.slots[*at].body {
            Body::TurnEnd(TurnEnd { outcome: TurnOutcome::Failed, text, .. }) => text.clone(),
            _ => None,
        });
        let reason = reason.filter(|reason| said.as_deref() != Some(reason));
        let text = match reason {
            None => words.to_owned(),
            Some(reason) if reason.starts_with(words) => reason.to_owned(),
            Some(reason) => format!("{words}: {reason}"),
        };
        self.note_at(event.seq, event.at, level, text, None);
    }

    fn task(&mut self, event: &Event, title: &str, state: TaskState, call: Option<&str>) {
        let at = call.and_then(|call| self.calls.get(call).copied());
        if let Some(tool) = at.and_then(|at| self.tool(at)) {
            tool.task = Some(state);
            return;
        }
        let (level, words) = match state {
            TaskState::Running => (Level::Info, "Background work began"),
            TaskState::Completed => (Level::Info, "Background work ended"),
            TaskState::Failed => (Level::Error, "Background work failed"),
            TaskState::Stopped => (Level::Warning, "Background work was stopped"),
        };
        let text = if title.is_empty() { words.to_owned() } else { format!("{words}: {title}") };
        self.note_at(event.seq, event.at, level, text, None);
    }

    fn note(&mut self, event: &Event, level: Level, text: String, link: Option<SessionId>) {
        self.note_at(event.seq, event.at, level, text, link);
    }

    fn note_at(&mut self, key: u64, at: Millis, level: Level, text: String, link: Option<SessionId>) {
        self.push(None, key, Body::Note(Note { level, text, at, link }));
    }

    fn finish(mut self) -> Vec<Item> {
        let last_run = self.slots.iter_mut().rev().find_map(|slot| match &mut slot.body {
            Body::Todo(todo) => Some(todo),
            _ => None,
        });
        if let Some(todo) = last_run {
            todo.latest = true;
        }
        let mut slots: Vec<Option<Slot>> = self.slots.into_iter().map(Some).collect();
        items(&mut slots, &self.top)
    }
}

fn items(slots: &mut [Option<Slot>], of: &[usize]) -> Vec<Item> {
    of.iter()
        .filter_map(|at| {
            let slot = slots[*at].take()?;
            Some(Item { key: slot.key, children: items(slots, &slot.children), body: slot.body })
        })
        .collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
