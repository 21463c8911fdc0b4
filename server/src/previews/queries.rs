//! Every SQL string of previews: whose keepers belong to a project. Only reads.

use app::{ids::ProjectId, previews::model::Owner};
use sqlx::SqlitePool;

use crate::db::Fault;

/// The keepers of the sessions and terminals of a project, those in its worktrees too, or of one worktree; with whose they are.
pub(super) async fn keepers(pool: &SqlitePool, project: ProjectId) -> Result<Vec<(String, Owner)>, Fault> {
    let sql = "select keeper, 1 as agent, id, name from sessions where ?1 in (project_id, worktree_id) and keeper is not null \
         union all select t.id || '-' || t.run, t.session_id is not null, coalesce(t.session_id, t.id), coalesce(s.name, t.name) \
         from terminals t left join sessions s on s.id = t.session_id join projects p on p.id = t.project_id \
         where ?1 in (p.id, p.worktree_of, s.worktree_id)";
    let rows: Vec<(String, bool, String, String)> =
        sqlx::query_as(sql).bind(project.to_string()).fetch_all(pool).await?;
    let owner = |(keeper, agent, id, name): (String, bool, String, String)| {
        let owner = if agent {
            Owner::Session { id: id.parse().ok()?, name }
        } else {
            Owner::Terminal { id: id.parse().ok()?, name }
        };
        Some((keeper, owner))
    };
    Ok(rows.into_iter().filter_map(owner).collect())
}
