//! The agent's task list, folded from its calls: what stands on it, and what a run of changes changed.

use serde_json::Value;

use super::Tool;
use crate::sessions::event::ToolDetail;

/// How far a step has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    #[default]
    Pending,
    /// Under way.
    Active,
    /// Done.
    Done,
}

/// A step on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The CLI's number of it; the call's id until it is known.
    pub id: String,
    /// What is to be done.
    pub subject: String,
    /// How far it has come.
    pub state: StepState,
}

/// What a run of changes did to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Its state or its words changed.
    Moved,
}

/// The list before and after a run of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Todo {
    /// Before.
    pub before: Vec<Step>,
    /// After.
    pub after: Vec<Step>,
    /// Whether no later run is on the page; only this one shows the whole list.
    pub latest: bool,
}

impl Todo {
    /// What happened to this step of `after`; none if it stayed.
    #[must_use]
    pub fn change(&self, step: &Step) -> Option<Change> {
        match self.before.iter().find(|before| before.id == step.id) {
            None => Some(Change::Added),
            Some(before) => (before != step).then_some(Change::Moved),
        }
    }

    /// How many steps are done, of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let done = self.after.iter().filter(|step| step.state == StepState::Done).count();
        (done, self.after.len())
    }
}

/// Whether calls of this tool belong to the task list.
pub(super) fn is_todo(tool: &str) -> bool {
    matches!(tool, "TaskCreate" | "TaskUpdate" | "TaskList" | "TaskGet" | "TodoWrite")
}

fn state(word: &str) -> Option<StepState> {
    match word {
        "pending" => Some(StepState::Pending),
        "in_progress" => Some(StepState::Active),
        "completed" => Some(StepState::Done),
        _ => None,
    }
}

/// Folds a finished call into the list. A call that failed changes nothing.
pub(super) fn apply(list: &mut Vec<Step>, tool: &Tool) {
    match tool.name() {
        "TaskCreate" => {
            let id = match tool.detail() {
                ToolDetail::Todo { id, .. } => id.clone(),
                _ => format!("#{}", list.len() + 1),
            };
            put(list, &id, Some(tool.text("subject")), Some(StepState::Pending));
        }
        "TaskUpdate" => {
            let id = tool.text("taskId");
            let told = match tool.detail() {
                ToolDetail::Todo { status, .. } => status.as_deref(),
                _ => None,
            };
            let word = told.unwrap_or_else(|| tool.text("status"));
            if word == "deleted" {
                list.retain(|step| step.id != id);
            } else {
                put(list, id, Some(tool.text("subject")), state(word));
            }
        }
        "TaskList" => {
            for line in tool.output().map(|output| output.head.lines()).into_iter().flatten() {
                if let Some((id, word, subject)) = listed(line) {
                    put(list, id, Some(subject), state(word));
                }
            }
        }
        "TodoWrite" => *list = written(tool.input()),
        _ => {}
    }
}

fn put(list: &mut Vec<Step>, id: &str, subject: Option<&str>, state: Option<StepState>) {
    let subject = subject.filter(|subject| !subject.is_empty());
    match list.iter_mut().find(|step| step.id == id) {
        Some(step) => {
            step.state = state.unwrap_or(step.state);
            if let Some(subject) = subject {
                subject.clone_into(&mut step.subject);
            }
        }
        // A step that was made before what is on the page has no words here.
        None => list.push(Step {
            id: id.to_owned(),
            subject: subject.map_or_else(|| format!("Step {id}"), str::to_owned),
            state: state.unwrap_or_default(),
        }),
    }
}

/// `#1 [completed] Write code`
fn listed(line: &str) -> Option<(&str, &str, &str)> {
    let (id, rest) = line.strip_prefix('#')?.split_once(" [")?;
    let (word, subject) = rest.split_once("] ")?;
    Some((id, word, subject))
}

/// The list of older CLIs: each call writes all of it.
fn written(input: &Value) -> Vec<Step> {
    let all = input.get("todos").and_then(Value::as_array);
    let text = |todo: &Value, key: &str| todo.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    all.into_iter()
        .flatten()
        .map(|todo| {
            let subject = text(todo, "content");
            Step { id: subject.clone(), state: state(&text(todo, "status")).unwrap_or_default(), subject }
        })
        .collect()
}
