//! A session as the database holds it, and the card made of it. Only the session's actor changes one.

use std::str::FromStr;

use app::{
    approvals::model::ApprovalKind,
    ids::{AttachmentId, MessageId, ProjectId, SessionId, TerminalId},
    sessions::{
        machine::State,
        model::{
            Attachment, Context, Effort, Mode, PermissionMode, QueuedMessage, Session, Status, Surface, Usage,
        },
    },
    time::Millis,
};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use super::{claude::Memory, tui};

/// What an actor must remember over a restart of the server, beside the columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// The driver's memory of the process.
    pub driver: Memory,
    /// Whether the agent being started has to confirm the conversation.
    pub resuming: bool,
    /// Whether the agent was told to end: what it still says is history, but moves nothing any more.
    pub leaving: bool,
    /// What is known of its own interface.
    pub tui: tui::Kept,
}

/// A session's row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The short number that its events carry.
    pub no: i64,
    /// The card, without what is counted elsewhere.
    pub card: Session,
    /// The first prompt.
    pub prompt: String,
    /// Where the project is.
    pub cwd: String,
    /// The conversation to copy when a fresh agent is started, and the line to cut after.
    pub fork: Option<(String, Option<String>)>,
    /// The keeper's directory under `$ROOST_HOME/keepers`.
    pub keeper: Option<String>,
    /// The last journal record that the history holds.
    pub taken: u64,
    /// What else must survive.
    pub kept: Kept,
    /// The text not yet sent.
    pub draft: String,
}

impl Row {
    /// What the machine knows of it, with this many messages waiting.
    #[must_use]
    pub(crate) fn state(&self, queued: usize) -> State {
        State {
            status: self.card.status,
            mode: self.card.mode,
            surface: self.card.surface,
            agent: !self.card.status.is_finished(),
            resumable: self.card.claude_session_id.is_some(),
            resuming: self.kept.resuming,
            queued: u32::try_from(queued).unwrap_or(u32::MAX),
            background: self.card.background,
        }
    }
}

/// The instant in this column, if there is one.
fn instant(row: &SqliteRow, column: &str) -> sqlx::Result<Option<Millis>> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Millis))
}

fn parsed<T: FromStr>(row: &SqliteRow, column: &str) -> sqlx::Result<Option<T>>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))).transpose()
}

fn id<T: FromStr>(row: &SqliteRow, column: &str) -> sqlx::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    parsed(row, column)?.ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned()))
}

