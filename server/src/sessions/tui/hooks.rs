//! What the CLI's hooks tell: `roost hook` notes each in a private file, a line each, and the server reads them whenever it
//! is there. A note holds what a status follows from and nothing of what was said; a hook never decides anything.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use app::{approvals::model::ApprovalKind, sessions::model::PermissionMode, time::Millis};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock;

/// The hooks that are asked for.
const EVENTS: [&str; 5] = ["SessionStart", "UserPromptSubmit", "PermissionRequest", "Stop", "StopFailure"];
/// The most that is read of one hook's input; a prompt of this length is no prompt any more.
const INPUT_MAX: u64 = 64 << 20;
/// The most characters of an error that are noted.
const ERROR_MAX: usize = 2_000;

/// One note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Hook {
    /// When it was noted.
    pub at: Millis,
    /// The hook's name.
    pub event: String,
    /// The conversation.
    pub session_id: Option<Uuid>,
    /// Where it is recorded.
    pub transcript_path: Option<PathBuf>,
    /// How long that record was, in bytes, when a conversation was begun or gone on with.
    pub recorded: u64,
    /// Why a conversation began: `startup`, `resume`, `clear`, `compact`.
    pub source: Option<String>,
    /// The tool that needs a permission.
    pub tool: Option<String>,
    /// What it may do without asking.
    pub permission_mode: Option<String>,
    /// What went wrong, in the CLI's words.
    pub error: Option<String>,
    /// Background work that is alive.
    pub background: u32,
}

impl Hook {
    /// What a hook's input says; nothing of one that is not JSON.
    fn of(input: &Value, at: Millis) -> Self {
        let text = |key: &str| input.get(key).and_then(Value::as_str).map(str::to_owned);
        let count = |key: &str| input.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        let event = text("hook_event_name").unwrap_or_default();
        let error = (event == "StopFailure").then(|| {
            let said = text("last_assistant_message").or_else(|| text("error")).unwrap_or_default();
            said.chars().take(ERROR_MAX).collect()
        });
        Self {
            at,
            event,
            session_id: text("session_id").and_then(|id| id.parse().ok()),
            transcript_path: text("transcript_path").map(PathBuf::from),
            recorded: 0,
            source: text("source"),
            tool: text("tool_name"),
            permission_mode: text("permission_mode"),
            error,
            background: u32::try_from(count("background_tasks") + count("session_crons")).unwrap_or(u32::MAX),
        }
    }

    /// The permission mode that it names.
    #[must_use]
    pub(crate) fn mode(&self) -> Option<PermissionMode> {
        self.permission_mode.as_deref().and_then(PermissionMode::parse)
    }

    /// Whether it says that a turn is over.
    #[must_use]
    pub(crate) fn ends_turn(&self) -> bool {
        matches!(self.event.as_str(), "Stop" | "StopFailure")
    }

    /// What kind of answer the tool waits for.
    #[must_use]
    pub(crate) fn kind(&self) -> ApprovalKind {
        match self.tool.as_deref() {
            Some("AskUserQuestion") => ApprovalKind::Questions,
            Some("ExitPlanMode") => ApprovalKind::Plan,
            _ => ApprovalKind::Tool,
        }
    }
}

/// Adds one hook, as the CLI tells it, to this file, which its reader made. Hooks run beside each other, so a line is
/// written while nobody else writes.
///
/// # Errors
/// When the file cannot be written; the CLI then shows that to whoever is at the terminal.
pub(crate) fn note(mut input: impl Read, file: &Path) -> io::Result<()> {
    let mut text = Vec::new();
    input.by_ref().take(INPUT_MAX).read_to_end(&mut text)?;
    let input = serde_json::from_slice(&text).unwrap_or_default();
    let mut hook = Hook::of(&input, clock::now());
    if hook.event == "SessionStart" {
        // By the time the note is read, more may have been said.
        let record = hook.transcript_path.as_ref().and_then(|path| fs::metadata(path).ok());
        hook.recorded = record.map_or(0, |record| record.len());
    }
    let mut line = serde_json::to_vec(&hook)?;
    line.push(b'\n');
    let mut file = OpenOptions::new().append(true).open(file)?;
    file.lock()?;
    file.write_all(&line)
}

/// Makes the file for the hooks of one start, empty and private.
pub(super) fn begin(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)
}

/// The settings that make the CLI tell of itself in this file.
pub(super) fn settings(exe: &Path, file: &Path) -> Value {
    let command = format!("{} hook {}", quoted(exe), quoted(file));
    let hook = json!([{ "hooks": [{ "type": "command", "command": command }] }]);
    let hooks: serde_json::Map<String, Value> =
        EVENTS.iter().map(|event| ((*event).to_owned(), hook.clone())).collect();
    json!({ "hooks": hooks })
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_what_a_status_needs_and_nothing_of_what_was_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hooks");
        begin(&file).unwrap();
        let said = json!({
            "hook_event_name": "PermissionRequest", "session_id": Uuid::nil(), "permission_mode": "plan",
            "tool_name": "ExitPlanMode", "tool_input": {"plan": "a secret plan"},
            "background_tasks": [1, 2], "session_crons": [3],
        });
        note(said.to_string().as_bytes(), &file).unwrap();
        note(&b"not JSON\nat all"[..], &file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("secret"));
        let hooks: Vec<Hook> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((hooks[0].kind(), hooks[0].mode()), (ApprovalKind::Plan, Some(PermissionMode::Plan)));
        assert_eq!((hooks[0].background, hooks[0].session_id), (3, Some(Uuid::nil())));
        assert_eq!((hooks[1].event.as_str(), hooks.len()), ("", 2));
    }

    #[test]
    fn the_beginning_of_a_conversation_says_how_much_of_it_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let (file, record) = (dir.path().join("hooks"), dir.path().join("record"));
        begin(&file).unwrap();
        for written in [None, Some("before\n")] {
            if let Some(written) = written {
                fs::write(&record, written).unwrap();
            }
            let said = json!({ "hook_event_name": "SessionStart", "transcript_path": record });
            note(said.to_string().as_bytes(), &file).unwrap();
        }
        fs::write(&record, "before\nsince then\n").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let lengths = text.lines().map(|line| serde_json::from_str::<Hook>(line).unwrap().recorded);
        assert_eq!(lengths.collect::<Vec<_>>(), [0, 7]);
    }

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        assert_eq!(quoted(Path::new("/it's a/$(path)")), r"'/it'\''s a/$(path)'");
    }
}
