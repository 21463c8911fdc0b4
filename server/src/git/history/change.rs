//! What a commit changed in one file: a page of its lines, and the two sides of an image. Reads commits only, never the work
//! tree.

use app::{
    error::AppError,
    git::{
        model::{DiffKind, FileDiff, Side, log::ChangeOf},
        port::Picture,
    },
};

use super::{files::ends, show::find};
use crate::{
    git::{
        Repository,
        command::PATIENT,
        diff::{MAX_DIFF, Told, asked, check_path, page, size, stored_image},
    },
    offload::blocking,
};

/// The commits that are compared; none before the first one of all.
struct Ends {
    base: Option<String>,
    commit: String,
}

/// The lines from one on.
pub(super) async fn change(git: &Repository, of: &ChangeOf, from: u32) -> Result<FileDiff, AppError> {
    let both = both(git, of).await?;
    let args = asked("diff-tree").into_iter().chain(["-r", "-M", "--relative", "--no-commit-id", "--patch"]);
    let args = args.chain(ends(both.base.as_deref(), &both.commit)).chain(["--"]);
    let args = args.chain(of.was.as_deref()).chain([of.path.as_str()]);
    let told = Told::of(git.run_up_to(MAX_DIFF, args, PATIENT).await?)?;
    let path = of.path.clone();
    let mut diff = blocking(move || page(&told, &path, from)).await?;
    // What is committed stays as it is.
    diff.by_line = false;
    if diff.kind != DiffKind::Text {
        for (side, size_of) in [(Side::Old, &mut diff.old_size), (Side::New, &mut diff.new_size)] {
            if let Some(object) = object(git, &both, of, side).await? {
                *size_of = size(git, &object).await?;
            }
        }
    }
    Ok(diff)
}

/// One side of an image.
pub(super) async fn image(git: &Repository, of: &ChangeOf, side: Side) -> Result<Picture, AppError> {
    let both = both(git, of).await?;
    let object = object(git, &both, of, side).await?.ok_or_else(|| AppError::not_found("image"))?;
    stored_image(git, &object).await
}

async fn both(git: &Repository, of: &ChangeOf) -> Result<Ends, AppError> {
    for path in [Some(&of.path), of.was.as_ref()].into_iter().flatten() {
        check_path(path)?;
    }
    let commit = find(git, &of.commit).await?;
    let base = match &of.base {
        Some(base) => Some(find(git, base).await?.id),
        None => commit.parents.into_iter().next(),
    };
    Ok(Ends { base, commit: commit.id })
}

/// Where git has one side; none before the first commit.
async fn object(
    git: &Repository,
    both: &Ends,
    of: &ChangeOf,
    side: Side,
) -> Result<Option<String>, AppError> {
    let prefix = git.prefix().await?;
    Ok(match side {
        Side::Old => {
            let path = of.was.as_ref().unwrap_or(&of.path);
            both.base.as_ref().map(|base| format!("{base}:{prefix}{path}"))
        }
        Side::New => Some(format!("{}:{prefix}{}", both.commit, of.path)),
    })
}
