//! Every SQL string of terminals.

use app::{
    ids::{ProjectId, SessionId, TerminalId},
    terminals::model::{Terminal, TerminalStatus},
    time::Millis,
};
use sqlx::{Row as _, SqliteExecutor, sqlite::SqliteRow};

use crate::db::Fault;

/// A terminal as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) card: Terminal,
    /// How often its program was started.
    pub(super) run: i64,
    /// The code that it ended with by itself.
    pub(super) exit_code: Option<i32>,
}

impl Row {
    /// What the keeper of this run is called.
    pub(super) fn keeper(&self) -> String {
        format!("{}-{}", self.card.id, self.run)
    }
}

/// The columns of a row.
const SELECT: &str = "select id, version, project_id, session_id, name, cwd, status, reason, run, exit_code, created_at from terminals ";

/// Where a shell is to be started.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) archived: bool,
    pub(super) trusted: bool,
    /// How many shells there are, for the name of the next.
    pub(super) terminals: i64,
}

fn read(row: &SqliteRow) -> Result<Row, Fault> {
    let odd = |what: &str| Fault::Data(format!("{what} of a terminal"));
    let card = Terminal {
        id: row.try_get::<String, _>("id")?.parse().map_err(|_| odd("id"))?,
        version: row.try_get::<i64, _>("version")?.unsigned_abs(),
        project_id: row.try_get::<String, _>("project_id")?.parse().map_err(|_| odd("project"))?,
        session_id: row
            .try_get::<Option<String>, _>("session_id")?
            .map(|id| id.parse().map_err(|_| odd("session")))
            .transpose()?,
        name: row.try_get("name")?,
        cwd: row.try_get("cwd")?,
        status: TerminalStatus::parse(row.try_get("status")?).ok_or_else(|| odd("status"))?,
        reason: row.try_get("reason")?,
        created_at: Millis(row.try_get("created_at")?),
    };
    Ok(Row { card, run: row.try_get("run")?, exit_code: row.try_get("exit_code")? })
}

/// All of them, those of sessions too.
pub(super) async fn all(db: impl SqliteExecutor<'_>) -> Result<Vec<Row>, Fault> {
    sqlx::query(SELECT).fetch_all(db).await?.iter().map(read).collect()
}

/// The shells, or those of one project, the oldest first.
pub(super) async fn shells(
    db: impl SqliteExecutor<'_>,
    project: Option<ProjectId>,
) -> Result<Vec<Row>, Fault> {
    let sql = format!(
        "{SELECT} where session_id is null and (?1 is null or project_id = ?1) order by created_at, id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(project.map(|id| id.to_string()));
    rows.fetch_all(db).await?.iter().map(read).collect()
}

/// The one of a session, if it has one.
pub(super) async fn of_session(db: impl SqliteExecutor<'_>, id: SessionId) -> Result<Option<Row>, Fault> {
    let sql = format!("{SELECT} where session_id = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
    row.fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// One, if there is one of that id.
pub(super) async fn find(db: impl SqliteExecutor<'_>, id: TerminalId) -> Result<Option<Row>, Fault> {
    let sql = format!("{SELECT} where id = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
    row.fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// Where shells of this project are started; nothing if there is no such project.
pub(super) async fn place(db: impl SqliteExecutor<'_>, id: ProjectId) -> Result<Option<Place>, Fault> {
    let row = sqlx::query(
        "select path, archived_at is not null as archived, trusted_at is not null as trusted,
                (select count(*) from terminals t where t.project_id = p.id and t.session_id is null) as terminals
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
        "insert into terminals (id, project_id, session_id, name, cwd, status, created_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    );
    insert
        .bind(card.id.to_string())
        .bind(card.project_id.to_string())
        .bind(card.session_id.map(|id| id.to_string()))
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

/// Its program is started once more. False if it runs, or if somebody else was faster.
pub(super) async fn rerun(db: impl SqliteExecutor<'_>, row: &Row) -> Result<bool, Fault> {
    let update = sqlx::query(
        "update terminals set status = 'running', reason = null, exit_code = null, run = run + 1, version = version + 1
         where id = ? and run = ? and status <> 'running'",
    );
    let done = update.bind(row.card.id.to_string()).bind(row.run).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// This run of its program is over. False if it was closed meanwhile.
pub(super) async fn over(
    db: impl SqliteExecutor<'_>,
    id: TerminalId,
    run: i64,
    status: TerminalStatus,
    reason: &str,
    exit_code: Option<i32>,
) -> Result<bool, Fault> {
    let update = sqlx::query(
        "update terminals set status = ?, reason = ?, exit_code = ?, version = version + 1 where id = ? and run = ?",
    );
    let update = update.bind(status.as_str()).bind(reason).bind(exit_code);
    let done = update.bind(id.to_string()).bind(run).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// This run was never begun: it does not count, and its session, which knows that it wanted one, begins it again.
pub(super) async fn never_began(db: impl SqliteExecutor<'_>, row: &Row) -> Result<(), Fault> {
    let update = sqlx::query(
        "update terminals set status = 'failed', reason = 'The agent was not started.', run = run - 1,
                version = version + 1
         where id = ? and run = ?",
    );
    update.bind(row.card.id.to_string()).bind(row.run).execute(db).await?;
    Ok(())
}

/// Forgets it.
pub(super) async fn delete(db: impl SqliteExecutor<'_>, id: TerminalId) -> Result<(), Fault> {
    sqlx::query("delete from terminals where id = ?").bind(id.to_string()).execute(db).await?;
    Ok(())
}
