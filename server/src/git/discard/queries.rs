//! Every SQL string of discards: what was discarded, and where it belongs.

use app::{git::model::Discarded, ids::DiscardId, ids::ProjectId, time::Millis};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use crate::db::Fault;

type Tx = Transaction<'static, Sqlite>;

/// One file of a discard.
#[derive(Clone, Debug)]
pub(in crate::git) struct Kept {
    pub(super) n: i64,
    pub(super) path: String,
    pub(super) before: String,
    pub(super) after: Option<String>,
}

/// Adds a discard with its files.
pub(super) async fn add(
    tx: &mut Tx,
    project: ProjectId,
    one: &Discarded,
    files: &[Kept],
) -> Result<(), Fault> {
    sqlx::query("insert into discards (id, project_id, at, by, bytes) values (?, ?, ?, ?, ?)")
        .bind(one.id.to_string())
        .bind(project.to_string())
        .bind(one.at.0)
        .bind(&one.by)
        .bind(i64::try_from(one.bytes).unwrap_or(i64::MAX))
        .execute(&mut **tx)
        .await?;
    for file in files {
        sqlx::query("insert into discarded_files (discard_id, n, path, before) values (?, ?, ?, ?)")
            .bind(one.id.to_string())
            .bind(file.n)
            .bind(&file.path)
            .bind(&file.before)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Notes what was left in the place of a file.
pub(super) async fn left(tx: &mut Tx, id: DiscardId, n: i64, after: &str) -> Result<(), Fault> {
    sqlx::query("update discarded_files set after = ? where discard_id = ? and n = ?")
        .bind(after)
        .bind(id.to_string())
        .bind(n)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets a discard.
pub(super) async fn forget(tx: &mut Tx, id: DiscardId) -> Result<(), Fault> {
    for delete in ["delete from discarded_files where discard_id = ?", "delete from discards where id = ?"] {
        sqlx::query(delete).bind(id.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The discards of a project, the latest first, each with the first of its paths.
pub(super) async fn list(pool: &SqlitePool, project: ProjectId) -> Result<Vec<Discarded>, Fault> {
    let rows = sqlx::query(
        "select id, at, by, bytes, (select count(*) from discarded_files where discard_id = id) as files, \
         (select path from discarded_files where discard_id = id order by n limit 1) as path \
         from discards where project_id = ? order by at desc, id desc limit 200",
    );
    rows.bind(project.to_string()).fetch_all(pool).await?.iter().map(discarded).collect()
}

fn discarded(row: &SqliteRow) -> Result<Discarded, Fault> {
    Ok(Discarded {
        id: id(row)?,
        at: Millis(row.try_get("at")?),
        by: row.try_get("by")?,
        bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default(),
        files: u32::try_from(row.try_get::<i64, _>("files")?).unwrap_or(u32::MAX),
        path: row.try_get::<Option<String>, _>("path")?.unwrap_or_default(),
    })
}

fn id(row: &SqliteRow) -> Result<DiscardId, Fault> {
    let id: String = row.try_get("id")?;
    id.parse().map_err(|_| Fault::Data(format!("discard id {id}")))
}

/// The files of a discard of this project; none if there is no such discard.
pub(super) async fn files(pool: &SqlitePool, project: ProjectId, id: DiscardId) -> Result<Vec<Kept>, Fault> {
    let rows = sqlx::query(
        "select n, path, before, after from discarded_files join discards on discards.id = discard_id \
         where discard_id = ? and project_id = ? order by n",
    );
    let rows = rows.bind(id.to_string()).bind(project.to_string()).fetch_all(pool).await?;
    let kept = |row: &SqliteRow| {
        Ok(Kept {
            n: row.try_get("n")?,
            path: row.try_get("path")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
        })
    };
    rows.iter().map(kept).collect()
}

/// Every discard with its age and size, the latest first.
pub(super) async fn ages(pool: &SqlitePool) -> Result<Vec<(DiscardId, Millis, u64)>, Fault> {
    let rows =
        sqlx::query("select id, at, bytes from discards order by at desc, id desc").fetch_all(pool).await?;
    let age = |row: &SqliteRow| {
        let bytes = u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default();
        Ok((id(row)?, Millis(row.try_get("at")?), bytes))
    };
    rows.iter().map(age).collect()
}
