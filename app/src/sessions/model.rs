//! What a session is on both sides: its card and its messages; what it can be given is in `choice`. Pure: never decides what happens next (see `machine`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::choice::{Effort, Model, PermissionMode};
use super::wire_enum::wire_enum;
use crate::{
    approvals::model::ApprovalKind,
    ids::{AttachmentId, MessageId, ProjectId, SessionId, TerminalId},
    time::Millis,
    worktrees::model::InWorktree,
};

/// The longest prompt in bytes (1 MB); longer ones are refused.
pub const PROMPT_MAX: usize = 1_000_000;
/// The longest first prompt of a session in a terminal, in bytes: it goes on a command line, which takes no more.
pub const TUI_PROMPT_MAX: usize = 100_000;
/// The largest image in bytes; the API takes no larger ones.
pub const IMAGE_MAX: usize = 5 * 1024 * 1024;
/// The most images one message may carry.
pub const IMAGES_MAX: usize = 10;
/// The media types the model can see.
pub const IMAGE_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/// The longest session name in characters.
pub const NAME_MAX: usize = 100;

wire_enum!(
    /// The runtime state of a session; a fact about a process.
    Status {
        /// Waits for a slot, or for its agent to answer.
        Queued = "queued",
        /// A turn is under way.
        Running = "running",
        /// Its agent is alive and at rest.
        Idle = "idle",
        /// Ended well.
        Completed = "completed",
        /// Ended badly; `reason` says how.
        Failed = "failed",
        /// Ended by a person.
        Stopped = "stopped",
    }
);
wire_enum!(
    /// What happens after a turn.
    Mode {
        /// Completes by itself after a grace time.
        Job = "job",
        /// Stays live until it is closed.
        Session = "session",
    }
);
wire_enum!(
    /// How a session is hosted.
    Surface {
        /// The CLI's stream-json protocol, drawn by Roost.
        Chat = "chat",
        /// The CLI's own interface, in a terminal.
        Tui = "tui",
    }
);
impl Status {
    /// Whether nothing runs any more and only a person can change that.
    #[must_use]
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }
}

/// Tokens and money, as the CLI reports them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Usage {
    /// Tokens read by the model, cached ones included.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
    /// United States dollars, by the CLI's own price table.
    pub cost_usd: f64,
}

/// How full the model's window is after the last answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Context {
    /// Tokens in the window.
    pub used: u64,
    /// Its size; 200,000 until the CLI says otherwise.
    pub window: u64,
}

impl Context {
    /// How full, in whole percent, at most 100.
    #[must_use]
    pub fn percent(self) -> u64 {
        (self.used * 100).checked_div(self.window).unwrap_or(0).min(100)
    }
}

/// A session as every list shows it, and as its page's header does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Session {
    /// Roost's id of it.
    pub id: SessionId,
    /// Grows with every change of this card; a card with a lower one is old news.
    pub version: u64,
    /// Where it works.
    pub project_id: ProjectId,
    /// The project's name.
    pub project_name: String,
    /// The worktree of the project that it works in, which has changes, files and memories of its own; none if it works in the
    /// project's directory.
    #[serde(default)]
    pub worktree_id: Option<ProjectId>,
    /// Its name: given, or the first words of its prompt.
    pub name: String,
    /// Its runtime state.
    pub status: Status,
    /// Why it failed, or what is in the way, in words.
    pub reason: Option<String>,
    /// What happens after a turn.
    pub mode: Mode,
    /// How it is hosted: who writes in it, and nobody else does.
    pub surface: Surface,
    /// The terminal that shows its agent's own interface, or showed it last; none if it never had one.
    #[serde(default)]
    pub terminal_id: Option<TerminalId>,
    /// Whether a keeper with a live agent answers for it.
    pub live: bool,
    /// Put away.
    pub archived: bool,
    /// How many answers it waits for: approvals that are pending, and what its terminal asks.
    pub waiting: u32,
    /// What kind of answer the oldest of them wants.
    pub waiting_for: Option<ApprovalKind>,
    /// When its grace time ends and it completes by itself.
    pub idle_deadline: Option<Millis>,
    /// Background work that is still alive: sub-agents, shells, scheduled tasks.
    pub background: u32,
    /// Whether the turn under way was started by the agent itself.
    pub self_started: bool,
    /// What it did last, in one line.
    pub activity: Option<String>,
    /// The CLI's id of the conversation; none until the CLI said it.
    pub claude_session_id: Option<Uuid>,
    /// The session it was forked from.
    pub forked_from: Option<SessionId>,
    /// The model chosen, or the one the CLI reports.
    pub model: Option<String>,
    /// The effort chosen.
    pub effort: Option<Effort>,
    /// What it may do without asking.
    pub permission_mode: PermissionMode,
    /// Who set that.
    pub permission_set_by: String,
    /// When that was set.
    pub permission_set_at: Millis,
    /// Tokens and money so far.
    pub usage: Usage,
    /// How full the model's window is.
    pub context: Context,
    /// The number of its last event.
    pub last_seq: u64,
    /// When it was made.
    pub created_at: Millis,
    /// When something happened in it last.
    pub updated_at: Millis,
}

