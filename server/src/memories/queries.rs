//! Every SQL string of memories: the record of who saved what.

use app::{ids::ProjectId, memories::model::MemorySaved, time::Millis};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};

use crate::db::Fault;

type Tx = Transaction<'static, Sqlite>;

/// One entry of the record.
pub(super) struct Entry<'a> {
    pub(super) saved: MemorySaved,
    pub(super) project: ProjectId,
    pub(super) path: &'a str,
    /// `created` or `changed`.
    pub(super) action: &'static str,
    pub(super) bytes: usize,
    pub(super) hash: &'a str,
}

/// Adds an entry; its number.
pub(super) async fn record(tx: &mut Tx, entry: &Entry<'_>) -> Result<i64, Fault> {
    let insert = sqlx::query(
        "insert into memory_saves (at, by, project_id, path, action, bytes, hash) values (?, ?, ?, ?, ?, ?, ?)",
    );
    let done = insert
        .bind(entry.saved.at.0)
        .bind(&entry.saved.by)
        .bind(entry.project.to_string())
        .bind(entry.path)
        .bind(entry.action)
        .bind(i64::try_from(entry.bytes).unwrap_or(i64::MAX))
        .bind(entry.hash)
        .execute(&mut **tx)
        .await?;
    Ok(done.last_insert_rowid())
}

/// Takes an entry back, of a save that the disk refused.
pub(super) async fn forget(tx: &mut Tx, entry: i64) -> Result<(), Fault> {
    sqlx::query("delete from memory_saves where id = ?").bind(entry).execute(&mut **tx).await?;
    Ok(())
}

/// Who saved this text at this path last.
pub(super) async fn saved(pool: &SqlitePool, path: &str, hash: &str) -> Result<Option<MemorySaved>, Fault> {
    let last = sqlx::query("select at, by, hash from memory_saves where path = ? order by id desc limit 1");
    let Some(row) = last.bind(path).fetch_optional(pool).await? else { return Ok(None) };
    let same = row.try_get::<String, _>("hash")? == hash;
    let saved = MemorySaved { at: Millis(row.try_get("at")?), by: row.try_get("by")? };
    Ok(same.then_some(saved))
}

/// What was done to this path, oldest first: by whom, the action and the size.
#[cfg(test)]
pub(super) async fn all(pool: &SqlitePool, path: &str) -> Result<Vec<(String, String, i64)>, Fault> {
    let rows = sqlx::query_as("select by, action, bytes from memory_saves where path = ? order by id");
    Ok(rows.bind(path).fetch_all(pool).await?)
}
