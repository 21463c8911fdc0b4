//! Every SQL string of the inbox: it only reads; approvals are written by their session's actor.

use std::str::FromStr;

use app::{
    approvals::model::ApprovalStatus,
    ids::{ApprovalId, ProjectId, SessionId},
    time::Millis,
};
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite, SqlitePool, sqlite::SqliteRow};

use crate::db::Fault;

const SELECT: &str = "select a.*, s.id as session_id, s.name as session_name, p.id as project_id, p.name as project_name \
     from approvals a join sessions s on s.no = a.session_no join projects p on p.id = s.project_id";

/// An approval as stored, with the names around it.
pub(crate) struct ApprovalRow {
    /// Its id.
    pub id: ApprovalId,
    /// Whose it is.
    pub session_id: SessionId,
    /// The session's name.
    pub session_name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name.
    pub project_name: String,
    /// The request as it came.
    pub request: String,
    /// Its hash.
    pub digest: String,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it is denied by itself.
    pub expires_at: Option<Millis>,
    /// How far it has come.
    pub status: ApprovalStatus,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Millis>,
}

fn id<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &SqliteRow,
    column: &str,
) -> sqlx::Result<T> {
    row.try_get::<String, _>(column)?.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

impl FromRow<'_, SqliteRow> for ApprovalRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let status: String = row.try_get("status")?;
        let instant = |column: &str| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Millis));
        Ok(Self {
            id: id(row, "id")?,
            session_id: id(row, "session_id")?,
            session_name: row.try_get("session_name")?,
            project_id: id(row, "project_id")?,
            project_name: row.try_get("project_name")?,
            request: row.try_get("request")?,
            digest: row.try_get("digest")?,
            asked_at: Millis(row.try_get("asked_at")?),
            expires_at: instant("expires_at")?,
            status: serde_json::from_value(status.into()).unwrap_or(ApprovalStatus::Withdrawn),
            decided_by: row.try_get("decided_by")?,
            decided_at: instant("decided_at")?,
        })
    }
}

/// One approval.
pub(crate) async fn get(db: &SqlitePool, id: ApprovalId) -> Result<Option<ApprovalRow>, Fault> {
    let sql = format!("{SELECT} where a.id = ?");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(db).await?)
}

/// The newest approvals that match, at most 200.
pub(crate) async fn list(
    db: &SqlitePool,
    status: Option<ApprovalStatus>,
    session: Option<SessionId>,
) -> Result<Vec<ApprovalRow>, Fault> {
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push(" where 1 = 1");
    if let Some(status) = status {
        let word = serde_json::to_value(status)?.as_str().unwrap_or_default().to_owned();
        // The literal lets SQLite use the index of pending ones.
        match status {
            ApprovalStatus::Pending => sql.push(" and a.status = 'pending'"),
            _ => sql.push(" and a.status = ").push_bind(word),
        };
    }
    if let Some(session) = session {
        sql.push(" and s.id = ").push_bind(session.to_string());
    }
    sql.push(" order by a.asked_at desc limit 200");
    Ok(sql.build_query_as().fetch_all(db).await?)
}