impl Session {
    /// The place it works in: its worktree, or the project itself.
    #[must_use]
    pub fn place_id(&self) -> ProjectId {
        self.worktree_id.unwrap_or(self.project_id)
    }

    /// Whether a person has to act: an approval waits, or its terminal asks.
    #[must_use]
    pub fn needs_you(&self) -> bool {
        self.waiting > 0
    }

    /// Whether its agent shows its own interface in a terminal now; it is written there, and nowhere else.
    #[must_use]
    pub fn in_terminal(&self) -> bool {
        self.surface == Surface::Tui && !self.status.is_finished()
    }
}

/// An image sent along with a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewImage {
    /// One of `IMAGE_TYPES`; checked against the bytes.
    pub media_type: String,
    /// The bytes in base64.
    pub data: String,
}

/// An image of a message, kept by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Fetch it at `/api/v1/sessions/{session}/attachments/{id}`.
    pub id: AttachmentId,
    /// Its type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Bytes to be shown as they are: an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// One of `IMAGE_TYPES`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// How to start a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewSession {
    /// Where.
    pub project_id: ProjectId,
    /// What to do, 1 byte to 1 MB. In a terminal at most 100 KB, and it may be empty: then the agent waits there.
    pub prompt: String,
    /// `job` by default; in a terminal it is always a `session`.
    #[serde(default = "default_mode")]
    pub mode: Mode,
    /// `chat` by default.
    #[serde(default = "default_surface")]
    pub surface: Surface,
    /// A model's name or alias; the CLI's default if absent.
    #[serde(default)]
    pub model: Option<String>,
    /// The CLI's default if absent.
    #[serde(default)]
    pub effort: Option<Effort>,
    /// `default` (ask first) if absent.
    #[serde(default)]
    pub permission_mode: Option<PermissionMode>,
    /// For `bypassPermissions`: the project's name, typed.
    #[serde(default)]
    pub confirm: Option<String>,
    /// At most ten; none in a terminal.
    #[serde(default)]
    pub images: Vec<NewImage>,
    /// The first words of the prompt if absent.
    #[serde(default)]
    pub name: Option<String>,
    /// In a worktree of the project with a branch of its own; in the project's directory if absent. A new one may have to be set up:
    /// the session is queued until then. If that fails so does the session, and resumed it starts there as it is.
    #[serde(default)]
    pub worktree: Option<InWorktree>,
}

fn default_mode() -> Mode {
    Mode::Job
}

fn default_surface() -> Surface {
    Surface::Chat
}

/// What may be changed of a session between turns; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionPatch {
    /// A new name; empty brings back the first words of the prompt.
    #[serde(default)]
    pub name: Option<String>,
    /// A model's name or alias.
    #[serde(default)]
    pub model: Option<String>,
    /// How hard to think.
    #[serde(default)]
    pub effort: Option<Effort>,
    /// What it may do without asking.
    #[serde(default)]
    pub permission_mode: Option<PermissionMode>,
    /// For `bypassPermissions`: the project's name, typed.
    #[serde(default)]
    pub confirm: Option<String>,
    /// The text not yet sent, kept for every device.
    #[serde(default)]
    pub draft: Option<String>,
}

/// What can be asked of a session without a word more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Ends the turn under way, not the session.
    Interrupt,
    /// Ends the agent; the session is stopped.
    Stop,
    /// Completes an idle job before its grace time is over.
    Complete,
    /// Completes an idle session.
    Close,
    /// Makes an idle job a session, in place.
    Pin,
    /// Brings a finished session back to life; it is idle once the agent confirmed the conversation. One whose agent never began
    /// starts with the messages that wait.
    Resume,
    /// Puts it away; a live one is stopped first.
    Archive,
    /// Takes it back, in the state it was in.
    Unarchive,
}

