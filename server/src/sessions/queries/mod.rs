//! Every SQL string of sessions: rows here, events in `history`, messages and approvals in `inbox`, scheduled prompts in `scheduled`.

mod history;
mod inbox;
mod scheduled;

use app::{
    ids::{ProjectId, SessionId},
    sessions::model::SessionFilter,
};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};

pub(crate) use self::{
    history::{NewEvent, append, copy_events, cut_point, events, file_calls, line, seen},
    inbox::{
        NewApproval, attachment, delete_message, delivered, edit_message, has_message, insert_approval,
        insert_message, messages, pending, set_message, settle_approval, settled, undelivered,
    },
    scheduled::schedulers,
};
use super::row::{Row, plain};
use crate::db::{Batch, Fault};

/// The list of models that was kept last, as JSON.
pub(crate) async fn models(db: &SqlitePool) -> Result<Option<String>, Fault> {
    Ok(sqlx::query_scalar("select value from meta where key = 'models'").fetch_optional(db).await?)
}

/// Keeps the list of models.
pub(crate) fn keep_models(batch: &mut Batch, json: &str) -> Result<(), Fault> {
    let sql =
        "insert into meta (key, value) values ('models', ?) on conflict do update set value = excluded.value";
    batch.push(sql).bind(json)?;
    Ok(())
}

/// The columns of a row, its project, the directory it works in, its terminal, and what it waits for.
const SELECT: &str = "select s.*, p.name as project_name, coalesce(w.path, p.path) as cwd, \
     t.id as terminal_id, coalesce(t.status = 'running', 0) as on_terminal, (s.asking is not null) + \
     (select count(*) from approvals a where a.session_no = s.no and a.status = 'pending') as waiting, \
     coalesce((select a.kind from approvals a where a.session_no = s.no and a.status = 'pending' order by a.asked_at limit 1), \
     s.asking) as waiting_for \
     from sessions s join projects p on p.id = s.project_id left join projects w on w.id = s.worktree_id \
     left join terminals t on t.session_id = s.id ";

/// One session.
pub(crate) async fn get(db: &SqlitePool, id: SessionId) -> Result<Option<Row>, Fault> {
    let sql = format!("{SELECT} where s.id = ?");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(db).await?)
}

/// The sessions that match: pending approvals first, then the latest.
pub(crate) async fn list(db: &SqlitePool, filter: &SessionFilter) -> Result<Vec<Row>, Fault> {
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push(if filter.archived {
        " where s.archived_at is not null"
    } else {
        " where s.archived_at is null"
    });
    if let Some(project) = filter.project_id {
        sql.push(" and (s.project_id = ").push_bind(project.to_string());
        sql.push(" or s.worktree_id = ").push_bind(project.to_string()).push(")");
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        sql.push(" and s.name like ").push_bind(format!("%{escaped}%")).push(r" escape '\'");
    }
    if let Some(before) = filter.before {
        sql.push(" and s.updated_at < ").push_bind(before.0);
    }
    sql.push(" order by ");
    if filter.before.is_none() {
        sql.push(
            "s.asking is not null or exists (select 1 from approvals a where a.session_no = s.no and a.status = 'pending') desc, ",
        );
    }
    sql.push("s.updated_at desc limit ").push_bind(i64::from(filter.limit.unwrap_or(50).clamp(1, 200)));
    Ok(sql.build_query_as().fetch_all(db).await?)
}

/// The sessions whose process may be alive, or should be.
pub(crate) async fn unfinished(db: &SqlitePool) -> Result<Vec<SessionId>, Fault> {
    let sql = "select id from sessions where keeper is not null or status in ('queued', 'running', 'idle')
         or id in (select session_id from terminals where status = 'running')";
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(|(id,)| id.parse().ok()).collect())
}

/// The names of the keepers that belong to a session.
pub(crate) async fn keepers(db: &SqlitePool) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> =
        sqlx::query_as("select keeper from sessions where keeper is not null").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(keeper,)| keeper).collect())
}

/// What a session needs to know of its project before anything starts.
pub(crate) struct Place {
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
pub(crate) async fn place(db: impl SqliteExecutor<'_>, id: ProjectId) -> Result<Option<Place>, Fault> {
    let sql = "select name, path, trusted_at is not null, archived_at is not null from projects \
         where id = ? and worktree_of is null";
    let row: Option<(String, String, bool, bool)> =
        sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(row.map(|(name, path, trusted, archived)| Place { name, path, trusted, archived }))
}

/// Stores a new session; returns its number.
pub(crate) async fn insert(tx: &mut SqliteConnection, row: &Row) -> Result<i64, Fault> {
    let card = &row.card;
    let sql = "insert into sessions (id, project_id, name, prompt, status, mode, surface, model, effort, permission_mode, \
         permission_set_by, permission_set_at, forked_from, fork_session, fork_at, claude_session_id, created_at, updated_at, \
         worktree_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning no";
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
        .bind(card.worktree_id.map(|id| id.to_string()))
        .fetch_one(tx)
        .await?
        .try_get("no")?;
    Ok(no)
}

/// Stores everything of a row that may change.
pub(crate) fn update(batch: &mut Batch, row: &Row) -> Result<(), Fault> {
    let card = &row.card;
    let archived = card.archived.then_some(card.updated_at.0);
    let (fork_session, fork_at) = row.fork.clone().unzip();
    let sql = "update sessions set name = ?, status = ?, reason = ?, mode = ?, surface = ?, asking = ?, archived_at = case when ? is null then null \
         else coalesce(archived_at, ?) end, idle_deadline = ?, background = ?, self_started = ?, activity = ?, \
         claude_session_id = ?, fork_session = ?, fork_at = ?, model = ?, effort = ?, permission_mode = ?, \
         permission_set_by = ?, permission_set_at = ?, input_tokens = ?, output_tokens = ?, cost_usd = ?, context_used = ?, \
         context_window = ?, last_seq = ?, keeper = ?, taken = ?, driver = ?, draft = ?, version = ?, updated_at = ? \
         where no = ?";
    batch
        .push(sql)
        .bind(&card.name)?
        .bind(card.status.as_str())?
        .bind(&card.reason)?
        .bind(card.mode.as_str())?
        .bind(card.surface.as_str())?
        .bind(row.kept.tui.asking.map(|(kind, _)| plain(kind)))?
        .bind(archived)?
        .bind(archived)?
        .bind(card.idle_deadline.map(|at| at.0))?
        .bind(card.background)?
        .bind(card.self_started)?
        .bind(&card.activity)?
        .bind(card.claude_session_id.map(|id| id.to_string()))?
        .bind(fork_session)?
        .bind(fork_at.flatten())?
        .bind(&card.model)?
        .bind(card.effort.map(app::sessions::model::Effort::as_str))?
        .bind(card.permission_mode.as_str())?
        .bind(&card.permission_set_by)?
        .bind(card.permission_set_at.0)?
        .bind(card.usage.input_tokens as i64)?
        .bind(card.usage.output_tokens as i64)?
        .bind(card.usage.cost_usd)?
        .bind(card.context.used as i64)?
        .bind(card.context.window as i64)?
        .bind(card.last_seq as i64)?
        .bind(&row.keeper)?
        .bind(row.taken as i64)?
        .bind(serde_json::to_string(&row.kept)?)?
        .bind(&row.draft)?
        .bind(card.version as i64)?
        .bind(card.updated_at.0)?
        .bind(row.no)?;
    Ok(())
}
