//! A session's history: numbered events, the only thing the thread is drawn from. Pure data; never knows the CLI's own lines.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::{Attachment, PermissionMode, Status, Usage};
use crate::{
    approvals::model::{ApprovalKind, ApprovalStatus},
    ids::{ApprovalId, MessageId, SessionId},
    time::Millis,
};

/// One numbered entry of a session's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its number; gap-free from 1 in each session.
    pub seq: u64,
    /// When it happened.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// Text that may have been cut in the middle to keep a page light; the whole of it is one request away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Excerpt {
    /// The text, or its first part.
    pub head: String,
    /// Its last part, if the middle is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// How many bytes are left out between the two.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_false(b: &bool) -> bool {
    !b
}

/// Who started a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A message of a person.
    Person,
    /// The agent: background work ended, or a scheduled prompt fired.
    Agent,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TurnOutcome {
    /// The agent finished.
    Done,
    /// A person interrupted it.
    Interrupted,
    /// It failed; `text` says how.
    Failed,
}

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For the record.
    Info,
    /// Worth a look.
    Warning,
    /// Something is wrong.
    Error,
}

/// What a piece of background work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Alive.
    Running,
    /// Ended well.
    Completed,
    /// Ended badly.
    Failed,
    /// Ended by somebody.
    Stopped,
}

/// What happened. A kind that this version does not know is never an error: it arrives as `unknown`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// A person's message was given to the agent.
    UserMessage {
        /// The message's id; the CLI's `uuid` of it.
        id: MessageId,
        /// What was said.
        text: String,
        /// The images that went along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<Attachment>,
        /// Who said it.
        by: String,
    },
    /// A finished block of the agent's text.
    AssistantText {
        /// Markdown, as the model wrote it.
        text: String,
        /// The same as sanitised HTML; filled in when sent, never stored.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        html: String,
        /// The CLI's uuid of the line: where a fork can be made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uuid: Option<String>,
        /// The tool call of the sub-agent that says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
        /// Whether an interrupt cut it.
        #[serde(default, skip_serializing_if = "is_false")]
        aborted: bool,
    },
    /// A finished block of thinking.
    Thinking {
        /// What was thought, if the model shows it.
        text: String,
        /// How long it took, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_ms: Option<i64>,
        /// The tool call of the sub-agent that thinks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
    },
    /// The agent calls a tool.
    ToolCall {
        /// The call's id; its result and its sub-agent's events name it.
        id: String,
        /// The tool, such as `Bash`, or `mcp__server__tool`.
        name: String,
        /// Its input; long texts in it are cut.
        #[cfg_attr(feature = "ssr", schema(value_type = Object))]
        input: Value,
        /// The CLI's uuid of the line: where a fork can be made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uuid: Option<String>,
        /// The tool call of the sub-agent that calls it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
    },
    /// A tool call ended.
    ToolResult {
        /// The call's id.
        id: String,
        /// Whether the tool says it failed.
        is_error: bool,
        /// What it printed or returned.
        output: Excerpt,
        /// What it did, in a form that can be drawn: a patch, a list, counts.
        #[serde(default)]
        detail: ToolDetail,
        /// Images it returned: fetch the n-th at `/api/v1/sessions/{session}/events/{seq}/images/{n}`.
        #[serde(default, skip_serializing_if = "is_zero_u32")]
        images: u32,
        /// The CLI's uuid of the line: where a fork can be made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uuid: Option<String>,
        /// The tool call of the sub-agent whose tool it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
    },
    /// The agent waits for a person.
    ApprovalAsked {
        /// The approval.
        id: ApprovalId,
        /// What kind of answer it wants.
        approval: ApprovalKind,
        /// One line of it.
        title: String,
        /// The tool call it belongs to.
        tool_use_id: String,
    },
    /// An approval was answered, or fell away.
    ApprovalSettled {
        /// The approval.
        id: ApprovalId,
        /// How.
        outcome: ApprovalStatus,
        /// Who.
        by: String,
        /// The note, the answers or the chosen mode, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A turn began.
    TurnStarted {
        /// Who started it.
        origin: Origin,
        /// The model that answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
    },
    /// A turn ended.
    TurnEnded {
        /// How.
        outcome: TurnOutcome,
        /// What went wrong, in the CLI's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// How long it took, in milliseconds.
        duration_ms: i64,
        /// What it alone cost.
        usage: Usage,
    },
    /// The session's status changed.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
        /// Who or what did it, and why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A choice was changed.
    SettingChanged {
        /// What: `model`, `effort`, `permission mode`, `mode`, `name`.
        what: String,
        /// The new value.
        value: String,
        /// Who.
        by: String,
    },
    /// The permission mode changed, by a person, a plan or the agent.
    PermissionModeChanged {
        /// The new mode.
        to: PermissionMode,
        /// Who.
        by: String,
    },
    /// The CLI or Roost has something to say: a retry, a limit, a compaction, a hook.
    Notice {
        /// How loud.
        level: Level,
        /// What.
        text: String,
    },
    /// Background work began, moved or ended.
    Task {
        /// The CLI's id of it.
        id: String,
        /// What it does.
        title: String,
        /// How it stands.
        state: TaskState,
        /// The tool call that started it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tool_use_id: Option<String>,
    },
    /// The conversation begins as a copy of another.
    Forked {
        /// The other.
        from: SessionId,
        /// The event it was cut after; `seq` on the wire is this event's own number.
        #[serde(rename = "after")]
        seq: u64,
    },
    /// A line that Roost does not know, or that is not JSON.
    Unknown {
        /// What it calls itself.
        name: String,
        /// The line itself.
        raw: Excerpt,
    },
}

