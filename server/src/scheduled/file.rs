//! The project's file of scheduled prompts, `.claude/scheduled_tasks.json`: the CLI writes it, and every agent of the
//! directory follows it. Read leniently; changed only by taking one prompt out, everything else is left as it is.

use app::{error::AppError, time::Millis};
use serde_json::Value;

use crate::sessions::Scheduled;

/// Where it is in the project.
pub(super) const FILE: &str = ".claude/scheduled_tasks.json";

/// A prompt in the file.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) scheduled: Scheduled,
    /// Whether it is kept without a limit.
    pub(super) permanent: bool,
    /// The conversation that made it.
    pub(super) conversation: Option<String>,
}

/// What a text of the file holds. 409 if it is no such file.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, AppError> {
    Ok(parsed(text)?.get("tasks").and_then(Value::as_array).into_iter().flatten().filter_map(entry).collect())
}

/// The text without a prompt; nothing if it is not there.
pub(super) fn without(text: &str, id: &str) -> Result<Option<String>, AppError> {
    let mut file = parsed(text)?;
    let Some(tasks) = file.get_mut("tasks").and_then(Value::as_array_mut) else { return Ok(None) };
    let before = tasks.len();
    tasks.retain(|task| task.get("id").and_then(Value::as_str) != Some(id));
    if tasks.len() == before {
        return Ok(None);
    }
    serde_json::to_string_pretty(&file).map(Some).map_err(|_| unreadable())
}

fn parsed(text: &str) -> Result<Value, AppError> {
    let file: Value = serde_json::from_str(text).map_err(|_| unreadable())?;
    if file.is_object() && file.get("tasks").is_none_or(Value::is_array) {
        Ok(file)
    } else {
        Err(unreadable())
    }
}

/// One without an id, an expression or a prompt is none: the CLI skips it too.
fn entry(task: &Value) -> Option<Entry> {
    let text =
        |key: &str| task.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let instant = |key: &str| task.get(key).and_then(Value::as_f64).map(|at| Millis(at as i64));
    let flag = |key: &str| task.get(key).and_then(Value::as_bool).unwrap_or_default();
    let scheduled = Scheduled {
        cron: text("cron")?,
        prompt: text("prompt")?,
        recurring: flag("recurring"),
        durable: true,
        made: instant("createdAt"),
        last: instant("lastFiredAt"),
        next: None,
    };
    Some(Entry {
        id: text("id")?,
        scheduled,
        permanent: flag("permanent"),
        conversation: text("createdBySessionId"),
    })
}

fn unreadable() -> AppError {
    AppError::conflict(
        "unreadable",
        format!("`{FILE}` is not what the CLI writes, so nothing in it can be told."),
    )
}
