//! Every SQL string of worktrees.

use std::{collections::HashSet, path::PathBuf};

use app::{error::AppError, ids::ProjectId, time::Millis};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use crate::db::Fault;

type Tx = Transaction<'static, Sqlite>;

/// A worktree that Roost made, or is making.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: ProjectId,
    pub(super) project: ProjectId,
    pub(super) root: PathBuf,
    pub(super) branch: String,
    pub(super) base: String,
    pub(super) start: String,
    pub(super) created_at: Millis,
}

impl Row {
    /// The directory as an argument for git.
    pub(super) fn root_text(&self) -> Result<&str, AppError> {
        self.root
            .to_str()
            .ok_or_else(|| AppError::conflict("path", "The path of the worktree is not valid UTF-8."))
    }
}

fn id(text: &str) -> Result<ProjectId, Fault> {
    text.parse().map_err(|_| Fault::Data(format!("worktree id {text}")))
}

fn read(row: &SqliteRow) -> Result<Row, Fault> {
    Ok(Row {
        id: id(row.try_get("id")?)?,
        project: id(row.try_get("project_id")?)?,
        root: PathBuf::from(row.try_get::<String, _>("root")?),
        branch: row.try_get("branch")?,
        base: row.try_get("base")?,
        start: row.try_get("start")?,
        created_at: Millis(row.try_get("created_at")?),
    })
}

/// One, by its id.
pub(super) async fn find(pool: &SqlitePool, id: ProjectId) -> Result<Option<Row>, Fault> {
    let row = sqlx::query("select * from worktrees where id = ?").bind(id.to_string());
    row.fetch_optional(pool).await?.as_ref().map(read).transpose()
}

/// Stores one that is about to be made.
pub(super) async fn insert(tx: &mut Tx, row: &Row) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into worktrees (id, project_id, root, branch, base, start, state, created_at)
         values (?, ?, ?, ?, ?, ?, 'making', ?)",
    );
    let insert = insert.bind(row.id.to_string()).bind(row.project.to_string());
    let insert = insert.bind(row.root.to_string_lossy().into_owned()).bind(&row.branch).bind(&row.base);
    insert.bind(&row.start).bind(row.created_at.0).execute(&mut **tx).await?;
    Ok(())
}

/// It is made.
pub(super) async fn set_ready(tx: &mut Tx, id: ProjectId) -> Result<(), Fault> {
    let update = sqlx::query("update worktrees set state = 'ready' where id = ?").bind(id.to_string());
    update.execute(&mut **tx).await?;
    Ok(())
}

/// Forgets one.
pub(super) async fn delete(tx: &mut Tx, id: ProjectId) -> Result<(), Fault> {
    sqlx::query("delete from worktrees where id = ?").bind(id.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Every directory that has a name here, there or not.
pub(super) async fn known(pool: &SqlitePool) -> Result<HashSet<PathBuf>, Fault> {
    let paths = sqlx::query_scalar::<_, String>("select path from projects union select root from worktrees");
    Ok(paths.fetch_all(pool).await?.into_iter().map(PathBuf::from).collect())
}

/// The directory of a place that is a worktree of this project.
pub(super) async fn path(
    pool: &SqlitePool,
    project: ProjectId,
    id: ProjectId,
) -> Result<Option<String>, Fault> {
    let path = sqlx::query_scalar("select path from projects where id = ? and worktree_of = ?");
    Ok(path.bind(id.to_string()).bind(project.to_string()).fetch_optional(pool).await?)
}
