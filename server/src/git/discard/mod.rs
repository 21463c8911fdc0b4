//! Changes of the work tree that are discarded, and how they come back: a copy is on the disk and known before anything is
//! taken away, and nothing is put back over something newer. Never touches what is staged or in conflict.

mod copies;
mod disk;
mod queries;
mod sweep;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    git::model::{ChangeGroup, Chosen, Discarded},
    ids::{DiscardId, ProjectId},
};
use uuid::Uuid;

use self::{disk::Disk, queries::Kept};
use super::{
    GitEngine, Repository,
    changes::meant,
    stage::{apply, lines, over},
};
use crate::{
    clock,
    db::Fault,
    files::{Root, checked, refusal},
    offload::blocking,
};

/// The most bytes that are discarded at once: so much is copied while somebody waits.
const MAX_BYTES: u64 = 256 << 20;

/// How something is discarded once its copy is kept.
enum Way {
    /// By a patch of ours.
    Patch(Vec<u8>),
    /// By git, as it is in the index; paths count from the top.
    Index(Vec<String>),
    /// By taking it away.
    Remove,
}

impl GitEngine {
    /// Keeps copies of what is meant, then discards it.
    pub(super) async fn throw_away(
        &self,
        who: Viewer,
        id: ProjectId,
        what: Chosen,
    ) -> Result<Discarded, AppError> {
        let place = self.projects.trusted_place(id).await?;
        let git = Repository { dir: place.dir, trusted: place.trusted };
        let (way, paths) = plan(&git, &what).await?;
        let discarded = Discarded {
            id: DiscardId(Uuid::now_v7()),
            at: clock::now(),
            by: who.label,
            files: u32::try_from(paths.len()).unwrap_or(u32::MAX),
            path: paths.first().cloned().unwrap_or_default(),
            bytes: 0,
        };
        let (discarded, kept) = self.keep(id, &git.dir, discarded, paths).await?;
        let done = discard(&git, way, &kept).await;
        self.settle(&git.dir, discarded.id, kept).await?;
        self.projects.changed(id).await?;
        done?;
        self.sweep().await?;
        Ok(discarded)
    }

    /// Where the copies of a discard are.
    fn copies(&self, id: DiscardId) -> PathBuf {
        self.home.join("discarded").join(id.to_string())
    }

    /// Copies the files, and records it once the copies are on the disk.
    pub(super) async fn keep(
        &self,
        project: ProjectId,
        dir: &Path,
        mut one: Discarded,
        paths: Vec<String>,
    ) -> Result<(Discarded, Vec<Kept>), AppError> {
        let (dir, copies) = (dir.to_owned(), self.copies(one.id));
        let copy = move || {
            let copied = copy_all(&dir, &copies, paths);
            if copied.is_err() {
                let _ = std::fs::remove_dir_all(&copies);
            }
            copied
        };
        let (bytes, kept) = blocking(copy).await??;
        one.bytes = bytes;
        let mut tx = self.db.write().await?;
        queries::add(&mut tx, project, &one, &kept).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok((one, kept))
    }

