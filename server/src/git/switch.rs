//! Checks a branch out. Never forces, never discards: where git refuses, its own words are the answer.

use std::{path::Path, time::Duration};

use app::{
    error::{AppError, ErrorCode},
    git::model::SwitchBranch,
};

use super::{
    branches::Refs,
    command::{GitError, QUICK, Repository},
};

/// How long a checkout may write files. What ends it ends it half way, so this is far beyond any that works.
const CHECKOUT: Duration = Duration::from_secs(600);
/// The longest name in bytes: as a file it gets `.lock` at its end.
const NAME_MAX: usize = 240;
/// How many files are named that are in the way.
const NAMED: usize = 5;

/// Checks `to` out, and makes it if that is asked for.
pub(super) async fn switch(git: &Repository, to: &SwitchBranch) -> Result<(), AppError> {
    let name = to.name.as_str();
    valid_name(git, name).await?;
    refuse_partial(git).await?;
    let refs = Refs::read(git).await?;
    // Git would write over ignored files, such as a `.env`, without a word.
    let mut args = vec!["switch", "--quiet", "--no-guess", "--no-overwrite-ignore"];
    let start;
    if to.create {
        if refs.local.contains(name) {
            return Err(AppError::conflict("exists", format!("There is a branch “{name}” already.")));
        }
        args.extend(["--no-track", "--create", name]);
        if let Some(from) = &to.from
            && refs.head.as_ref() != Some(from)
        {
            start = if refs.local.contains(from) {
                format!("refs/heads/{from}")
            } else {
                of_remote(&refs, from)?
            };
            args.push(&start);
        }
    } else if refs.local.contains(name) {
        args.push(name);
    } else if refs.head.as_deref() == Some(name) {
        // Checked out, without a commit yet.
        return Ok(());
    } else {
        start = of_remote(&refs, name)?;
        args.extend(["--create", name, "--track", &start]);
    }
    let output = git.output(args, CHECKOUT).await.map_err(|error| unable(&error))?;
    if output.success() { Ok(()) } else { Err(refusal(&String::from_utf8_lossy(&output.stderr), &git.dir)) }
}

/// 409 for a clone that lacks files until somebody asks for them: fetching is not for here, and without it git would stop
/// half way.
async fn refuse_partial(git: &Repository) -> Result<(), AppError> {
    let keys = r"^(extensions\.partialclone|remote\..*\.promisor)$";
    let found = git.output(["config", "--name-only", "--get-regexp", keys], QUICK).await;
    if !found.map_err(|error| unable(&error))?.success() {
        return Ok(());
    }
    let message =
        "It is a partial clone: git may have to fetch files for another branch. Switch it in a terminal.";
    Err(AppError::conflict("partial", message))
}

/// 400 for what git does not take as the name of a branch; nothing that git would expand or read as an option.
pub(crate) async fn valid_name(git: &Repository, name: &str) -> Result<(), AppError> {
    let plain = !name.is_empty()
        && name.len() <= NAME_MAX
        && !name.starts_with('-')
        && name != "@"
        && !name.chars().any(char::is_control);
    let taken = plain && {
        let check = git
            .output(["check-ref-format", "--branch", name], QUICK)
            .await
            .map_err(|error| unable(&error))?;
        check.success() && check.stdout.strip_suffix(b"\n") == Some(name.as_bytes())
    };
    if taken {
        return Ok(());
    }
    let message = format!("“{}” can't be the name of a branch.", name.escape_debug());
    Err(AppError::invalid("name", message))
}

/// The branch as a remote has it: `origin` before others.
pub(super) fn of_remote(refs: &Refs, name: &str) -> Result<String, AppError> {
    let having: Vec<&str> =
        refs.remote.iter().filter(|(branch, _)| branch == name).map(|(_, remote)| remote.as_str()).collect();
    match having.as_slice() {
        [] => Err(AppError::not_found("branch")),
        [remote] => Ok(format!("refs/remotes/{remote}/{name}")),
        several if several.contains(&"origin") => Ok(format!("refs/remotes/origin/{name}")),
        several => {
            let message = format!(
                "“{name}” is on several remotes: {}. Make a branch of one yourself.",
                several.join(", ")
            );
            Err(AppError::conflict("ambiguous", message))
        }
    }
}

