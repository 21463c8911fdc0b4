//! Every SQL string of worktrees.

use std::{collections::HashSet, path::PathBuf};

use app::{
    error::AppError,
    ids::{ProjectId, SessionId, TerminalId, TrashId},
    time::Millis,
    worktrees::model::{SessionThere, SetUp, WorktreeSettings},
};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use super::copy::DEFAULT;
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
    pub(super) merged: Option<String>,
    pub(super) copied: Vec<String>,
    pub(super) ready: bool,
    pub(super) setup: SetUp,
    /// The terminal that it is set up in.
    pub(super) setup_terminal: Option<TerminalId>,
    pub(super) created_at: Millis,
}

/// The words of the table.
const SETUPS: [(SetUp, &str); 3] =
    [(SetUp::Pending, "pending"), (SetUp::Failed, "failed"), (SetUp::Done, "done")];

fn word_of(setup: SetUp) -> &'static str {
    SETUPS.into_iter().find(|(one, _)| *one == setup).map_or("", |(_, word)| word)
}

fn setup_of(word: &str) -> Result<SetUp, Fault> {
    let found = SETUPS.into_iter().find(|(_, one)| *one == word);
    found.map(|(setup, _)| setup).ok_or_else(|| Fault::Data(format!("set-up {word} of a worktree")))
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
        merged: row.try_get("merged")?,
        copied: row.try_get::<&str, _>("copied")?.lines().map(str::to_owned).collect(),
        ready: row.try_get::<&str, _>("state")? == "ready",
        setup: setup_of(row.try_get("setup")?)?,
        setup_terminal: row
            .try_get::<Option<&str>, _>("setup_terminal")?
            .map(|id| id.parse().map_err(|_| Fault::Data(format!("terminal id {id}"))))
            .transpose()?,
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
        "insert into worktrees (id, project_id, root, branch, base, start, state, setup, created_at)
         values (?, ?, ?, ?, ?, ?, 'making', ?, ?)",
    );
    let insert = insert.bind(row.id.to_string()).bind(row.project.to_string());
    let insert = insert.bind(row.root.to_string_lossy().into_owned()).bind(&row.branch).bind(&row.base);
    insert.bind(&row.start).bind(word_of(row.setup)).bind(row.created_at.0).execute(&mut **tx).await?;
    Ok(())
}

/// All of them.
pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Row>, Fault> {
    let rows = sqlx::query("select * from worktrees").fetch_all(pool).await?;
    rows.iter().map(read).collect()
}

/// The sessions that work or worked in worktrees, each with the place, the latest first.
pub(super) async fn sessions(pool: &SqlitePool) -> Result<Vec<(ProjectId, SessionThere)>, Fault> {
    let rows = sqlx::query_as::<_, (String, String, String, bool)>(
        "select worktree_id, id, name, status in ('queued', 'running', 'idle') from sessions
         where worktree_id is not null order by no desc",
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    rows.map(|(place, session, name, live)| {
        let id: SessionId = session.parse().map_err(|_| Fault::Data(format!("session id {session}")))?;
        Ok((self::id(&place)?, SessionThere { id, name, live }))
    })
    .collect()
}

/// The directory and the name of every shell that runs.
pub(super) async fn terminals(pool: &SqlitePool) -> Result<Vec<(PathBuf, String)>, Fault> {
    let rows = sqlx::query_as::<_, (String, String)>(
        "select cwd, name from terminals where status = 'running' and session_id is null",
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|(cwd, name)| (PathBuf::from(cwd), name)).collect())
}

/// The commit of its branch that was brought into the base.
pub(super) async fn set_merged(tx: &mut Tx, id: ProjectId, commit: &str) -> Result<(), Fault> {
    let update =
        sqlx::query("update worktrees set merged = ? where id = ?").bind(commit).bind(id.to_string());
    update.execute(&mut **tx).await?;
    Ok(())
}

/// What new worktrees of a project get.
pub(super) async fn settings(pool: &SqlitePool, project: ProjectId) -> Result<WorktreeSettings, Fault> {
    let found = sqlx::query_as("select copy, setup from worktree_settings where project_id = ?");
    let found: Option<(String, String)> = found.bind(project.to_string()).fetch_optional(pool).await?;
    let (copy, setup) = found.unwrap_or_else(|| (DEFAULT.to_owned(), String::new()));
    Ok(WorktreeSettings { copy, setup })
}

/// Changes that.
pub(super) async fn set_settings(
    tx: &mut Tx,
    project: ProjectId,
    settings: &WorktreeSettings,
) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into worktree_settings (project_id, copy, setup) values (?, ?, ?)
         on conflict (project_id) do update set copy = excluded.copy, setup = excluded.setup",
    );
    let insert = insert.bind(project.to_string()).bind(&settings.copy).bind(&settings.setup);
    insert.execute(&mut **tx).await?;
    Ok(())
}

