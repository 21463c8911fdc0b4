//! Every SQL string of sessions: rows, events, messages, and the approvals that their actor writes.

use app::{
    approvals::model::ApprovalStatus,
    ids::{AttachmentId, MessageId, ProjectId, SessionId},
    sessions::{
        event::{Event, EventBody},
        model::SessionFilter,
    },
    time::Millis,
};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::Uuid;

use super::row::{MessageRow, NewAttachment, Pending, Row, plain};
use crate::db::Fault;

/// The columns of a row, its project and its pending approvals.
const SELECT: &str = "select s.*, p.name as project_name, p.path as cwd, \
     (select count(*) from approvals a where a.session_no = s.no and a.status = 'pending') as waiting, \
     (select a.kind from approvals a where a.session_no = s.no and a.status = 'pending' order by a.asked_at limit 1) as waiting_for \
     from sessions s join projects p on p.id = s.project_id ";

/// The rowid of an event: see the first migration.
const fn pos(no: i64, seq: u64) -> i64 {
    (no << 32) | seq as i64
}

/// One session.
pub async fn get(db: &SqlitePool, id: SessionId) -> Result<Option<Row>, Fault> {
    let sql = format!("{SELECT} where s.id = ?");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?)
}

/// The sessions that match: pending approvals first, then the latest.
pub async fn list(db: &SqlitePool, filter: &SessionFilter) -> Result<Vec<Row>, Fault> {
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push(if filter.archived {
        " where s.archived_at is not null"
    } else {
        " where s.archived_at is null"
    });
    if let Some(project) = filter.project_id {
        sql.push(" and s.project_id = ").push_bind(project.to_string());
    }
    if let Some(text) = filter
        .text
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        sql.push(" and s.name like ")
            .push_bind(format!("%{escaped}%"))
            .push(r" escape '\'");
    }
    if let Some(before) = filter.before {
        sql.push(" and s.updated_at < ").push_bind(before.0);
    }
    sql.push(" order by ");
    if filter.before.is_none() {
        sql.push(
            "exists (select 1 from approvals a where a.session_no = s.no and a.status = 'pending') desc, ",
        );
    }
    sql.push("s.updated_at desc limit ")
        .push_bind(i64::from(filter.limit.unwrap_or(50).clamp(1, 200)));
    Ok(sql.build_query_as().fetch_all(db).await?)
}

/// The sessions whose process may be alive, or should be.
pub async fn unfinished(db: &SqlitePool) -> Result<Vec<SessionId>, Fault> {
    let sql = "select id from sessions where keeper is not null or status in ('queued', 'running', 'idle')";
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(|(id,)| id.parse().ok()).collect())
}

/// The names of the keepers that belong to a session.
pub async fn keepers(db: &SqlitePool) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("select keeper from sessions where keeper is not null")
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(keeper,)| keeper).collect())
}

/// What a session needs to know of its project before anything starts.
pub struct Place {
    /// Its name.
    pub name: String,
    /// Its directory.
    pub path: String,
    /// Whether a person trusted it.
    pub trusted: bool,
    /// Whether it is put away.
    pub archived: bool,
}

/// One project, as far as a session is concerned. Asked again within the transaction that starts something in it.
pub async fn place(db: impl SqliteExecutor<'_>, id: ProjectId) -> Result<Option<Place>, Fault> {
    let sql = "select name, path, trusted_at is not null, archived_at is not null from projects where id = ?";
    let row: Option<(String, String, bool, bool)> = sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(row.map(|(name, path, trusted, archived)| Place { name, path, trusted, archived }))
}

/// Stores a new session; returns its number.
pub async fn insert(tx: &mut SqliteConnection, row: &Row) -> Result<i64, Fault> {
    let card = &row.card;
    let sql = "insert into sessions (id, project_id, name, prompt, status, mode, surface, model, effort, permission_mode, \
         permission_set_by, permission_set_at, forked_from, fork_session, fork_at, claude_session_id, created_at, updated_at) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning no";
    let (fork_session, fork_at) = row.fork.clone().unzip();
    let no = sqlx::query(sql)
        .bind(card.id.to_string())
        .bind(card.project_id.to_string())
        .bind(&card.name)
        .bind(&row.prompt)
        .bind(card.status.as_str())
        .bind(card.mode.as_str())
        .bind(card.surface.as_str())
        .bind(&card.model)
        .bind(card.effort.map(app::sessions::model::Effort::as_str))
        .bind(card.permission_mode.as_str())
        .bind(&card.permission_set_by)
        .bind(card.permission_set_at.0)
        .bind(card.forked_from.map(|id| id.to_string()))
        .bind(fork_session)
        .bind(fork_at.flatten())
        .bind(card.claude_session_id.map(|id| id.to_string()))
        .bind(card.created_at.0)
        .bind(card.updated_at.0)
        .fetch_one(tx)
        .await?
        .try_get("no")?;
    Ok(no)
}

