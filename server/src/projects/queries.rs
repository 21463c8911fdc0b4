//! Every SQL string of projects. Reads use the pool of readers; what decides before it writes does both in one transaction.

use std::collections::HashMap;

use app::{
    ids::{ProjectId, SessionId, TerminalId},
    projects::model::{Counts, Trust},
    time::Millis,
};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};
use uuid::Uuid;

use crate::db::Fault;

type Tx = Transaction<'static, Sqlite>;

/// One row of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: ProjectId,
    pub(super) name: String,
    pub(super) path: String,
    pub(super) worktree_of: Option<ProjectId>,
    pub(super) position: i64,
    pub(super) archived: bool,
    pub(super) trust: Option<Trust>,
    pub(super) created_at: Millis,
}

/// What runs in a project.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live {
    pub(super) sessions: i64,
    pub(super) terminals: i64,
}

fn project_id(text: &str) -> Result<ProjectId, Fault> {
    text.parse().map_err(|_| Fault::Data(format!("project id {text}")))
}

fn read(row: &SqliteRow) -> Result<Row, Fault> {
    let at: Option<i64> = row.try_get("trusted_at")?;
    let by: Option<String> = row.try_get("trusted_by")?;
    Ok(Row {
        id: project_id(row.try_get("id")?)?,
        name: row.try_get("name")?,
        path: row.try_get("path")?,
        worktree_of: row.try_get::<Option<&str>, _>("worktree_of")?.map(project_id).transpose()?,
        position: row.try_get("position")?,
        archived: row.try_get::<Option<i64>, _>("archived_at")?.is_some(),
        trust: at.map(|at| Trust { at: Millis(at), by: by.unwrap_or_default() }),
        created_at: Millis(row.try_get("created_at")?),
    })
}

/// All projects and worktrees in the person's order, archived ones last.
pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Row>, Fault> {
    let rows = sqlx::query(
        "select id, name, path, worktree_of, position, archived_at, trusted_at, trusted_by, created_at from projects
         order by archived_at is not null, position, id",
    );
    rows.fetch_all(pool).await?.iter().map(read).collect()
}

/// One project, if there is one of that id.
pub(super) async fn find(pool: &SqlitePool, id: ProjectId) -> Result<Option<Row>, Fault> {
    let row = sqlx::query(
        "select id, name, path, worktree_of, position, archived_at, trusted_at, trusted_by, created_at
         from projects where id = ?",
    );
    row.bind(id.to_string()).fetch_optional(pool).await?.as_ref().map(read).transpose()
}

/// How many sessions each project has in which state; of one project, or of all that have any. A session that waits
/// for a person counts as waiting only.
pub(super) async fn counts(
    pool: &SqlitePool,
    id: Option<ProjectId>,
) -> Result<HashMap<ProjectId, Counts>, Fault> {
    let rows = sqlx::query_as::<_, (String, u32, u32, u32, u32)>(
        "select s.place,
                count(coalesce(p.session_no, s.asking)),
                count(*) filter (where coalesce(p.session_no, s.asking) is null and s.status in ('queued', 'running')),
                count(*) filter (where coalesce(p.session_no, s.asking) is null and s.status = 'idle'),
                count(*)
         from (select project_id as place, no, asking, status from sessions where archived_at is null
               union all
               select worktree_id, no, asking, status from sessions
               where archived_at is null and worktree_id is not null) s
         left join (select distinct session_no from approvals where status = 'pending') p on p.session_no = s.no
         where ?1 is null or s.place = ?1
         group by s.place",
    );
    let rows = rows.bind(id.map(|id| id.to_string())).fetch_all(pool).await?;
    rows.into_iter()
        .map(|(id, waiting, running, idle, total)| {
            Ok((project_id(&id)?, Counts { waiting, running, idle, total }))
        })
        .collect()
}

/// The name of the project that has this path.
pub(super) async fn name_of_path(tx: &mut Tx, path: &str) -> Result<Option<String>, Fault> {
    let name = sqlx::query_scalar("select name from projects where path = ?").bind(path);
    Ok(name.fetch_optional(&mut **tx).await?)
}

/// Adds one at the end of the list.
pub(super) async fn insert(
    tx: &mut Tx,
    id: ProjectId,
    name: &str,
    path: &str,
    now: Millis,
) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into projects (id, name, path, position, created_at)
         values (?, ?, ?, (select coalesce(max(position) + 1, 0) from projects where worktree_of is null), ?)",
    );
    insert.bind(id.to_string()).bind(name).bind(path).bind(now.0).execute(&mut **tx).await?;
    Ok(())
}

