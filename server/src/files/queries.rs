//! Every SQL string of files: it only asks where a project is.

use app::ids::ProjectId;
use sqlx::SqlitePool;

use crate::db::Fault;

/// The directory of a project; nothing if there is no such project.
pub(super) async fn directory(pool: &SqlitePool, id: ProjectId) -> Result<Option<String>, Fault> {
    let path = sqlx::query_scalar("select path from projects where id = ?").bind(id.to_string());
    Ok(path.fetch_optional(pool).await?)
}