/// Stores everything of a row that may change.
pub async fn update(tx: &mut SqliteConnection, row: &Row) -> Result<(), Fault> {
    let card = &row.card;
    let archived = card.archived.then_some(card.updated_at.0);
    let (fork_session, fork_at) = row.fork.clone().unzip();
    let sql = "update sessions set name = ?, status = ?, reason = ?, mode = ?, archived_at = case when ? is null then null \
         else coalesce(archived_at, ?) end, idle_deadline = ?, background = ?, self_started = ?, activity = ?, \
         claude_session_id = ?, fork_session = ?, fork_at = ?, model = ?, effort = ?, permission_mode = ?, \
         permission_set_by = ?, permission_set_at = ?, input_tokens = ?, output_tokens = ?, cost_usd = ?, context_used = ?, \
         context_window = ?, last_seq = ?, keeper = ?, taken = ?, driver = ?, draft = ?, version = ?, updated_at = ? \
         where no = ?";
    sqlx::query(sql)
        .bind(&card.name)
        .bind(card.status.as_str())
        .bind(&card.reason)
        .bind(card.mode.as_str())
        .bind(archived)
        .bind(archived)
        .bind(card.idle_deadline.map(|at| at.0))
        .bind(card.background)
        .bind(card.self_started)
        .bind(&card.activity)
        .bind(card.claude_session_id.map(|id| id.to_string()))
        .bind(fork_session)
        .bind(fork_at.flatten())
        .bind(&card.model)
        .bind(card.effort.map(app::sessions::model::Effort::as_str))
        .bind(card.permission_mode.as_str())
        .bind(&card.permission_set_by)
        .bind(card.permission_set_at.0)
        .bind(card.usage.input_tokens as i64)
        .bind(card.usage.output_tokens as i64)
        .bind(card.usage.cost_usd)
        .bind(card.context.used as i64)
        .bind(card.context.window as i64)
        .bind(card.last_seq as i64)
        .bind(&row.keeper)
        .bind(row.taken as i64)
        .bind(serde_json::to_string(&row.kept)?)
        .bind(&row.draft)
        .bind(card.version as i64)
        .bind(card.updated_at.0)
        .bind(row.no)
        .execute(tx)
        .await?;
    Ok(())
}

/// An event on its way into the history.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When it happened.
    pub at: Millis,
    /// What happened.
    pub body: EventBody,
    /// The agent's own line behind it.
    pub line: Option<std::sync::Arc<[u8]>>,
}

/// Stores events after `last_seq`, in as few statements as SQLite's bound on parameters allows.
pub async fn append(
    tx: &mut SqliteConnection,
    no: i64,
    last_seq: u64,
    events: &[NewEvent],
) -> Result<(), Fault> {
    /// Rows of one statement; five parameters each, far below SQLite's limit of 32,766.
    const ROWS: usize = 200;
    let numbered: Vec<(i64, &NewEvent)> = events
        .iter()
        .enumerate()
        .map(|(i, event)| (pos(no, last_seq + 1 + i as u64), event))
        .collect();
    for chunk in numbered.chunks(ROWS) {
        let mut bodies = Vec::with_capacity(chunk.len());
        for (pos, event) in chunk {
            let value = serde_json::to_value(&event.body)?;
            let kind = value
                .get("kind")
                .and_then(serde_json::Value::as_str)
                .unwrap_or("unknown")
                .to_owned();
            bodies.push((*pos, event.at.0, kind, fork_point(&event.body), value.to_string()));
        }
        let mut sql = QueryBuilder::<Sqlite>::new("insert into events (pos, at, kind, uuid, body) ");
        sql.push_values(bodies, |mut row, (pos, at, kind, uuid, body)| {
            row.push_bind(pos)
                .push_bind(at)
                .push_bind(kind)
                .push_bind(uuid)
                .push_bind(body);
        });
        sql.build().execute(&mut *tx).await?;
        let lines: Vec<(i64, Vec<u8>)> = chunk
            .iter()
            .filter_map(|(pos, event)| Some((*pos, event.line.as_ref()?.to_vec())))
            .collect();
        if !lines.is_empty() {
            let mut sql = QueryBuilder::<Sqlite>::new("insert into event_lines (pos, line) ");
            sql.push_values(lines, |mut row, (pos, line)| {
                row.push_bind(pos).push_bind(line);
            });
            sql.build().execute(&mut *tx).await?;
        }
    }
    Ok(())
}

/// The CLI's uuid of a line after which the conversation can be cut: the main thread's own lines only.
fn fork_point(body: &EventBody) -> Option<String> {
    match body {
        EventBody::AssistantText {
            uuid, parent: None, ..
        }
        | EventBody::ToolCall {
            uuid, parent: None, ..
        }
        | EventBody::ToolResult {
            uuid, parent: None, ..
        } => uuid.clone(),
        _ => None,
    }
}

