//! What was put aside. Reads only.

use app::{error::AppError, git::model::log::StashEntry, time::Millis};

use super::start::head;
use crate::git::{Repository, branches::text, command::PATIENT};

/// The most stashes of a list.
const STASHES_MAX: &str = "--max-count=200";

/// The stashes, the latest first.
pub(in crate::git) async fn stashes(git: &Repository) -> Result<Vec<StashEntry>, AppError> {
    head(git).await?;
    // A configured check of signatures would run a program.
    let args = ["-c", "log.showSignature=false", "stash", "list", STASHES_MAX, "--format=%H%x00%ct%x00%gs"];
    let output = git.run(args, PATIENT).await?;
    Ok(text(&output.stdout).lines().filter_map(entry).collect())
}

fn entry(line: &str) -> Option<StashEntry> {
    let mut fields = line.splitn(3, '\0');
    let id = fields.next()?.to_owned();
    let at = Millis(fields.next()?.parse::<i64>().unwrap_or_default().saturating_mul(1000));
    Some(StashEntry { id, at, message: fields.next()?.to_owned() })
}