/// The word in this column; a word of a newer Roost falls back.
fn word<T>(row: &SqliteRow, column: &str, parse: fn(&str) -> Option<T>, fallback: T) -> sqlx::Result<T> {
    Ok(parse(row.try_get(column)?).unwrap_or(fallback))
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let waiting_for: Option<String> = row.try_get("waiting_for")?;
        let fork_session: Option<String> = row.try_get("fork_session")?;
        let card = Session {
            id: SessionId(id::<Uuid>(row, "id")?),
            version: row.try_get::<i64, _>("version")? as u64,
            project_id: ProjectId(id::<Uuid>(row, "project_id")?),
            project_name: row.try_get("project_name")?,
            worktree_id: parsed(row, "worktree_id")?.map(ProjectId),
            name: row.try_get("name")?,
            status: word(row, "status", Status::parse, Status::Failed)?,
            reason: row.try_get("reason")?,
            mode: word(row, "mode", Mode::parse, Mode::Job)?,
            surface: word(row, "surface", Surface::parse, Surface::Chat)?,
            terminal_id: parsed(row, "terminal_id")?.map(TerminalId),
            live: row.try_get::<Option<String>, _>("keeper")?.is_some() || row.try_get("on_terminal")?,
            archived: instant(row, "archived_at")?.is_some(),
            waiting: row.try_get("waiting")?,
            waiting_for: waiting_for.as_deref().and_then(approval_kind),
            idle_deadline: instant(row, "idle_deadline")?,
            background: row.try_get("background")?,
            self_started: row.try_get("self_started")?,
            activity: row.try_get("activity")?,
            claude_session_id: parsed(row, "claude_session_id")?,
            forked_from: parsed(row, "forked_from")?.map(SessionId),
            model: row.try_get("model")?,
            effort: row.try_get::<Option<String>, _>("effort")?.as_deref().and_then(Effort::parse),
            permission_mode: word(row, "permission_mode", PermissionMode::parse, PermissionMode::Default)?,
            permission_set_by: row.try_get("permission_set_by")?,
            permission_set_at: Millis(row.try_get("permission_set_at")?),
            usage: Usage {
                input_tokens: row.try_get::<i64, _>("input_tokens")? as u64,
                output_tokens: row.try_get::<i64, _>("output_tokens")? as u64,
                cost_usd: row.try_get("cost_usd")?,
            },
            context: Context {
                used: row.try_get::<i64, _>("context_used")? as u64,
                window: row.try_get::<i64, _>("context_window")? as u64,
            },
            last_seq: row.try_get::<i64, _>("last_seq")? as u64,
            created_at: Millis(row.try_get("created_at")?),
            updated_at: Millis(row.try_get("updated_at")?),
        };
        Ok(Self {
            no: row.try_get("no")?,
            prompt: row.try_get("prompt")?,
            cwd: row.try_get("cwd")?,
            fork: fork_session
                .map(|from| Ok::<_, sqlx::Error>((from, row.try_get("fork_at")?)))
                .transpose()?,
            keeper: row.try_get("keeper")?,
            taken: row.try_get::<i64, _>("taken")? as u64,
            kept: serde_json::from_str(row.try_get("driver")?).unwrap_or_default(),
            draft: row.try_get("draft")?,
            card,
        })
    }
}

/// The kind of approval of this word.
pub(super) fn approval_kind(text: &str) -> Option<ApprovalKind> {
    serde_json::from_value(text.into()).ok()
}

/// The word of a plain enum, as serde writes it.
pub(super) fn plain<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A message that waits, or was given but not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageRow {
    /// As the page shows it.
    pub message: QueuedMessage,
    /// Whether it was handed to the keeper.
    pub given: bool,
    /// Who wrote it.
    pub by: String,
}

impl FromRow<'_, SqliteRow> for MessageRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            message: QueuedMessage {
                id: MessageId(id::<Uuid>(row, "id")?),
                text: row.try_get("text")?,
                images: serde_json::from_str(row.try_get("images")?).unwrap_or_default(),
                at: Millis(row.try_get("at")?),
            },
            given: row.try_get::<String, _>("state")? == "given",
            by: row.try_get("by")?,
        })
    }
}

/// An approval that nobody has answered, as its session's actor holds it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// Its id.
    pub id: Uuid,
    /// The CLI's id of the request.
    pub request_id: String,
    /// What kind of answer is wanted.
    pub kind: ApprovalKind,
    /// The request as it came.
    pub request: String,
    /// Its hash.
    pub digest: String,
    /// When it is denied by itself.
    pub expires_at: Option<Millis>,
}

impl FromRow<'_, SqliteRow> for Pending {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: id(row, "id")?,
            request_id: row.try_get("request_id")?,
            kind: approval_kind(row.try_get("kind")?).unwrap_or(ApprovalKind::Tool),
            request: row.try_get("request")?,
            digest: row.try_get("digest")?,
            expires_at: instant(row, "expires_at")?,
        })
    }
}

/// An image on its way into the database.
#[derive(Clone, Debug)]
pub(crate) struct NewAttachment {
    /// As its message names it.
    pub meta: Attachment,
    /// The image.
    pub bytes: Vec<u8>,
}

impl NewAttachment {
    /// An attachment with a fresh id.
    #[must_use]
    pub(crate) fn new(media_type: String, bytes: Vec<u8>) -> Self {
        let meta = Attachment { id: AttachmentId(Uuid::now_v7()), media_type, bytes: bytes.len() as u64 };
        Self { meta, bytes }
    }
}