fn unable(error: &GitError) -> AppError {
    AppError::new(ErrorCode::Unavailable, format!("Git could not check the branch out: {error}."))
}

/// What git said, as a refusal: 409 for what a person can put out of the way, 503 for what they can't.
fn refusal(said: &str, dir: &Path) -> AppError {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let words = words(said);
    if has(&["would be overwritten", "would be removed", "would lose untracked"]) {
        AppError::conflict("local_changes", words)
    } else if has(&["cannot switch branch while", "resolve your current index first"]) {
        AppError::conflict("under_way", format!("Git says: {words}"))
    } else if has(&["File exists", "Another git process"]) {
        locked(&words, dir)
    } else if has(&["already used by worktree", "already checked out", "cannot lock ref", "already exists"]) {
        AppError::conflict("taken", format!("Git says: {words}"))
    } else {
        // It may have stopped half way, such as at a filter that failed.
        let message = format!(
            "Git could not check the branch out: {words}. Look at the changes of the directory before you go on."
        );
        AppError::new(ErrorCode::Unavailable, message)
    }
}

/// 409 for a repository that another git has for itself, with what it says of it.
pub(super) fn locked(words: &str, dir: &Path) -> AppError {
    let message = format!(
        "Another git process is at work in {}, or one that died has left a lock. Git says: {words}",
        dir.display()
    );
    AppError::conflict("locked", message)
}

/// Its lines in one, without the marks in front and the advice after an empty line; of a list of files the first few.
pub(crate) fn words(said: &str) -> String {
    let mut text = String::new();
    let mut files = 0;
    let lines = said.lines().take_while(|line| !line.is_empty()).filter(|line| *line != "Aborting");
    for line in lines {
        let plain =
            ["error: ", "fatal: ", "hint: "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
        let Some(file) = plain.strip_prefix('\t') else {
            if files > NAMED {
                text.push_str(&format!(" and {} more", files - NAMED));
            }
            if files > 0 {
                text.push('.');
            }
            files = 0;
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(plain);
            continue;
        };
        files += 1;
        if files <= NAMED {
            text.push_str(if files == 1 { " " } else { ", " });
            text.push_str(file);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gits_words_become_a_sentence_with_a_code() {
        let files = |count: usize| (1..=count).map(|n| format!("\tf{n}\n")).collect::<String>();
        let over = |count| {
            format!(
                "error: Your local changes to the following files would be overwritten by checkout:\n{}Please commit your changes or stash them before you switch branches.\nAborting\n",
                files(count)
            )
        };
        let cases = [
            (over(2), "local_changes", "by checkout: f1, f2. Please commit"),
            (over(7), "local_changes", "f5 and 2 more. Please commit"),
            (
                "fatal: cannot switch branch while merging\nConsider x.\n".to_owned(),
                "under_way",
                "while merging Consider",
            ),
            (
                "error: you need to resolve your current index first\n".to_owned(),
                "under_way",
                "current index",
            ),
            (
                "fatal: Unable to create '/p/.git/index.lock': File exists.\n\nAnother\n".to_owned(),
                "locked",
                "index.lock': File exists.",
            ),
            ("fatal: 'x' is already used by worktree at '/w'\n".to_owned(), "taken", "says: 'x' is already"),
        ];
        for (said, state, part) in cases {
            let error = refusal(&said, Path::new("/p"));
            assert_eq!((error.code, error.details.as_deref()), (ErrorCode::Conflict, Some(state)), "{said}");
            assert!(error.message.contains(part), "{}", error.message);
        }
        assert_eq!(refusal("fatal: disk\n", Path::new("/p")).code, ErrorCode::Unavailable);
    }
}
