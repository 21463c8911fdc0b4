//! The SQL of what waits: messages for the agent, and approvals for a person.

use app::{
    approvals::model::ApprovalStatus,
    ids::{AttachmentId, MessageId},
    time::Millis,
};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::{
    db::{Batch, Fault},
    sessions::row::{MessageRow, NewAttachment, Pending, plain},
};

/// Messages that the agent does not have yet, the oldest first.
pub(crate) async fn messages(db: &SqlitePool, no: i64) -> Result<Vec<MessageRow>, Fault> {
    let sql =
        "select * from messages where session_no = ? and state in ('waiting', 'given') order by position";
    Ok(sqlx::query_as(sql).bind(no).fetch_all(db).await?)
}

/// Whether this message is known already, in whatever state.
pub(crate) async fn has_message(db: &SqlitePool, id: MessageId) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        sqlx::query_as("select 1 from messages where id = ?").bind(id.to_string()).fetch_optional(db).await?;
    Ok(row.is_some())
}

/// Stores a message behind the others, with its images.
pub(crate) fn insert_message(
    batch: &mut Batch,
    no: i64,
    row: &MessageRow,
    images: &[NewAttachment],
) -> Result<(), Fault> {
    for image in images {
        batch
            .push("insert into attachments (id, session_no, media_type, bytes) values (?, ?, ?, ?)")
            .bind(image.meta.id.to_string())?
            .bind(no)?
            .bind(&image.meta.media_type)?
            .bind(&image.bytes)?;
    }
    let sql = "insert into messages (id, session_no, position, state, text, images, by, at) values (?, ?, \
         (select coalesce(max(position), 0) + 1 from messages where session_no = ?), 'waiting', ?, ?, ?, ?)";
    batch
        .push(sql)
        .bind(row.message.id.to_string())?
        .bind(no)?
        .bind(no)?
        .bind(&row.message.text)?
        .bind(serde_json::to_string(&row.message.images)?)?
        .bind(&row.by)?
        .bind(row.message.at.0)?;
    Ok(())
}

/// Moves a message on: `given` to the keeper, `taken` by it.
pub(crate) fn set_message(batch: &mut Batch, id: MessageId, state: &str) -> Result<(), Fault> {
    batch.push("update messages set state = ? where id = ?").bind(state)?.bind(id.to_string())?;
    Ok(())
}

/// Changes what a waiting message says.
pub(crate) fn edit_message(batch: &mut Batch, id: MessageId, text: &str) -> Result<(), Fault> {
    batch.push("update messages set text = ? where id = ?").bind(text)?.bind(id.to_string())?;
    Ok(())
}

/// Takes a waiting message back.
pub(crate) fn delete_message(batch: &mut Batch, id: MessageId) -> Result<(), Fault> {
    batch.push("delete from messages where id = ?").bind(id.to_string())?;
    Ok(())
}

/// An image of a session, as its type and bytes.
pub(crate) async fn attachment(
    db: &SqlitePool,
    no: i64,
    id: AttachmentId,
) -> Result<Option<(String, Vec<u8>)>, Fault> {
    let sql = "select media_type, bytes from attachments where id = ? and session_no = ?";
    Ok(sqlx::query_as(sql).bind(id.to_string()).bind(no).fetch_optional(db).await?)
}

/// The approvals that nobody has answered, the oldest first.
pub(crate) async fn pending(db: &SqlitePool, no: i64) -> Result<Vec<Pending>, Fault> {
    let sql = "select * from approvals where session_no = ? and status = 'pending' order by asked_at";
    Ok(sqlx::query_as(sql).bind(no).fetch_all(db).await?)
}

/// Answers that the keeper may not have: id and line.
pub(crate) async fn undelivered(db: &SqlitePool, no: i64) -> Result<Vec<(Uuid, String)>, Fault> {
    let sql =
        "select id, answer from approvals where session_no = ? and delivered = 0 and answer is not null";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(no).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(|(id, answer)| Some((id.parse().ok()?, answer))).collect())
}

/// A new approval's columns beside its `Pending`.
#[derive(Clone, Debug)]
pub(crate) struct NewApproval {
    /// What nobody has answered.
    pub pending: Pending,
    /// The tool that asks.
    pub tool: String,
    /// The tool call.
    pub tool_use_id: String,
    /// The sub-agent.
    pub agent: Option<String>,
    /// When.
    pub asked_at: Millis,
}

/// Stores a new approval.
pub(crate) fn insert_approval(batch: &mut Batch, no: i64, new: &NewApproval) -> Result<(), Fault> {
    let sql = "insert into approvals (id, session_no, request_id, kind, tool, tool_use_id, agent, request, digest, \
         asked_at, expires_at, status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')";
    batch
        .push(sql)
        .bind(new.pending.id.to_string())?
        .bind(no)?
        .bind(&new.pending.request_id)?
        .bind(plain(new.pending.kind))?
        .bind(&new.tool)?
        .bind(&new.tool_use_id)?
        .bind(&new.agent)?
        .bind(&new.pending.request)?
        .bind(&new.pending.digest)?
        .bind(new.asked_at.0)?
        .bind(new.pending.expires_at.map(|at| at.0))?;
    Ok(())
}

/// Settles an approval: how, by whom, when, and the line that goes to the agent.
pub(crate) fn settle_approval(
    batch: &mut Batch,
    id: Uuid,
    status: ApprovalStatus,
    by: &str,
    at: Millis,
    answer: Option<&str>,
) -> Result<(), Fault> {
    let sql = "update approvals set status = ?, decided_by = ?, decided_at = ?, answer = ? where id = ?";
    batch.push(sql).bind(plain(status))?.bind(by)?.bind(at.0)?.bind(answer)?.bind(id.to_string())?;
    Ok(())
}

/// Notes that the keeper has the answer.
pub(crate) fn delivered(batch: &mut Batch, id: Uuid) -> Result<(), Fault> {
    batch.push("update approvals set delivered = 1 where id = ?").bind(id.to_string())?;
    Ok(())
}

/// How an approval was settled: who and when; none while it is pending or unknown.
pub(crate) async fn settled(db: &SqlitePool, id: Uuid) -> Result<Option<(String, Millis)>, Fault> {
    let sql = "select decided_by, decided_at from approvals where id = ? and status != 'pending'";
    let row: Option<(Option<String>, Option<i64>)> =
        sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(row.map(|(by, at)| (by.unwrap_or_default(), Millis(at.unwrap_or_default()))))
}
