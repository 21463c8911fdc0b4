//! The CLI's own word on what it does just now, in its list of live processes. It tells what no hook does: that a question
//! was answered, or that a turn ended without an answer. A file of a process that was killed stays, so the newest counts.

use std::{fs, io, path::Path};

use app::{approvals::model::ApprovalKind, time::Millis};
use serde::Deserialize;
use uuid::Uuid;

/// What it does, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    /// The conversation that it holds.
    pub conversation: Uuid,
    /// What.
    pub doing: Doing,
    /// Since when.
    pub since: Millis,
}

/// What the CLI does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// A turn is under way.
    Busy,
    /// It waits for an answer of this kind.
    Waiting(ApprovalKind),
    /// It is at its prompt.
    Idle,
    /// A word of another version, or something that the agent does not wait for.
    Other,
}

/// The fields of such a file that matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    session_id: Uuid,
    status: String,
    waiting_for: Option<String>,
    status_updated_at: Millis,
}

impl Entry {
    fn presence(&self) -> Presence {
        let doing = match (self.status.as_str(), self.waiting_for.as_deref()) {
            ("busy", _) => Doing::Busy,
            ("idle", _) => Doing::Idle,
            // A person has opened it, and the agent works on.
            ("waiting", Some("dialog open")) => Doing::Other,
            ("waiting", Some("input needed")) => Doing::Waiting(ApprovalKind::Questions),
            ("waiting", _) => Doing::Waiting(ApprovalKind::Tool),
            _ => Doing::Other,
        };
        Presence { conversation: self.session_id, doing, since: self.status_updated_at }
    }
}

/// What this process does, or else the one that holds this conversation; none if it does not tell. What was said before
/// `started` is of another.
pub(crate) async fn look(
    claude_dir: &Path,
    pid: Option<u32>,
    conversation: Uuid,
    started: Millis,
) -> Option<Presence> {
    let dir = claude_dir.join("sessions");
    let found = tokio::task::spawn_blocking(move || read(&dir, pid, conversation, started)).await;
    found.ok()?.ok()?
}

fn read(dir: &Path, pid: Option<u32>, conversation: Uuid, started: Millis) -> io::Result<Option<Presence>> {
    let entry = |path: &Path| {
        let entry = serde_json::from_slice::<Entry>(&fs::read(path).ok()?).ok()?;
        (entry.status_updated_at >= started).then_some(entry)
    };
    if let Some(own) = pid.and_then(|pid| entry(&dir.join(format!("{pid}.json")))) {
        return Ok(Some(own.presence()));
    }
    let files = fs::read_dir(dir)?.flatten().map(|entry| entry.path());
    let entries = files
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .filter_map(|path| entry(&path));
    Ok(entries
        .filter(|entry| entry.session_id == conversation)
        .max_by_key(|entry| entry.status_updated_at)
        .map(|entry| entry.presence()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn its_own_word_counts_and_else_the_newest() {
        let dir = tempfile::tempdir().unwrap();
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let write = |name: &str, id: Uuid, status: &str, at: i64| {
            let text =
                format!(r#"{{"pid":1,"sessionId":"{id}","status":"{status}","statusUpdatedAt":{at}}}"#);
            fs::write(dir.path().join(name), text).unwrap();
        };
        let read = |pid, id| read(dir.path(), pid, id, Millis(3)).unwrap();
        write("1.json", id, "waiting", 5);
        write("2.json", id, "idle", 7);
        write("3.json", other, "busy", 9);
        write("5.json", other, "idle", 2);
        fs::write(dir.path().join("4.json"), r#"{"peerToken":"x"}"#).unwrap();
        let idle = Presence { conversation: id, doing: Doing::Idle, since: Millis(7) };
        assert_eq!(read(None, id), Some(idle));
        assert_eq!(read(Some(3), id).unwrap().conversation, other, "it holds another one");
        assert_eq!(read(Some(5), id), Some(idle), "that was said by a process of before");
        assert_eq!(read(Some(4), id), Some(idle));
        assert_eq!(read(Some(1), id).unwrap().doing, Doing::Waiting(ApprovalKind::Tool));
        write("1.json", id, "thinking hard", 8);
        assert_eq!(read(None, id).unwrap().doing, Doing::Other);
        assert_eq!(read(None, Uuid::nil()), None);
    }

    #[test]
    fn what_it_waits_for_is_told_apart() {
        let doing = |waiting_for: &str| {
            let text = format!(
                r#"{{"sessionId":"{}","status":"waiting","waitingFor":"{waiting_for}","statusUpdatedAt":1}}"#,
                Uuid::nil()
            );
            serde_json::from_str::<Entry>(&text).unwrap().presence().doing
        };
        assert_eq!(doing("permission prompt"), Doing::Waiting(ApprovalKind::Tool));
        assert_eq!(doing("input needed"), Doing::Waiting(ApprovalKind::Questions));
        assert_eq!(doing("dialog open"), Doing::Other);
    }
}
