//! The CLI's own word on what it does just now, in its list of live processes. It tells what no hook does: that a question
//! was answered, or that a turn ended without an answer. A file of a process that was killed stays, so the newest counts.

use std::{fs, io, path::Path};

use app::time::Millis;
use serde::Deserialize;
use uuid::Uuid;

/// What it does, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    /// What.
    pub doing: Doing,
    /// Since when.
    pub since: Millis,
}

/// What the CLI does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    /// A turn is under way.
    Busy,
    /// It waits for an answer.
    Waiting,
    /// It is at its prompt.
    Idle,
    /// A word of another version.
    #[serde(other)]
    Other,
}

/// The fields of such a file that matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    session_id: Uuid,
    status: Doing,
    status_updated_at: Millis,
}

/// What the process that holds this conversation does; none if it does not tell.
pub(crate) async fn look(claude_dir: &Path, conversation: Uuid) -> Option<Presence> {
    let dir = claude_dir.join("sessions");
    let found = tokio::task::spawn_blocking(move || read(&dir, conversation)).await;
    found.ok()?.ok()?
}

fn read(dir: &Path, conversation: Uuid) -> io::Result<Option<Presence>> {
    let files = fs::read_dir(dir)?.flatten().map(|entry| entry.path());
    let entries = files
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .filter_map(|path| serde_json::from_slice::<Entry>(&fs::read(path).ok()?).ok());
    Ok(entries
        .filter(|entry| entry.session_id == conversation)
        .max_by_key(|entry| entry.status_updated_at)
        .map(|entry| Presence { doing: entry.status, since: entry.status_updated_at }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_counts() {
        let dir = tempfile::tempdir().unwrap();
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let write = |name: &str, id: Uuid, status: &str, at: i64| {
            let text =
                format!(r#"{{"pid":1,"sessionId":"{id}","status":"{status}","statusUpdatedAt":{at}}}"#);
            fs::write(dir.path().join(name), text).unwrap();
        };
        write("1.json", id, "waiting", 5);
        write("2.json", id, "idle", 7);
        write("3.json", other, "busy", 9);
        fs::write(dir.path().join("4.json"), r#"{"peerToken":"x"}"#).unwrap();
        assert_eq!(read(dir.path(), id).unwrap(), Some(Presence { doing: Doing::Idle, since: Millis(7) }));
        write("1.json", id, "thinking hard", 8);
        assert_eq!(read(dir.path(), id).unwrap().unwrap().doing, Doing::Other);
        assert_eq!(read(dir.path(), Uuid::nil()).unwrap(), None);
    }
}
