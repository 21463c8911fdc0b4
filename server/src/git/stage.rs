//! Takes changes into the index and out of it, files or single lines. Never changes a file; says in git's words why it can't.

use std::io::Write;

use app::{
    error::{AppError, ErrorCode},
    git::model::{ChangeGroup, Chosen, WhichDiff},
};
use tempfile::NamedTempFile;

use super::{
    changes::{changed_since, meant},
    command::{PATIENT, Repository},
    diff::told,
    look::top,
    pick::pick,
    switch::{locked, words},
};
use crate::{db::Fault, offload::blocking};

/// How many bytes of paths one command is given, well below what any system takes.
const ARGS_MAX: usize = 100_000;

/// Does what is wanted, all of it or, if git refuses, as far as it came.
pub(super) async fn stage(git: &Repository, what: &Chosen) -> Result<(), AppError> {
    let unstage = what.group == ChangeGroup::Staged;
    if !what.lines.is_empty() {
        let patch = lines(git, what, unstage).await?;
        return apply(git, patch, &["--cached"]).await;
    }
    if what.group == ChangeGroup::Conflicted && what.path.is_none() {
        let message = "Files in conflict are staged one by one: each says that its conflict is resolved.";
        return Err(AppError::invalid("path", message));
    }
    // What was renamed is taken back whole.
    let entries = meant(git, what).await?.into_iter();
    let paths: Vec<String> = entries.flat_map(|entry| [Some(entry.path), entry.was]).flatten().collect();
    let command: &[&str] = if unstage { &["reset", "--quiet", "--"] } else { &["add", "--all", "--"] };
    over(git, command, &paths).await
}

/// Runs a command over paths that count from the top, in portions that fit.
pub(super) async fn over(git: &Repository, command: &[&str], paths: &[String]) -> Result<(), AppError> {
    let at_top = at_top(git).await?;
    let mut rest = paths;
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

/// The patch of the lines that are meant, if the change is still as it was shown; with `undo` the one that takes them back.
pub(super) async fn lines(git: &Repository, what: &Chosen, undo: bool) -> Result<Vec<u8>, AppError> {
    let path = what.path.clone();
    let path = path.ok_or_else(|| AppError::invalid("path", "Lines are those of a file: say of which."))?;
    if what.group == ChangeGroup::Conflicted {
        let message =
            format!("{path} is in conflict: it is staged as a whole, once the conflict is resolved.");
        return Err(AppError::conflict("conflicted", message));
    }
    let which = WhichDiff { path, was: what.was.clone(), group: what.group };
    let told = told(git, &which).await?;
    if told.version() != what.version {
        return Err(changed_since(what));
    }
    let top_path = format!("{}{}", git.prefix().await?, which.path);
    let chosen = what.lines.clone();
    let make = move || {
        let patch = told.patch();
        if !patch.is_plain() {
            let message = format!("{} can't be taken line by line, only as a whole.", which.path);
            return Err(AppError::conflict("whole", message));
        }
        let picked = pick(&patch, &top_path, &chosen, undo);
        picked.ok_or_else(|| AppError::invalid("lines", "None of these lines is a change."))
    };
    blocking(make).await?
}

/// Has git apply a patch of ours.
pub(super) async fn apply(git: &Repository, patch: Vec<u8>, to: &[&str]) -> Result<(), AppError> {
    let write = move || -> std::io::Result<NamedTempFile> {
        let mut file = NamedTempFile::new()?;
        file.write_all(&patch)?;
        Ok(file)
    };
    let file = blocking(write).await?.map_err(Fault::from)?;
    let path = file.path().to_string_lossy().into_owned();
    let args = ["apply", "--whitespace=nowarn", "--no-ignore-whitespace"].iter().chain(to).copied();
    let output = at_top(git).await?.output(args.chain(["--", &path]), PATIENT).await?;
    if output.success() {
        return Ok(());
    }
    Err(refusal(&String::from_utf8_lossy(&output.stderr), git))
}

/// The repository from its top, which is where the paths of a status and of a patch count from.
pub(super) async fn at_top(git: &Repository) -> Result<Repository, AppError> {
    let dir = git.dir.clone();
    let dir = blocking(move || top(&dir)).await?.ok_or_else(|| AppError::not_found("change"))?;
    Ok(Repository { dir, trusted: git.trusted })
}

fn refusal(said: &str, git: &Repository) -> AppError {
    let words = words(said);
    if said.contains("index.lock") {
        return locked(&words, &git.dir);
    }
    let next = if said.contains("git-lfs") && said.contains("not found") {
        " Git LFS keeps this file: install git-lfs first."
    } else {
        ""
    };
    AppError::new(ErrorCode::Unavailable, format!("Git could not do this: {words}.{next}"))
}
