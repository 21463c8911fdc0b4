//! Every SQL string of terminals.

use app::{
    ids::{ProjectId, TerminalId},
    terminals::model::{Terminal, TerminalStatus},
    time::Millis,
};
use sqlx::{Row as _, SqliteExecutor, sqlite::SqliteRow};

use crate::db::Fault;

/// A terminal as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) card: Terminal,
    /// How often its shell was started.
    pub(super) run: i64,
}

/// Where a shell is to be started.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) archived: bool,
    pub(super) trusted: bool,
    /// How many terminals there have been, for the name of the next.
    pub(super) terminals: i64,
}

fn read(row: &SqliteRow) -> Result<Row, Fault> {
    let odd = |what: &str| Fault::Data(format!("{what} of a terminal"));
    let card = Terminal {
        id: row.try_get::<String, _>("id")?.parse().map_err(|_| odd("id"))?,
        version: row.try_get::<i64, _>("version")?.unsigned_abs(),
        project_id: row.try_get::<String, _>("project_id")?.parse().map_err(|_| odd("project"))?,
        name: row.try_get("name")?,
        cwd: row.try_get("cwd")?,
        status: TerminalStatus::parse(row.try_get("status")?).ok_or_else(|| odd("status"))?,
        reason: row.try_get("reason")?,
        created_at: Millis(row.try_get("created_at")?),
    };
    Ok(Row { card, run: row.try_get("run")? })
}

/// All of them, or those of one project, the oldest first.
pub(super) async fn all(db: impl SqliteExecutor<'_>, project: Option<ProjectId>) -> Result<Vec<Row>, Fault> {
    let rows = sqlx::query(
        "select id, version, project_id, name, cwd, status, reason, run, created_at from terminals
         where ?1 is null or project_id = ?1 order by created_at, id",
    );
    rows.bind(project.map(|id| id.to_string())).fetch_all(db).await?.iter().map(read).collect()
}

/// One, if there is one of that id.
pub(super) async fn find(db: impl SqliteExecutor<'_>, id: TerminalId) -> Result<Option<Row>, Fault> {
    let row = sqlx::query(
        "select id, version, project_id, name, cwd, status, reason, run, created_at from terminals where id = ?",
    );
    row.bind(id.to_string()).fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// Where shells of this project are started; nothing if there is no such project.
pub(super) async fn place(db: impl SqliteExecutor<'_>, id: ProjectId) -> Result<Option<Place>, Fault> {
    let row = sqlx::query(
        "select path, archived_at is not null as archived, trusted_at is not null as trusted,
                (select count(*) from terminals t where t.project_id = p.id) as terminals
         from projects p where id = ?",
    );
    let Some(row) = row.bind(id.to_string()).fetch_optional(db).await? else { return Ok(None) };
    Ok(Some(Place {
        path: row.try_get("path")?,
        archived: row.try_get("archived")?,
        trusted: row.try_get("trusted")?,
        terminals: row.try_get("terminals")?,
    }))
}

/// Stores a new one.
pub(super) async fn insert(db: impl SqliteExecutor<'_>, card: &Terminal) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into terminals (id, project_id, name, cwd, status, created_at) values (?, ?, ?, ?, ?, ?)",
    );
    insert
        .bind(card.id.to_string())
        .bind(card.project_id.to_string())
        .bind(&card.name)
        .bind(&card.cwd)
        .bind(card.status.as_str())
        .bind(card.created_at.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Renames it.
pub(super) async fn rename(db: impl SqliteExecutor<'_>, id: TerminalId, name: &str) -> Result<(), Fault> {
    let update = sqlx::query("update terminals set name = ?, version = version + 1 where id = ?");
    update.bind(name).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Its shell is started once more. False if it runs, or if somebody else was faster.
pub(super) async fn rerun(db: impl SqliteExecutor<'_>, row: &Row) -> Result<bool, Fault> {
    let update = sqlx::query(
        "update terminals set status = 'running', reason = null, run = run + 1, version = version + 1
         where id = ? and run = ? and status <> 'running'",
    );
    let done = update.bind(row.card.id.to_string()).bind(row.run).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// This run of its shell is over. False if it was closed meanwhile.
pub(super) async fn over(
    db: impl SqliteExecutor<'_>,
    id: TerminalId,
    run: i64,
    status: TerminalStatus,
    reason: &str,
) -> Result<bool, Fault> {
    let update = sqlx::query(
        "update terminals set status = ?, reason = ?, version = version + 1 where id = ? and run = ?",
    );
    let done = update.bind(status.as_str()).bind(reason).bind(id.to_string()).bind(run).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets it.
pub(super) async fn delete(db: impl SqliteExecutor<'_>, id: TerminalId) -> Result<(), Fault> {
    sqlx::query("delete from terminals where id = ?").bind(id.to_string()).execute(db).await?;
    Ok(())
}
