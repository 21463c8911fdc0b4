//! Every SQL string of comments on changes.

use app::{
    git::model::{ChangeGroup, Comment, Commented, Side},
    ids::{CommentId, ProjectId},
    time::Millis,
};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use crate::db::Fault;

type Tx = Transaction<'static, Sqlite>;

/// The words by which the table knows groups and sides.
const GROUPS: [(ChangeGroup, &str); 4] = [
    (ChangeGroup::Staged, "staged"),
    (ChangeGroup::Changed, "changed"),
    (ChangeGroup::Untracked, "untracked"),
    (ChangeGroup::Conflicted, "conflicted"),
];
const SIDES: [(Side, &str); 2] = [(Side::Old, "old"), (Side::New, "new")];

/// The comments of a project that wait, in the order they were written.
pub(super) async fn list(pool: &SqlitePool, project: ProjectId) -> Result<Vec<Comment>, Fault> {
    let rows = sqlx::query(
        "select id, at, by, path, change, side, first, last, code, text from change_comments \
         where project_id = ? order by at, id",
    );
    rows.bind(project.to_string()).fetch_all(pool).await?.iter().map(comment).collect()
}

fn comment(row: &SqliteRow) -> Result<Comment, Fault> {
    let text = |column| row.try_get::<String, _>(column);
    let (id, change, side) = (text("id")?, text("change")?, text("side")?);
    let strange = || Fault::Data(format!("comment {id}: {change}, {side}"));
    let about = Commented {
        path: text("path")?,
        group: GROUPS.iter().find(|(_, word)| *word == change).ok_or_else(strange)?.0,
        side: SIDES.iter().find(|(_, word)| *word == side).ok_or_else(strange)?.0,
        first: row.try_get("first")?,
        last: row.try_get("last")?,
        code: text("code")?,
    };
    let id: CommentId = id.parse().map_err(|_| strange())?;
    Ok(Comment { id, at: Millis(row.try_get("at")?), by: text("by")?, about, text: text("text")? })
}

/// How many comments of a project wait.
pub(super) async fn count(tx: &mut Tx, project: ProjectId) -> Result<i64, Fault> {
    let count = sqlx::query_scalar("select count(*) from change_comments where project_id = ?");
    Ok(count.bind(project.to_string()).fetch_one(&mut **tx).await?)
}

/// Adds a comment.
pub(super) async fn add(tx: &mut Tx, project: ProjectId, comment: &Comment) -> Result<(), Fault> {
    let Comment { id, at, by, about, text } = comment;
    let group = GROUPS.iter().find(|(group, _)| *group == about.group).map_or("", |(_, word)| word);
    let side = SIDES.iter().find(|(side, _)| *side == about.side).map_or("", |(_, word)| word);
    sqlx::query(
        "insert into change_comments (id, project_id, at, by, path, change, side, first, last, code, text) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(project.to_string())
    .bind(at.0)
    .bind(by)
    .bind(&about.path)
    .bind(group)
    .bind(side)
    .bind(about.first)
    .bind(about.last)
    .bind(&about.code)
    .bind(text)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes the text of a comment; whether there is such a one.
pub(super) async fn edit(tx: &mut Tx, project: ProjectId, id: CommentId, text: &str) -> Result<bool, Fault> {
    let update = sqlx::query("update change_comments set text = ? where id = ? and project_id = ?");
    let done = update.bind(text).bind(id.to_string()).bind(project.to_string()).execute(&mut **tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a comment away; whether there was such a one.
pub(super) async fn remove(tx: &mut Tx, project: ProjectId, id: CommentId) -> Result<bool, Fault> {
    let delete = sqlx::query("delete from change_comments where id = ? and project_id = ?");
    let done = delete.bind(id.to_string()).bind(project.to_string()).execute(&mut **tx).await?;
    Ok(done.rows_affected() > 0)
}
