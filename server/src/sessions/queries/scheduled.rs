//! Every SQL string about scheduled prompts.

use app::ids::{ProjectId, SessionId};
use sqlx::SqlitePool;

use super::super::{row::Kept, scheduled::Scheduler};
use crate::db::Fault;

/// The sessions of a project that scheduled something, had one of these conversations, or are live.
pub(crate) async fn schedulers(
    db: &SqlitePool,
    project: ProjectId,
    conversations: &[String],
) -> Result<Vec<Scheduler>, Fault> {
    let sql = "select id, name, claude_session_id, status in ('queued', 'running', 'idle') as live, driver from sessions \
         where (project_id = ?1 or worktree_id = ?1) and archived_at is null and (live or claude_session_id in (select value from json_each(?2)) \
         or coalesce(json_extract(driver, '$.driver.scheduled'), '{}') <> '{}') order by updated_at desc";
    let rows: Vec<(String, String, Option<String>, bool, String)> = sqlx::query_as(sql)
        .bind(project.to_string())
        .bind(serde_json::to_string(conversations)?)
        .fetch_all(db)
        .await?;
    let read = |(id, name, conversation, live, kept): (String, String, Option<String>, bool, String)| {
        let id: SessionId = id.parse().ok()?;
        // What another version kept may not be readable; the session is there all the same.
        let kept: Kept = serde_json::from_str(&kept).unwrap_or_default();
        Some(Scheduler { id, name, conversation, live, scheduled: kept.driver.scheduled })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
