//! Where the CLI records a conversation. What a record means is read by the driver (`claude/record`).

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use app::time::Millis;
use uuid::Uuid;

use super::{
    super::claude::written_at,
    tail::{Unfinished, tail},
};

/// The file of this conversation and its length; none if it was never begun. Looked for in every project's folder, because
/// the folder's name is a lossy form of a path.
///
/// # Errors
/// When it is not found and not every folder could be looked into: then there may be one.
pub(crate) async fn length(claude_dir: &Path, conversation: Uuid) -> io::Result<Option<(PathBuf, u64)>> {
    let projects = claude_dir.join("projects");
    tokio::task::spawn_blocking(move || find(&projects, conversation)).await.map_err(io::Error::other)?
}

fn find(projects: &Path, conversation: Uuid) -> io::Result<Option<(PathBuf, u64)>> {
    let name = format!("{conversation}.jsonl");
    let folders = match fs::read_dir(projects) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        folders => folders?,
    };
    let mut unknown = None;
    for folder in folders {
        let path = folder?.path().join(&name);
        match fs::metadata(&path) {
            Ok(file) => return Ok(Some((path, file.len()))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => unknown = Some(error),
        }
    }
    unknown.map_or(Ok(None), Err)
}

/// When the first thing was recorded in this file; none if nothing was.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn begun_at(record: &Path) -> io::Result<Option<Millis>> {
    let lines = tail(record, 0, &mut Unfinished::default()).await?;
    Ok(lines.iter().find_map(|(_, line)| written_at(&serde_json::from_slice(line).ok()?)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_record_that_cannot_be_looked_for_is_not_none() {
        let dir = tempfile::tempdir().unwrap();
        let (projects, id) = (dir.path().join("projects"), Uuid::nil());
        assert_eq!(find(&projects, id).unwrap(), None, "nothing was ever said");
        fs::create_dir(&projects).unwrap();
        fs::write(projects.join("a file"), "").unwrap();
        assert_eq!(find(&projects, id).unwrap(), None);
        symlink(projects.join("loop"), projects.join("loop")).unwrap();
        find(&projects, id).unwrap_err();
        fs::create_dir(projects.join("p")).unwrap();
        let record = projects.join("p").join(format!("{id}.jsonl"));
        fs::write(&record, "{}\n").unwrap();
        assert_eq!(find(&projects, id).unwrap(), Some((record, 3)), "it is found all the same");
        fs::remove_dir_all(&projects).unwrap();
        fs::write(&projects, "no folder").unwrap();
        find(&projects, id).unwrap_err();
    }
}
