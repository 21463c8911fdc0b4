//! `system` lines: the state of the turn, retries, background work, hooks.

use app::{
    sessions::{
        event::{EventBody, Level, TaskState},
        model::PermissionMode,
    },
    time::span,
};
use serde_json::Value;

use super::{
    blocks::unknown,
    driver::{Driver, Out},
    partial::Block,
    value::{flag, list, maybe, millis, number, text},
};

impl Driver {
    /// What a `system` line means.
    pub(super) fn system(&mut self, line: &Value, outs: &mut Vec<Out>) {
        match text(line, "subtype") {
            "init" => {
                if let Some(model) = maybe(line, "model")
                    && self.memory.model.as_ref() != Some(&model)
                {
                    self.memory.model = Some(model.clone());
                    outs.push(Out::Model(model));
                }
                self.mode_of(line, outs);
                self.began(outs);
            }
            "status" => {
                self.mode_of(line, outs);
                match text(line, "status") {
                    "compacting" => outs.push(Out::Activity("Compacting the conversation".to_owned())),
                    "requesting" if self.memory.turn => self.block = Block::Working,
                    _ => {}
                }
            }
            "thinking_tokens" => self.block.thought(line),
            "api_retry" => outs.push(notice(Level::Warning, retry(line))),
            "compact_boundary" => {
                let tokens =
                    line.pointer("/compact_metadata/pre_tokens").and_then(Value::as_u64).unwrap_or_default();
                outs.push(notice(Level::Info, format!("Compacted from {tokens} tokens.")));
            }
            "permission_denied" => {
                let tool = text(line, "tool_name");
                let why =
                    maybe(line, "decision_reason").or_else(|| maybe(line, "message")).unwrap_or_default();
                outs.push(notice(
                    Level::Warning,
                    format!("{tool} was refused by a rule. {why}").trim_end().to_owned(),
                ));
            }
            "informational" | "notification" | "memory_recall" => {
                let level = if text(line, "level") == "error" { Level::Error } else { Level::Info };
                let said = maybe(line, "content").or_else(|| maybe(line, "text"));
                outs.extend(said.map(|said| notice(level, said)));
            }
            "task_started" => self.task_started(line, outs),
            "task_notification" => self.task_ended(line, outs),
            "task_progress" => {
                let what = maybe(line, "description").unwrap_or_default();
                outs.push(Out::Activity(format!("Agent · {what}")));
            }
            "background_tasks_changed" => {
                self.memory.tasks =
                    list(line, "tasks").iter().filter_map(|task| maybe(task, "task_id")).collect();
            }
            "hook_response" if text(line, "outcome") != "success" || number(line, "exit_code") != 0 => {
                let said = maybe(line, "stderr").or_else(|| maybe(line, "stdout")).unwrap_or_default();
                let text = format!("The hook {} failed. {}", text(line, "hook_name"), said.trim());
                outs.push(notice(Level::Warning, text));
            }
            "session_title_changed"
            | "session_state_changed"
            | "hook_started"
            | "hook_response"
            | "task_updated"
            | "commands_changed"
            | "control_request_progress" => {}
            other => outs.push(Out::Event(unknown(&format!("system {other}"), line))),
        }
    }

    /// How much background work keeps the process alive: tasks and scheduled prompts.
    #[must_use]
    pub(crate) fn background(&self) -> u32 {
        u32::try_from(self.memory.tasks.len() + self.memory.scheduled.len()).unwrap_or(u32::MAX)
    }

    fn mode_of(&mut self, line: &Value, outs: &mut Vec<Out>) {
        if let Some(mode) = PermissionMode::parse(text(line, "permissionMode"))
            && self.memory.mode != Some(mode)
        {
            self.memory.mode = Some(mode);
            outs.push(Out::Mode(mode));
        }
    }

    fn task_started(&mut self, line: &Value, outs: &mut Vec<Out>) {
        // A foreground shell over two seconds says so too; its call is on the page already.
        if !flag(line, "is_backgrounded") {
            return;
        }
        outs.push(Out::Event(EventBody::Task {
            id: text(line, "task_id").to_owned(),
            title: text(line, "description").to_owned(),
            state: TaskState::Running,
            tool_use_id: maybe(line, "tool_use_id"),
        }));
    }

    fn task_ended(&mut self, line: &Value, outs: &mut Vec<Out>) {
        let state = ended(text(line, "status"));
        outs.push(Out::Event(EventBody::Task {
            id: text(line, "task_id").to_owned(),
            title: maybe(line, "summary").unwrap_or_default(),
            state,
            tool_use_id: maybe(line, "tool_use_id"),
        }));
    }
}

/// How background work ended, by the CLI's word.
pub(super) fn ended(word: &str) -> TaskState {
    match word {
        "completed" => TaskState::Completed,
        "stopped" | "killed" => TaskState::Stopped,
        _ => TaskState::Failed,
    }
}

fn notice(level: Level, text: String) -> Out {
    Out::Event(EventBody::Notice { level, text })
}

fn retry(line: &Value) -> String {
    let cause = match (number(line, "error_status"), text(line, "error")) {
        (529, _) => "The API is overloaded".to_owned(),
        (429, _) => "The API's rate limit is reached".to_owned(),
        (401, _) => "The API refused the sign-in".to_owned(),
        (0, _) => "The API cannot be reached".to_owned(),
        (status, error) => format!("The API answered {status} {error}").trim_end().to_owned(),
    };
    let (attempt, most) = (number(line, "attempt"), number(line, "max_retries"));
    format!("{cause}; try {attempt} of {most} in {}.", span(millis(line, "retry_delay_ms")))
}