impl Act {
    /// Every one, with its word in addresses.
    pub const ALL: [(Self, &str); 8] = [
        (Self::Interrupt, "interrupt"),
        (Self::Stop, "stop"),
        (Self::Complete, "complete"),
        (Self::Close, "close"),
        (Self::Pin, "pin"),
        (Self::Resume, "resume"),
        (Self::Archive, "archive"),
        (Self::Unarchive, "unarchive"),
    ];
}

/// A message to a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// Made by the sender; the same id twice is one message.
    pub id: MessageId,
    /// What to say, 1 byte to 1 MB.
    pub text: String,
    /// At most ten.
    #[serde(default)]
    pub images: Vec<NewImage>,
}

/// A message that waits for the turn under way to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueuedMessage {
    /// Its id.
    pub id: MessageId,
    /// What it says.
    pub text: String,
    /// Its images.
    pub images: Vec<Attachment>,
    /// When it was written.
    pub at: Millis,
}

/// Which sessions a list shows, and how many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFilter {
    /// Of this project or worktree only.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// The archived ones instead of the others.
    #[serde(default)]
    pub archived: bool,
    /// Names that contain this, in any case.
    #[serde(default)]
    pub text: Option<String>,
    /// At most this many, 1 to 200; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Only those updated before this instant, to page on.
    #[serde(default)]
    pub before: Option<Millis>,
}

/// A file that a session touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TouchedFile {
    /// Its path, as the agent named it.
    pub path: String,
    /// What was done to it.
    pub how: Touch,
}

/// What a session did to a file; of several things the one that changes most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// It read it.
    Read,
    /// It changed parts of it.
    Edited,
    /// It wrote all of it.
    Written,
}

impl Touch {
    /// What a tool of this name does to its file; none for a tool that has none.
    #[must_use]
    pub fn of_tool(name: &str) -> Option<Self> {
        match name {
            "Read" => Some(Self::Read),
            "Edit" | "MultiEdit" | "NotebookEdit" => Some(Self::Edited),
            "Write" => Some(Self::Written),
            _ => None,
        }
    }
}

/// Where to fork.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Fork {
    /// The event to keep up to: the last of an assistant's turn; or one's own message to edit, which is replaced.
    pub seq: u64,
    /// What to say in the new session.
    pub prompt: String,
    /// At most ten.
    #[serde(default)]
    pub images: Vec<NewImage>,
}

/// Everything a session's page needs beside its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionPage {
    /// Its card.
    pub session: Session,
    /// Messages that wait.
    pub queue: Vec<QueuedMessage>,
    /// The text not yet sent.
    pub draft: String,
}

/// A short name for a prompt: its first line, at most 80 characters, cut at a word.
#[must_use]
pub fn name_from_prompt(prompt: &str) -> String {
    const MAX: usize = 80;
    let line = prompt.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("Untitled");
    if line.chars().count() <= MAX {
        return line.to_owned();
    }
    let cut: String = line.chars().take(MAX).collect();
    let end = cut.rfind(char::is_whitespace).filter(|end| *end > MAX / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_first_line_cut_at_a_word() {
        assert_eq!(name_from_prompt("\n  Fix the login \nand more"), "Fix the login");
        assert_eq!(name_from_prompt(" \n"), "Untitled");
        let long = "word ".repeat(40);
        let name = name_from_prompt(&long);
        assert!(name.ends_with("word…") && name.chars().count() <= 81, "{name}");
        assert_eq!(
            name_from_prompt(&"ü".repeat(200)).chars().count(),
            81,
            "no word to cut at, no broken character"
        );
    }

    #[test]
    fn a_word_goes_to_the_wire_and_back() {
        for mode in PermissionMode::ALL {
            assert_eq!(PermissionMode::parse(mode.as_str()), Some(*mode));
            assert_eq!(serde_json::to_value(mode).ok(), Some(mode.as_str().into()));
        }
        assert_eq!(Status::parse("archived"), None);
    }

    #[test]
    fn a_full_window_is_never_over_a_hundred_percent() {
        assert_eq!(Context { used: 300_000, window: 200_000 }.percent(), 100);
        assert_eq!(Context { used: 1, window: 0 }.percent(), 0);
        assert_eq!(Context { used: 38_000, window: 200_000 }.percent(), 19);
    }
}