/// How many of its sessions have a process or wait for one, and how many terminals of it and its worktrees have a shell; nothing if there is
/// no such project.
pub(super) async fn live(tx: &mut Tx, id: ProjectId) -> Result<Option<Live>, Fault> {
    let counts = sqlx::query_as::<_, (i64, i64)>(
        "select (select count(*) from sessions s
                 where s.project_id = p.id and s.status in ('queued', 'running', 'idle')),
                (select count(*) from terminals t join projects own on own.id = t.project_id
                 where p.id in (own.id, own.worktree_of) and t.status = 'running')
         from projects p where p.id = ?",
    );
    let counts = counts.bind(id.to_string()).fetch_optional(&mut **tx).await?;
    Ok(counts.map(|(sessions, terminals)| Live { sessions, terminals }))
}

/// The sessions that may be changing files right now or in a moment, each with the directory it works in: those whose
/// turn is under way or about to begin, those that work in the background, and those whose terminal is open.
pub(super) async fn at_work(pool: &SqlitePool) -> Result<Vec<(String, String)>, Fault> {
    let rows = sqlx::query_as(
        "select p.path, s.name from sessions s join projects p on p.id = coalesce(s.worktree_id, s.project_id)
         where s.status in ('queued', 'running') or s.background > 0
            or exists (select 1 from terminals t where t.session_id = s.id and t.status = 'running')
         order by s.no",
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Adds a worktree of a project, with the trust in that; one that was there before is there again.
pub(super) async fn insert_worktree(
    tx: &mut Tx,
    of: ProjectId,
    id: ProjectId,
    name: &str,
    path: &str,
    now: Millis,
) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into projects (id, name, path, worktree_of, position, trusted_at, trusted_by, created_at)
         select ?, ?, ?, id, 0, trusted_at, trusted_by, ? from projects where id = ?
         on conflict (id) do update set name = excluded.name, path = excluded.path",
    );
    let insert = insert.bind(id.to_string()).bind(name).bind(path).bind(now.0);
    insert.bind(of.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Removes a worktree's place with its terminals, unless a session names it: the terminals if it went.
pub(super) async fn delete_worktree(tx: &mut Tx, id: ProjectId) -> Result<Option<Vec<TerminalId>>, Fault> {
    let terminals = sqlx::query_scalar::<_, String>("select id from terminals where project_id = ?");
    let terminals = terminals.bind(id.to_string()).fetch_all(&mut **tx).await?;
    let delete = sqlx::query(
        "delete from projects where id = ?1 and worktree_of is not null
         and not exists (select 1 from sessions where worktree_id = ?1)",
    );
    let gone = delete.bind(id.to_string()).execute(&mut **tx).await?.rows_affected() > 0;
    Ok(gone.then(|| terminals.iter().filter_map(|id| id.parse().ok()).collect()))
}

/// The project that a worktree is of; nothing for a project proper.
pub(super) async fn worktree_of(tx: &mut Tx, id: ProjectId) -> Result<Option<ProjectId>, Fault> {
    let of = sqlx::query_scalar::<_, String>(
        "select worktree_of from projects where id = ? and worktree_of is not null",
    );
    of.bind(id.to_string()).fetch_optional(&mut **tx).await?.as_deref().map(project_id).transpose()
}

/// The branch that a worktree was made from; nothing for a project proper.
pub(super) async fn base(pool: &SqlitePool, id: ProjectId) -> Result<Option<String>, Fault> {
    let base = sqlx::query_scalar("select base from worktrees where id = ?").bind(id.to_string());
    Ok(base.fetch_optional(pool).await?)
}

/// Gives it another name.
pub(super) async fn rename(tx: &mut Tx, id: ProjectId, name: &str) -> Result<(), Fault> {
    sqlx::query("update projects set name = ? where id = ?")
        .bind(name)
        .bind(id.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Puts it away at that time, or takes it back.
pub(super) async fn archive(tx: &mut Tx, id: ProjectId, at: Option<Millis>) -> Result<(), Fault> {
    // The time of the first archiving stays.
    let update = sqlx::query(
        "update projects set archived_at = case when ?1 is null then null else coalesce(archived_at, ?1) end where id = ?2",
    );
    update.bind(at.map(|at| at.0)).bind(id.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Records who trusted it.
pub(super) async fn trust(tx: &mut Tx, id: ProjectId, trust: &Trust) -> Result<(), Fault> {
    let update = sqlx::query("update projects set trusted_at = ?, trusted_by = ? where id = ?");
    update.bind(trust.at.0).bind(&trust.by).bind(id.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Moves it to that place, or to the end, and returns all whose place changed.
pub(super) async fn move_to(tx: &mut Tx, id: ProjectId, position: i64) -> Result<Vec<ProjectId>, Fault> {
    let listed: Vec<(String, i64)> = sqlx::query_as(
        "select id, position from projects where worktree_of is null
             order by archived_at is not null, position, id",
    )
    .fetch_all(&mut **tx)
    .await?;
    let was: HashMap<&str, i64> = listed.iter().map(|(id, position)| (id.as_str(), *position)).collect();
    let own = id.to_string();
    let mut order: Vec<&str> =
        listed.iter().map(|(id, _)| id.as_str()).filter(|other| *other != own).collect();
    let place = usize::try_from(position).unwrap_or(usize::MAX).min(order.len());
    order.insert(place, &own);
    let mut moved = Vec::new();
    for (place, id) in (0i64..).zip(order) {
        if was.get(id) != Some(&place) {
            let update = sqlx::query("update projects set position = ? where id = ?");
            update.bind(place).bind(id).execute(&mut **tx).await?;
            moved.push(project_id(id)?);
        }
    }
    Ok(moved)
}

/// Deletes it with its worktrees and all that is stored of its sessions, and returns the ids of those.
pub(super) async fn delete(tx: &mut Tx, id: ProjectId) -> Result<Vec<SessionId>, Fault> {
    let own = id.to_string();
    let sessions: Vec<(i64, String)> = sqlx::query_as("select no, id from sessions where project_id = ?")
        .bind(&own)
        .fetch_all(&mut **tx)
        .await?;
    let mut gone = Vec::new();
    for (no, session) in sessions {
        // A session's events are the rowids from `no << 32` up to those of the next.
        for sql in [
            "delete from events where pos >= ?1 << 32 and pos < (?1 + 1) << 32",
            "delete from event_lines where pos >= ?1 << 32 and pos < (?1 + 1) << 32",
            "delete from attachments where session_no = ?1",
            "delete from messages where session_no = ?1",
            "delete from approvals where session_no = ?1",
            "delete from sessions where no = ?1",
        ] {
            sqlx::query(sql).bind(no).execute(&mut **tx).await?;
        }
        let uuid: Uuid = session.parse().map_err(|_| Fault::Data(format!("session id {session}")))?;
        gone.push(SessionId(uuid));
    }
    for sql in [
        "delete from change_comments where project_id in (select id from projects where id = ?1 or worktree_of = ?1)",
        "delete from projects where worktree_of = ?",
        "delete from projects where id = ?",
    ] {
        sqlx::query(sql).bind(&own).execute(&mut **tx).await?;
    }
    Ok(gone)
}

/// A terminal in this state, of a session or of none, for tests.
#[cfg(test)]
pub(super) async fn insert_terminal(
    tx: &mut Tx,
    project: ProjectId,
    session: Option<SessionId>,
    status: &str,
) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into terminals (id, project_id, session_id, name, cwd, status, created_at)
         values (?, ?, ?, 'n', '/', ?, 0)",
    );
    let insert = insert.bind(Uuid::now_v7().to_string()).bind(project.to_string());
    insert.bind(session.map(|id| id.to_string())).bind(status).execute(&mut **tx).await?;
    Ok(())
}

/// A session in this state, with a pending approval or without, for tests.
#[cfg(test)]
pub(super) async fn insert_session(
    tx: &mut Tx,
    project: ProjectId,
    status: &str,
    waits: bool,
) -> Result<SessionId, Fault> {
    let id = SessionId(Uuid::now_v7());
    let insert = sqlx::query(
        "insert into sessions (id, project_id, name, prompt, status, mode, surface, permission_mode, permission_set_by,
                               permission_set_at, created_at, updated_at)
         values (?, ?, 'n', 'p', ?, 'job', 'chat', 'default', 'x', 0, 0, 0)",
    );
    let no = insert
        .bind(id.to_string())
        .bind(project.to_string())
        .bind(status)
        .execute(&mut **tx)
        .await?
        .last_insert_rowid();
    sqlx::query("insert into events (pos, at, kind, body) values ((?1 << 32) + 1, 0, 'notice', '{}')")
        .bind(no)
        .execute(&mut **tx)
        .await?;
    if waits {
        let insert = sqlx::query(
            "insert into approvals (id, session_no, request_id, kind, tool, tool_use_id, request, digest, asked_at, status)
             values (?, ?, 'r', 'tool', 'Bash', 't', '{}', 'd', 0, 'pending')",
        );
        insert.bind(Uuid::now_v7().to_string()).bind(no).execute(&mut **tx).await?;
    }
    Ok(id)
}

/// How many rows the tables of histories hold, for tests.
#[cfg(test)]
pub(super) async fn rows_of_sessions(pool: &SqlitePool) -> Result<i64, Fault> {
    let count = sqlx::query_scalar(
        "select (select count(*) from sessions) + (select count(*) from events) + (select count(*) from approvals)",
    );
    Ok(count.fetch_one(pool).await?)
}
