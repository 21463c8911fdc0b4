//! The SQL of events: they lie together by session, so a page of history is one range of row ids.

use app::{
    sessions::event::{Event, EventBody},
    time::Millis,
};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    db::{Batch, Fault},
    sessions::claude,
};

/// The rowid of an event: see the first migration.
const fn pos(no: i64, seq: u64) -> i64 {
    (no << 32) | seq as i64
}

/// An event on its way into the history.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent {
    /// When it happened.
    pub at: Millis,
    /// What happened.
    pub body: EventBody,
    /// The agent's own line behind it.
    pub line: Option<std::sync::Arc<[u8]>>,
}

/// Stores events after `last_seq`, in as few statements as SQLite's bound on parameters allows.
pub(crate) fn append(batch: &mut Batch, no: i64, last_seq: u64, events: &[NewEvent]) -> Result<(), Fault> {
    /// Rows of one statement; five parameters each, far below SQLite's limit of 32,766.
    const ROWS: usize = 200;
    let numbered: Vec<(i64, &NewEvent)> =
        events.iter().enumerate().map(|(i, event)| (pos(no, last_seq + 1 + i as u64), event)).collect();
    for chunk in numbered.chunks(ROWS) {
        batch.push_rows(
            "insert into events (pos, at, kind, uuid, body) values ",
            "(?, ?, ?, ?, ?)",
            chunk.len(),
        );
        for (pos, event) in chunk {
            let value = serde_json::to_value(&event.body)?;
            let kind = value.get("kind").and_then(serde_json::Value::as_str).unwrap_or("unknown");
            batch.bind(*pos)?.bind(event.at.0)?.bind(kind)?.bind(fork_point(&event.body))?;
            batch.bind(value.to_string())?;
        }
        let lines: Vec<(i64, &[u8])> =
            chunk.iter().filter_map(|(pos, event)| Some((*pos, event.line.as_deref()?))).collect();
        if !lines.is_empty() {
            batch.push_rows("insert into event_lines (pos, line) values ", "(?, ?)", lines.len());
            for (pos, line) in lines {
                batch.bind(pos)?.bind(line)?;
            }
        }
    }
    Ok(())
}

/// The CLI's uuid of a line after which the conversation can be cut: the main thread's own lines only.
fn fork_point(body: &EventBody) -> Option<String> {
    match body {
        EventBody::AssistantText { uuid, parent: None, .. }
        | EventBody::ToolCall { uuid, parent: None, .. }
        | EventBody::ToolResult { uuid, parent: None, .. } => uuid.clone(),
        _ => None,
    }
}

/// Events numbered `from..=to`, at most `limit`, from the end if `backwards`, always returned in order.
pub(crate) async fn events(
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
        raw: claude::cut(&body),
    });
    Event { seq, at: Millis(at), body }
}

/// The agent's own line behind an event.
pub(crate) async fn line(db: &SqlitePool, no: i64, seq: u64) -> Result<Option<Vec<u8>>, Fault> {
    let sql = "select line from event_lines where pos = ?";
    let row: Option<(Vec<u8>,)> = sqlx::query_as(sql).bind(pos(no, seq)).fetch_optional(db).await?;
    Ok(row.map(|(line,)| line))
}

/// The uuids that the last events and people's messages carry, so that what is said again is recognised.
pub(crate) async fn seen(db: &SqlitePool, no: i64, last_seq: u64) -> Result<Vec<String>, Fault> {
    /// How far back the CLI can repeat itself after a compaction, with room to spare.
    const BACK: u64 = 2_000;
    let sql = "select coalesce(uuid, json_extract(body, '$.id')) from events
               where pos between ? and ? and (uuid is not null or kind = 'user_message')";
    let rows: Vec<(String,)> = sqlx::query_as(sql)
        .bind(pos(no, last_seq.saturating_sub(BACK)))
        .bind(pos(no, last_seq))
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(uuid,)| uuid).collect())
}

/// Each tool that was called with a file and that file, at most 5,000 of them.
pub(crate) async fn file_calls(db: &SqlitePool, no: i64) -> Result<Vec<(String, String)>, Fault> {
    let sql = "select name, path from (
                   select json_extract(body, '$.name') as name,
                          coalesce(json_extract(body, '$.input.file_path'), json_extract(body, '$.input.notebook_path')) as path,
                          pos
                   from events where pos between ? and ? and kind = 'tool_call'
               )
               where path is not null and typeof(path) = 'text'
                     and name in ('Read', 'Edit', 'MultiEdit', 'NotebookEdit', 'Write')
               group by name, path order by min(pos) limit 5000";
    Ok(sqlx::query_as(sql).bind(pos(no, 0)).bind(pos(no, u64::from(u32::MAX))).fetch_all(db).await?)
}

/// The last place at or before `seq` where the conversation can be cut.
pub(crate) async fn cut_point(db: &SqlitePool, no: i64, seq: u64) -> Result<Option<String>, Fault> {
    let sql =
        "select uuid from events where pos between ? and ? and uuid is not null order by pos desc limit 1";
    let row: Option<(String,)> =
        sqlx::query_as(sql).bind(pos(no, 1)).bind(pos(no, seq)).fetch_optional(db).await?;
    Ok(row.map(|(uuid,)| uuid))
}

/// Copies the first `seq` events, with their lines, from one session to another.
pub(crate) async fn copy_events(
    tx: &mut SqliteConnection,
    from: i64,
    to: i64,
    seq: u64,
) -> Result<(), Fault> {
    let shift = (to - from) << 32;
    for sql in [
        "insert into events (pos, at, kind, uuid, body) select pos + ?, at, kind, uuid, body from events where pos between ? and ?",
        "insert into event_lines (pos, line) select pos + ?, line from event_lines where pos between ? and ?",
    ] {
        sqlx::query(sql).bind(shift).bind(pos(from, 1)).bind(pos(from, seq)).execute(&mut *tx).await?;
    }
    let sql = "update sessions set last_seq = ? where no = ?";
    sqlx::query(sql).bind(seq as i64).bind(to).execute(tx).await?;
    Ok(())
}
