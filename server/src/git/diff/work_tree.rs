//! What is not committed of one file: its change, and the two sides of an image. Never shows what is no change.

use app::{
    error::AppError,
    git::{
        model::{ChangeGroup, DiffKind, FileDiff, Side, WhichDiff},
        port::Picture,
    },
};

use super::{MAX_DIFF, MAX_IMAGE, Told, asked, check_path, no_image, page, picture, size, stored_image};
use crate::{
    files,
    git::command::{PATIENT, Repository, answer},
    offload::blocking,
};

/// Asks git for a change. 404 if there is none.
pub(in crate::git) async fn told(git: &Repository, which: &WhichDiff) -> Result<Told, AppError> {
    for path in [Some(&which.path), which.was.as_ref()].into_iter().flatten() {
        check_path(path)?;
    }
    let path = which.path.as_str();
    let output = if which.group == ChangeGroup::Untracked {
        let known = ["ls-files", "--others", "--exclude-standard", "-z", "--", path];
        if git.run(known, PATIENT).await?.stdout.strip_suffix(b"\0") != Some(path.as_bytes()) {
            return Err(AppError::not_found("change"));
        }
        let path = format!("./{path}");
        let args = asked("diff").into_iter().chain(["--no-index", "--", "/dev/null", &path]);
        let output = git.look(MAX_DIFF, args, PATIENT).await?;
        // Code 1 says that there is a difference.
        if output.code != Some(1) && !output.truncated {
            return Err(AppError::not_found("change"));
        }
        output
    } else {
        let kind: &[&str] = match which.group {
            ChangeGroup::Staged => &["--cached"],
            // Of a conflict, what the work tree has beside our own side; a diff of three would need other eyes.
            ChangeGroup::Conflicted => &["--ours"],
            _ => &[],
        };
        let args = asked("diff")
            .into_iter()
            .chain(["--relative"])
            .chain(kind.iter().chain(git.submodules()).copied());
        let args = args.chain(["--"]).chain(which.was.as_deref()).chain([path]);
        git.look(MAX_DIFF, args, PATIENT).await.and_then(answer)?
    };
    Told::of(output)
}

/// A page of one file's change.
pub(in crate::git) async fn diff(
    git: &Repository,
    which: WhichDiff,
    from: u32,
) -> Result<FileDiff, AppError> {
    let told = told(git, &which).await?;
    let path = which.path.clone();
    let mut diff = blocking(move || page(&told, &path, from)).await?;
    diff.by_line &= which.group != ChangeGroup::Conflicted;
    if diff.kind != DiffKind::Text {
        diff.old_size = size_of(git, &which, Side::Old).await?;
        diff.new_size = size_of(git, &which, Side::New).await?;
    }
    Ok(diff)
}

/// Where git has one side of a change; none if it is in the work tree.
async fn object(git: &Repository, which: &WhichDiff, side: Side) -> Result<Option<String>, AppError> {
    check_path(&which.path)?;
    let prefix = git.prefix().await?;
    let old = which.was.as_ref().unwrap_or(&which.path);
    Ok(match (which.group, side) {
        (ChangeGroup::Staged, Side::Old) => Some(format!("HEAD:{prefix}{old}")),
        (ChangeGroup::Staged, Side::New) | (ChangeGroup::Changed, Side::Old) => {
            Some(format!(":0:{prefix}{}", which.path))
        }
        (ChangeGroup::Conflicted, Side::Old) => Some(format!(":2:{prefix}{}", which.path)),
        (ChangeGroup::Untracked, Side::Old) => return Err(AppError::not_found("image")),
        (_, Side::New) => None,
    })
}

/// How large one side of a change is; none if it is not there.
async fn size_of(git: &Repository, which: &WhichDiff, side: Side) -> Result<Option<u64>, AppError> {
    if side == Side::Old && which.group == ChangeGroup::Untracked {
        return Ok(None);
    }
    let Some(object) = object(git, which, side).await? else {
        let (dir, path) = (git.dir.clone(), which.path.clone());
        return blocking(move || {
            let root = files::Root::open(&dir)?;
            Ok(root.file(&path).ok().map(|opened| opened.metadata.len()))
        })
        .await?;
    };
    size(git, &object).await
}

/// One side of an image.
pub(in crate::git) async fn image(
    git: &Repository,
    which: &WhichDiff,
    side: Side,
) -> Result<Picture, AppError> {
    if let Some(object) = object(git, which, side).await? {
        return stored_image(git, &object).await;
    }
    let (dir, path) = (git.dir.clone(), which.path.clone());
    let bytes = blocking(move || files::Root::open(&dir)?.file(&path)?.whole(MAX_IMAGE)).await??;
    picture(bytes.ok_or_else(no_image)?)
}