/// Events numbered `from..=to`, at most `limit`, from the end if `backwards`, always returned in order.
pub async fn events(
    db: &SqlitePool,
    no: i64,
    from: u64,
    to: u64,
    limit: u32,
    backwards: bool,
) -> Result<Vec<Event>, Fault> {
    let order = if backwards { "desc" } else { "asc" };
    let sql =
        format!("select pos, at, body from events where pos between ? and ? order by pos {order} limit ?");
    let to = to.min(u64::from(u32::MAX));
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(pos(no, from))
        .bind(pos(no, to))
        .bind(limit)
        .fetch_all(db)
        .await?;
    let mut events: Vec<Event> = rows.into_iter().map(read_event).collect();
    if backwards {
        events.reverse();
    }
    Ok(events)
}

/// A stored body that this version cannot read is shown raw, never an error.
fn read_event((pos, at, body): (i64, i64, String)) -> Event {
    let seq = (pos & 0xffff_ffff) as u64;
    let body = serde_json::from_str(&body).unwrap_or_else(|_| EventBody::Unknown {
        name: "an event of another version".to_owned(),
        raw: super::claude::cut(&body),
    });
    Event {
        seq,
        at: Millis(at),
        body,
    }
}

/// The agent's own line behind an event.
pub async fn line(db: &SqlitePool, no: i64, seq: u64) -> Result<Option<Vec<u8>>, Fault> {
    let sql = "select line from event_lines where pos = ?";
    let row: Option<(Vec<u8>,)> = sqlx::query_as(sql).bind(pos(no, seq)).fetch_optional(db).await?;
    Ok(row.map(|(line,)| line))
}

/// The uuids that the last events carry, so that what is said again is recognised.
pub async fn seen(db: &SqlitePool, no: i64, last_seq: u64) -> Result<Vec<String>, Fault> {
    /// How far back the CLI can repeat itself after a compaction, with room to spare.
    const BACK: u64 = 2_000;
    let sql = "select uuid from events where pos between ? and ? and uuid is not null";
    let rows: Vec<(String,)> = sqlx::query_as(sql)
        .bind(pos(no, last_seq.saturating_sub(BACK)))
        .bind(pos(no, last_seq))
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(uuid,)| uuid).collect())
}

/// The last place at or before `seq` where the conversation can be cut.
pub async fn cut_point(db: &SqlitePool, no: i64, seq: u64) -> Result<Option<String>, Fault> {
    let sql =
        "select uuid from events where pos between ? and ? and uuid is not null order by pos desc limit 1";
    let row: Option<(String,)> = sqlx::query_as(sql)
        .bind(pos(no, 1))
        .bind(pos(no, seq))
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(uuid,)| uuid))
}

/// Copies the first `seq` events, with their lines, from one session to another.
pub async fn copy_events(tx: &mut SqliteConnection, from: i64, to: i64, seq: u64) -> Result<(), Fault> {
    let shift = (to - from) << 32;
    for sql in [
        "insert into events (pos, at, kind, uuid, body) select pos + ?, at, kind, uuid, body from events where pos between ? and ?",
        "insert into event_lines (pos, line) select pos + ?, line from event_lines where pos between ? and ?",
    ] {
        sqlx::query(sql)
            .bind(shift)
            .bind(pos(from, 1))
            .bind(pos(from, seq))
            .execute(&mut *tx)
            .await?;
    }
    let sql = "update sessions set last_seq = ? where no = ?";
    sqlx::query(sql).bind(seq as i64).bind(to).execute(tx).await?;
    Ok(())
}

/// Messages that the agent does not have yet, the oldest first.
pub async fn messages(db: &SqlitePool, no: i64) -> Result<Vec<MessageRow>, Fault> {
    let sql =
        "select * from messages where session_no = ? and state in ('waiting', 'given') order by position";
    Ok(sqlx::query_as(sql).bind(no).fetch_all(db).await?)
}

