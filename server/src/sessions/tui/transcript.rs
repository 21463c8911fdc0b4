//! Where the CLI records a conversation. What a record means is read by the driver (`claude/record`).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use app::time::Millis;
use serde_json::Value;
use uuid::Uuid;

/// The file of this conversation and its length; none if it was never begun. Looked for in every project's folder, because
/// the folder's name is a lossy form of a path.
pub(crate) async fn length(claude_dir: &Path, conversation: Uuid) -> Option<(PathBuf, u64)> {
    let projects = claude_dir.join("projects");
    let found = tokio::task::spawn_blocking(move || find(&projects, conversation)).await;
    found.ok()?.ok()?
}

fn find(projects: &Path, conversation: Uuid) -> io::Result<Option<(PathBuf, u64)>> {
    let name = format!("{conversation}.jsonl");
    let files = fs::read_dir(projects)?.flatten().map(|entry| entry.path().join(&name));
    let mut found = files.filter_map(|path| Some((fs::metadata(&path).ok()?, path)));
    Ok(found.next().map(|(file, path)| (path, file.len())))
}

/// When this record was written, if it says so.
#[must_use]
pub(crate) fn written_at(record: &Value) -> Option<Millis> {
    let at: jiff::Timestamp = record.get("timestamp")?.as_str()?.parse().ok()?;
    Some(Millis(at.as_millisecond()))
}