    /// Notes what was left in the place of each file; what is as it was before was not discarded after all.
    async fn settle(&self, dir: &Path, id: DiscardId, kept: Vec<Kept>) -> Result<(), AppError> {
        let dir = dir.to_owned();
        let look = move || {
            let root = Root::open(&dir)?;
            let after = |file: Kept| Ok(Kept { after: Some(copies::state(&root, &file.path)?), ..file });
            kept.into_iter().map(after).collect::<Result<Vec<Kept>, AppError>>()
        };
        let kept = blocking(look).await??;
        let nothing = kept.iter().all(|file| file.after.as_deref() == Some(&file.before));
        let mut tx = self.db.write().await?;
        if nothing {
            queries::forget(&mut tx, id).await?;
        } else {
            for file in &kept {
                queries::left(&mut tx, id, file.n, file.after.as_deref().unwrap_or_default()).await?;
            }
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    /// What was discarded of a project and can be put back.
    pub(super) async fn list_discarded(&self, project: ProjectId) -> Result<Vec<Discarded>, AppError> {
        self.projects.place(project).await?;
        // Not while a copy is being made that is not known yet.
        if let Ok(_alone) = self.copying.try_lock() {
            self.sweep().await?;
        }
        Ok(queries::list(self.db.read(), project).await?)
    }

    /// Puts a discard back, all of it or, if something newer is in the way of any file, nothing.
    pub(super) async fn bring_back(&self, project: ProjectId, id: DiscardId) -> Result<(), AppError> {
        let dir = self.projects.trusted_place(project).await?.dir;
        let kept = queries::files(self.db.read(), project, id).await?;
        if kept.is_empty() {
            return Err(AppError::not_found("discard"));
        }
        let copies = self.copies(id);
        blocking(move || put_all_back(&dir, &copies, &kept)).await??;
        let mut tx = self.db.write().await?;
        queries::forget(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.sweep().await?;
        self.projects.changed(project).await.map(drop)
    }
}

/// What has to be done, and to which paths in the project.
async fn plan(git: &Repository, what: &Chosen) -> Result<(Way, Vec<String>), AppError> {
    match what.group {
        ChangeGroup::Staged => {
            let message = "Only what is in the work tree is discarded. Unstage it first.";
            return Err(AppError::invalid("group", message));
        }
        ChangeGroup::Conflicted => {
            let message =
                "Files in conflict are not discarded. Take one side of them, or end what is under way.";
            return Err(AppError::conflict("conflicted", message));
        }
        ChangeGroup::Changed | ChangeGroup::Untracked => {}
    }
    if !what.lines.is_empty() {
        let patch = lines(git, what, true).await?;
        return Ok((Way::Patch(patch), what.path.clone().into_iter().collect()));
    }
    let prefix = git.prefix().await?;
    // Repositories in the repository have changes of their own: those are not for here.
    let entries = meant(git, what).await?.into_iter();
    let paths: Vec<String> = entries
        .filter(|entry| !entry.is_submodule() && !entry.path.ends_with('/'))
        .map(|entry| entry.path)
        .collect();
    if paths.is_empty() {
        let message = "This is a repository of its own. Discard its changes there.";
        return Err(AppError::conflict("submodule", message));
    }
    let in_project = paths.iter().map(|path| path[prefix.len()..].to_owned()).collect();
    let way = if what.group == ChangeGroup::Changed { Way::Index(paths) } else { Way::Remove };
    Ok((way, in_project))
}

/// Copies files into a folder of their own, and makes sure that it is on the disk.
fn copy_all(dir: &Path, copies: &Path, paths: Vec<String>) -> Result<(u64, Vec<Kept>), AppError> {
    let root = Root::open(dir)?;
    let mut bytes = 0_u64;
    for path in &paths {
        bytes = bytes.saturating_add(copies::size(&root, path)?);
    }
    if bytes > MAX_BYTES {
        let message = format!(
            "Of more than {} MB no copy is kept, so nothing was discarded. Discard less at once.",
            MAX_BYTES >> 20
        );
        return Err(AppError::new(ErrorCode::TooLarge, message));
    }
    std::fs::create_dir_all(copies).map_err(Fault::from)?;
    let folder = File::open(copies).map_err(Fault::from)?;
    let disk = Disk::of(&folder, paths.len());
    let mut kept = Vec::with_capacity(paths.len());
    for (path, n) in paths.into_iter().zip(0_i64..) {
        let before = copies::state(&root, &path)?;
        copies::copy(&root, &path, &copies.join(n.to_string()), disk)?;
        kept.push(Kept { n, path, before, after: None });
    }
    disk.settle().map_err(Fault::from)?;
    if let Some(above) = copies.parent() {
        File::open(above).and_then(|above| above.sync_all()).map_err(Fault::from)?;
    }
    Ok((bytes, kept))
}

/// Discards what copies are kept of. Refused if any of it was changed since it was copied, so that the copy is the last of it.
async fn discard(git: &Repository, way: Way, kept: &[Kept]) -> Result<(), AppError> {
    let (dir, kept, remove) = (git.dir.clone(), kept.to_vec(), matches!(way, Way::Remove));
    let look = move || {
        let root = Root::open(&dir)?;
        kept.iter().try_for_each(|file| unchanged(&root, file))?;
        if remove {
            for file in &kept {
                unchanged(&root, file)?;
                root.dir.remove_file(checked(&file.path)?).map_err(refusal)?;
            }
        }
        Ok::<(), AppError>(())
    };
    blocking(look).await??;
    match way {
        Way::Patch(patch) => apply(git, patch, &[]).await,
        Way::Index(paths) => over(git, &["restore", "--worktree", "--"], &paths).await,
        Way::Remove => Ok(()),
    }
}

fn unchanged(root: &Root, file: &Kept) -> Result<(), AppError> {
    if copies::state(root, &file.path)? == file.before {
        return Ok(());
    }
    let message = format!("{} was changed meanwhile. It was left as it is.", file.path);
    Err(AppError::conflict("changed", message))
}

fn put_all_back(dir: &Path, copies: &Path, kept: &[Kept]) -> Result<(), AppError> {
    let root = Root::open(dir)?;
    let mut wanted = Vec::new();
    for file in kept {
        let now = copies::state(&root, &file.path)?;
        if now == file.before {
            continue;
        }
        if file.after.as_ref() != Some(&now) {
            let message = format!(
                "{} was changed since it was discarded, so nothing was put back. Its copy is {}.",
                file.path,
                copies.join(file.n.to_string()).display()
            );
            return Err(AppError::conflict("changed", message));
        }
        wanted.push(file);
    }
    // The one that is there already is only good for finding what is in it.
    let folder = root.dir.open(".").map_err(refusal)?;
    let disk = Disk::of(&folder, wanted.len());
    let mut ready = Vec::with_capacity(wanted.len());
    let put = (|| {
        for file in wanted {
            let copy = copies.join(file.n.to_string());
            ready.push(copies::make_ready(&root, &file.path, &file.before, &copy, disk)?);
        }
        disk.settle().map_err(Fault::from)?;
        ready.iter().try_for_each(|one| one.take_place(&root))
    })();
    if put.is_err() {
        ready.iter().for_each(|one| one.give_up(&root));
    }
    put
}