/// Whether this message is known already, in whatever state.
pub async fn has_message(db: &SqlitePool, id: MessageId) -> Result<bool, Fault> {
    let row: Option<(i64,)> = sqlx::query_as("select 1 from messages where id = ?")
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

/// Stores a message behind the others, with its images.
pub async fn insert_message(
    tx: &mut SqliteConnection,
    no: i64,
    row: &MessageRow,
    images: &[NewAttachment],
) -> Result<(), Fault> {
    for image in images {
        sqlx::query("insert into attachments (id, session_no, media_type, bytes) values (?, ?, ?, ?)")
            .bind(image.meta.id.to_string())
            .bind(no)
            .bind(&image.meta.media_type)
            .bind(&image.bytes)
            .execute(&mut *tx)
            .await?;
    }
    let sql = "insert into messages (id, session_no, position, state, text, images, by, at) values (?, ?, \
         (select coalesce(max(position), 0) + 1 from messages where session_no = ?), 'waiting', ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(row.message.id.to_string())
        .bind(no)
        .bind(no)
        .bind(&row.message.text)
        .bind(serde_json::to_string(&row.message.images)?)
        .bind(&row.by)
        .bind(row.message.at.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Moves a message on: `given` to the keeper, `taken` by it.
pub async fn set_message(tx: &mut SqliteConnection, id: MessageId, state: &str) -> Result<(), Fault> {
    sqlx::query("update messages set state = ? where id = ?")
        .bind(state)
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Changes what a waiting message says.
pub async fn edit_message(tx: &mut SqliteConnection, id: MessageId, text: &str) -> Result<(), Fault> {
    sqlx::query("update messages set text = ? where id = ?")
        .bind(text)
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes a waiting message back.
pub async fn delete_message(tx: &mut SqliteConnection, id: MessageId) -> Result<(), Fault> {
    sqlx::query("delete from messages where id = ?")
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// An image of a session, as its type and bytes.
pub async fn attachment(
    db: &SqlitePool,
    no: i64,
    id: AttachmentId,
) -> Result<Option<(String, Vec<u8>)>, Fault> {
    let sql = "select media_type, bytes from attachments where id = ? and session_no = ?";
    Ok(sqlx::query_as(sql)
        .bind(id.to_string())
        .bind(no)
        .fetch_optional(db)
        .await?)
}

/// The approvals that nobody has answered, the oldest first.
pub async fn pending(db: &SqlitePool, no: i64) -> Result<Vec<Pending>, Fault> {
    let sql = "select * from approvals where session_no = ? and status = 'pending' order by asked_at";
    Ok(sqlx::query_as(sql).bind(no).fetch_all(db).await?)
}

/// Answers that the keeper may not have: id and line.
pub async fn undelivered(db: &SqlitePool, no: i64) -> Result<Vec<(Uuid, String)>, Fault> {
    let sql =
        "select id, answer from approvals where session_no = ? and delivered = 0 and answer is not null";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(no).fetch_all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, answer)| Some((id.parse().ok()?, answer)))
        .collect())
}

/// A new approval's columns beside its `Pending`.
#[derive(Clone, Debug)]
pub struct NewApproval {
    /// What nobody has answered.
    pub pending: Pending,
    /// The tool that asks.
    pub tool: String,
    /// The tool call.
    pub tool_use_id: String,
    /// The sub-agent.
    pub agent: Option<String>,
    /// When.
    pub asked_at: Millis,
}

/// Stores a new approval.
pub async fn insert_approval(tx: &mut SqliteConnection, no: i64, new: &NewApproval) -> Result<(), Fault> {
    let sql = "insert into approvals (id, session_no, request_id, kind, tool, tool_use_id, agent, request, digest, \
         asked_at, expires_at, status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')";
    sqlx::query(sql)
        .bind(new.pending.id.to_string())
        .bind(no)
        .bind(&new.pending.request_id)
        .bind(plain(new.pending.kind))
        .bind(&new.tool)
        .bind(&new.tool_use_id)
        .bind(&new.agent)
        .bind(&new.pending.request)
        .bind(&new.pending.digest)
        .bind(new.asked_at.0)
        .bind(new.pending.expires_at.map(|at| at.0))
        .execute(tx)
        .await?;
    Ok(())
}

/// Settles an approval: how, by whom, when, and the line that goes to the agent.
pub async fn settle_approval(
    tx: &mut SqliteConnection,
    id: Uuid,
    status: ApprovalStatus,
    by: &str,
    at: Millis,
    answer: Option<&str>,
) -> Result<(), Fault> {
    let sql = "update approvals set status = ?, decided_by = ?, decided_at = ?, answer = ? where id = ?";
    sqlx::query(sql)
        .bind(plain(status))
        .bind(by)
        .bind(at.0)
        .bind(answer)
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that the keeper has the answer.
pub async fn delivered(tx: &mut SqliteConnection, id: Uuid) -> Result<(), Fault> {
    sqlx::query("update approvals set delivered = 1 where id = ?")
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// How an approval was settled: who and when; none while it is pending or unknown.
pub async fn settled(db: &SqlitePool, id: Uuid) -> Result<Option<(String, Millis)>, Fault> {
    let sql = "select decided_by, decided_at from approvals where id = ? and status != 'pending'";
    let row: Option<(Option<String>, Option<i64>)> = sqlx::query_as(sql)
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(by, at)| (by.unwrap_or_default(), Millis(at.unwrap_or_default()))))
}