fn is_zero_u32(n: &u32) -> bool {
    *n == 0
}

/// What a tool did, in a form that can be drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ToolDetail {
    /// Nothing beyond its output.
    #[default]
    Plain,
    /// A shell command ran.
    Shell {
        /// What it wrote to standard error.
        stderr: Excerpt,
        /// Its exit code, where the CLI tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit: Option<i32>,
        /// Whether it was interrupted.
        #[serde(default, skip_serializing_if = "is_false")]
        interrupted: bool,
        /// The background task it became.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        background: Option<String>,
    },
    /// A file changed.
    Patch {
        /// Its path.
        path: String,
        /// Whether the file is new.
        #[serde(default, skip_serializing_if = "is_false")]
        created: bool,
        /// Lines added.
        added: u32,
        /// Lines removed.
        removed: u32,
        /// The hunks; none of them is cut in the middle of a line.
        hunks: Vec<Hunk>,
        /// Lines left out at the end.
        #[serde(default, skip_serializing_if = "is_zero_u32")]
        omitted: u32,
        /// The hunks as highlighted HTML; filled in when sent, never stored.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        html: String,
    },
    /// A file was read.
    File {
        /// Its path.
        path: String,
        /// Lines shown to the model.
        lines: u32,
        /// Lines in the file.
        total: u32,
    },
    /// Something was searched.
    Matches {
        /// How many files or lines were found.
        count: u32,
    },
    /// A sub-agent finished.
    Agent {
        /// How many tools it used.
        tools: u32,
        /// How many tokens it took.
        tokens: u64,
        /// How long, in milliseconds.
        duration_ms: i64,
        /// Whether it goes on in the background.
        #[serde(default, skip_serializing_if = "is_false")]
        background: bool,
    },
    /// A task list changed.
    Todo {
        /// The step touched.
        id: String,
        /// Its new state: `pending`, `in_progress`, `completed`; none if only its text changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
    },
}

/// One hunk of a unified diff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Hunk {
    /// First line in the old file, from 1.
    pub old_start: u32,
    /// First line in the new file, from 1.
    pub new_start: u32,
    /// The lines, each with its ` `, `+` or `-` in front.
    pub lines: Vec<String>,
}

/// What the agent is in the middle of; never stored, replaced by the next one or by a finished event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Grows with every change; a lower one is old news.
    pub rev: u64,
    /// What kind of block is being written; none when nothing is.
    pub block: Option<PartialBlock>,
}

/// A block that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum PartialBlock {
    /// Text, as sanitised HTML.
    Text {
        /// So far.
        html: String,
    },
    /// Thinking.
    Thinking {
        /// So far; empty if the model does not show it.
        text: String,
        /// Tokens thought, as estimated by the CLI.
        tokens: u64,
    },
    /// A tool call whose input is being written.
    Tool {
        /// The tool.
        name: String,
        /// Bytes of input so far.
        bytes: u64,
    },
    /// Nothing yet: the model was asked, or a tool runs.
    Working,
}

/// A page of history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EventPage {
    /// The events, the oldest first.
    pub events: Vec<Event>,
    /// The number of the session's last event.
    pub last_seq: u64,
}
