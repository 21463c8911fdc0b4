//! One file's change as HTML: from git where it knows the file, from the file itself where it does not. Never shows
//! what is no change, nor anything outside the project.

use std::{
    fs,
    io::Read,
    path::{Component, Path},
};

use app::{error::AppError, git::model::ChangeGroup, sessions::event::Hunk};

use super::command::{MAX_OUTPUT, PATIENT, Repository};
use crate::{projects::blocking, render};

/// One file's change as rows of highlighted HTML.
pub(super) async fn diff(git: &Repository, path: &str, group: ChangeGroup) -> Result<String, AppError> {
    let components = || Path::new(path).components();
    if path.contains('\0')
        || components().next().is_none()
        || !components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(AppError::invalid("path", "The path must lead to a file inside the project."));
    }
    if group == ChangeGroup::Untracked {
        return untracked(git, path).await;
    }
    let kind: &[&str] = match group {
        ChangeGroup::Staged => &["--cached"],
        // Of a conflict, what the work tree has beside our own side; a diff of three would need other eyes.
        ChangeGroup::Conflicted => &["--ours"],
        _ => &[],
    };
    let args =
        ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--relative", "--submodule=short", "-U3"];
    let args = args.iter().chain(kind).chain(git.submodules()).copied().chain(["--", path]);
    let output = git.run(args, PATIENT).await?;
    if output.stdout.is_empty() {
        return Err(AppError::not_found("change"));
    }
    let path = path.to_owned();
    blocking(move || render::diff_text(&path, &String::from_utf8_lossy(&output.stdout))).await
}

async fn untracked(git: &Repository, path: &str) -> Result<String, AppError> {
    let args = ["ls-files", "--others", "--exclude-standard", "-z", "--", path];
    let known = git.run(args, PATIENT).await?.stdout;
    if known.strip_suffix(b"\0") != Some(path.as_bytes()) {
        return Err(AppError::not_found("change"));
    }
    let (dir, path) = (git.dir.clone(), path.to_owned());
    blocking(move || new_file(&dir, &path)).await?
}

/// A file that git does not know, as if all of it were added. A link shows where it leads and is not followed.
fn new_file(dir: &Path, path: &str) -> Result<String, AppError> {
    let gone = |_| AppError::not_found("change");
    let file = dir.join(path);
    let parent = file.parent().unwrap_or(dir).canonicalize().map_err(gone)?;
    if !parent.starts_with(dir) {
        return Err(AppError::invalid("path", "The path leads outside the project."));
    }
    let metadata = fs::symlink_metadata(&file).map_err(gone)?;
    if metadata.is_symlink() {
        let target = fs::read_link(&file).map_err(gone)?;
        return Ok(all_added(path, &format!("{} (a symbolic link)", target.display())));
    }
    if !metadata.is_file() {
        return Ok(render::diff_text(path, "Binary files cannot be shown: it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let opened = fs::File::open(&file).map_err(gone)?;
    opened.take(MAX_OUTPUT).read_to_end(&mut bytes).map_err(gone)?;
    if bytes.contains(&0) {
        return Ok(render::diff_text(
            path,
            &format!("Binary files cannot be shown: {} bytes", metadata.len()),
        ));
    }
    Ok(all_added(path, &String::from_utf8_lossy(&bytes)))
}

fn all_added(path: &str, text: &str) -> String {
    let lines = text.lines().map(|line| format!("+{line}")).collect();
    render::patch(path, &[Hunk { old_start: 0, new_start: 1, lines }])
}
