//! Takes changes into the index and out of it. Never changes a file; says in git's words why it can't.

use app::{
    error::{AppError, ErrorCode},
    git::model::{ChangeGroup, Staging},
};

use super::{
    changes::wanted,
    command::{PATIENT, Repository},
    look::top,
    switch::{locked, words},
};
use crate::projects::blocking;

/// How many bytes of paths one command is given, well below what any system takes.
const ARGS_MAX: usize = 100_000;

/// Does what is wanted, all of it or, if git refuses, as far as it came.
pub(super) async fn stage(git: &Repository, what: &Staging) -> Result<(), AppError> {
    if what.group == ChangeGroup::Conflicted && what.file.is_none() {
        let message = "Files in conflict are staged one by one: each says that its conflict is resolved.";
        return Err(AppError::invalid("file", message));
    }
    let paths = wanted(git, what).await?;
    // Paths of a status count from the top.
    let dir = git.dir.clone();
    let dir = blocking(move || top(&dir)).await?.ok_or_else(|| AppError::not_found("change"))?;
    let at_top = Repository { dir, trusted: git.trusted };
    let command: &[&str] =
        if what.group == ChangeGroup::Staged { &["reset", "--quiet", "--"] } else { &["add", "--all", "--"] };
    let mut rest = paths.as_slice();
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|path| {
            bytes += path.len() + 1;
            bytes <= ARGS_MAX
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        rest = later;
        let args = command.iter().copied().chain(now.iter().map(String::as_str));
        let output = at_top.output(args, PATIENT).await?;
        if !output.success() {
            return Err(refusal(&String::from_utf8_lossy(&output.stderr), git));
        }
    }
    Ok(())
}

fn refusal(said: &str, git: &Repository) -> AppError {
    let words = words(said);
    if said.contains("index.lock") {
        return locked(&words, &git.dir);
    }
    AppError::new(ErrorCode::Unavailable, format!("Git could not change what is staged: {words}."))
}