/// It is made, with these files copied into it.
pub(super) async fn set_ready(tx: &mut Tx, id: ProjectId, copied: &[String]) -> Result<(), Fault> {
    let update = sqlx::query("update worktrees set state = 'ready', copied = ? where id = ?");
    update.bind(copied.join("\n")).bind(id.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// How far it is set up, and in which terminal.
pub(super) async fn set_setup(
    tx: &mut Tx,
    id: ProjectId,
    setup: SetUp,
    terminal: Option<TerminalId>,
) -> Result<(), Fault> {
    let update = sqlx::query("update worktrees set setup = ?, setup_terminal = ? where id = ?");
    let update = update.bind(word_of(setup)).bind(terminal.map(|id| id.to_string()));
    update.bind(id.to_string()).execute(&mut **tx).await?;
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

/// Something in the trash.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: TrashId,
    pub(super) project: ProjectId,
    pub(super) place: Option<ProjectId>,
    pub(super) path: String,
    pub(super) branch: Option<String>,
    pub(super) base: Option<String>,
    pub(super) head: Option<String>,
    pub(super) work: Option<String>,
    pub(super) staged: Option<String>,
    pub(super) saved: bool,
    pub(super) by: String,
    pub(super) at: Millis,
    pub(super) expires_at: Millis,
}

/// Stores something in the trash, or that it is all there now.
pub(super) async fn keep(tx: &mut Tx, kept: &Kept) -> Result<(), Fault> {
    let insert = sqlx::query(
        "insert into worktree_trash (id, project_id, place_id, path, branch, base, head, work, staged, saved,
                                     removed_by, removed_at, expires_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set head = excluded.head, work = excluded.work, staged = excluded.staged,
                                        saved = excluded.saved",
    );
    let insert = insert.bind(kept.id.to_string()).bind(kept.project.to_string());
    let insert = insert.bind(kept.place.map(|id| id.to_string())).bind(&kept.path).bind(&kept.branch);
    let insert =
        insert.bind(&kept.base).bind(&kept.head).bind(&kept.work).bind(&kept.staged).bind(kept.saved);
    insert.bind(&kept.by).bind(kept.at.0).bind(kept.expires_at.0).execute(&mut **tx).await?;
    Ok(())
}

fn trash_id(text: &str) -> Result<TrashId, Fault> {
    text.parse().map_err(|_| Fault::Data(format!("trash id {text}")))
}

/// What is in the trash of a project, the latest first.
pub(super) async fn kept(pool: &SqlitePool, project: ProjectId) -> Result<Vec<Kept>, Fault> {
    let rows = sqlx::query(
        "select * from worktree_trash where project_id = ? and saved order by removed_at desc, id desc",
    );
    let rows = rows.bind(project.to_string()).fetch_all(pool).await?;
    let read = |row: &SqliteRow| {
        Ok(Kept {
            id: trash_id(row.try_get("id")?)?,
            project,
            place: row.try_get::<Option<&str>, _>("place_id")?.map(id).transpose()?,
            path: row.try_get("path")?,
            branch: row.try_get("branch")?,
            base: row.try_get("base")?,
            head: row.try_get("head")?,
            work: row.try_get("work")?,
            staged: row.try_get("staged")?,
            saved: row.try_get("saved")?,
            by: row.try_get("removed_by")?,
            at: Millis(row.try_get("removed_at")?),
            expires_at: Millis(row.try_get("expires_at")?),
        })
    };
    rows.iter().map(read).collect()
}

/// What has expired, or was never all there.
pub(super) async fn over(pool: &SqlitePool, now: Millis) -> Result<Vec<TrashId>, Fault> {
    let ids =
        sqlx::query_scalar::<_, String>("select id from worktree_trash where not saved or expires_at <= ?");
    ids.bind(now.0).fetch_all(pool).await?.iter().map(|id| trash_id(id)).collect()
}

/// All that is in the trash, of whichever project, all there or not.
pub(super) async fn in_trash(pool: &SqlitePool) -> Result<HashSet<TrashId>, Fault> {
    let ids = sqlx::query_scalar::<_, String>("select id from worktree_trash");
    ids.fetch_all(pool).await?.iter().map(|id| trash_id(id)).collect()
}

/// Forgets something of the trash.
pub(super) async fn let_go(tx: &mut Tx, id: TrashId) -> Result<(), Fault> {
    sqlx::query("delete from worktree_trash where id = ?").bind(id.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Makes all of the trash old, for tests.
#[cfg(test)]
pub(super) async fn expire(tx: &mut Tx) -> Result<(), Fault> {
    sqlx::query("update worktree_trash set expires_at = 1").execute(&mut **tx).await?;
    Ok(())
}

/// Leaves a worktree as a server does that is killed before the last step, for tests.
#[cfg(test)]
pub(super) async fn unready(tx: &mut Tx, id: ProjectId) -> Result<(), Fault> {
    sqlx::query("update worktrees set state = 'making' where id = ?")
        .bind(id.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
