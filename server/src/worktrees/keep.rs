//! The trash of worktrees, in Roost's home: what would be lost with one as a bundle of commits, which holds changed and untracked
//! files too, beside it a patch for people, and of ignored files the small ones. Everything expires. Nothing is removed before it is kept, and a worktree that is
//! put back is whole before the trash lets go of it.

use std::{
    fs::{self, DirBuilder},
    io::ErrorKind,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use app::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, TrashId},
    time::Millis,
    worktrees::model::{SetUp, TrashedWorktree},
};
use uuid::Uuid;

use super::{
    WorktreesEngine, copy, directory,
    list::Found,
    make::free,
    queries::{self, Kept, Row},
    size,
    snapshot::{Snapshot, done, restore, snapshot, text},
};
use crate::{
    clock,
    db::Fault,
    git::{QUICK, Repository, free_name, start},
    offload::blocking,
};

/// How long it is kept: thirty days.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Where it is kept, in Roost's home.
const TRASH: &str = "worktree-trash";
const BUNDLE: &str = "commits.bundle";
const PATCH: &str = "changes.patch";
/// The ignored files, as many and as large as are copied into a new one.
const IGNORED: &str = "ignored";
/// A directory that git did not know, as it was.
const DIRECTORY: &str = "directory";

impl WorktreesEngine {
    /// Keeps what would be lost with a worktree that is about to go.
    pub(super) async fn keep(
        &self,
        who: &Viewer,
        git: &Repository,
        project: ProjectId,
        one: &Found,
    ) -> Result<(), AppError> {
        let tree = Repository { dir: one.root.clone(), trusted: git.trusted };
        let kept = self.begin_keeping(who, project, one).await?;
        match self.pack(&tree, &kept).await {
            Ok(kept) => {
                let mut tx = self.db.write().await?;
                queries::keep(&mut tx, &kept).await?;
                tx.commit().await.map_err(Fault::from)?;
                Ok(())
            }
            Err(error) => {
                self.throw_out(kept.id).await?;
                let message =
                    format!("{} What would be lost could not be kept, so the worktree stays.", error.message);
                Err(AppError { message, ..error })
            }
        }
    }

    /// Puts a directory that git does not know into the trash as it is.
    pub(super) async fn throw_away(
        &self,
        who: &Viewer,
        project: ProjectId,
        one: &Found,
    ) -> Result<(), AppError> {
        let mut kept = self.begin_keeping(who, project, one).await?;
        // Before it is moved: what is not all there is deleted at the next start.
        kept.saved = true;
        let mut tx = self.db.write().await?;
        queries::keep(&mut tx, &kept).await?;
        tx.commit().await.map_err(Fault::from)?;
        let (from, to) = (one.root.clone(), self.trash(kept.id).join(DIRECTORY));
        if let Err(error) = blocking(move || fs::rename(from, to)).await? {
            self.throw_out(kept.id).await?;
            let message =
                format!("The directory could not be put into the trash: {error}. Move it away by hand.");
            return Err(AppError::conflict("trash", message));
        }
        Ok(())
    }

    async fn begin_keeping(&self, who: &Viewer, project: ProjectId, one: &Found) -> Result<Kept, AppError> {
        let now = clock::now();
        let kept = Kept {
            id: TrashId(Uuid::now_v7()),
            project,
            place: one.row.as_ref().map(|row| row.id),
            path: one.shown.path.clone(),
            branch: one.shown.branch.clone(),
            base: one.shown.base.clone(),
            head: None,
            work: None,
            staged: None,
            saved: false,
            by: who.label.clone(),
            at: now,
            expires_at: Millis(now.0 + KEPT_MS),
        };
        let mut tx = self.db.write().await?;
        queries::keep(&mut tx, &kept).await?;
        tx.commit().await.map_err(Fault::from)?;
        let dir = self.trash(kept.id);
        let make = move || DirBuilder::new().recursive(true).mode(0o700).create(dir);
        if let Err(error) = blocking(make).await? {
            self.throw_out(kept.id).await?;
            return Err(Fault::from(error).into());
        }
        Ok(kept)
    }

    /// Writes the bundle and the patch.
    async fn pack(&self, tree: &Repository, kept: &Kept) -> Result<Kept, AppError> {
        let snapshot = snapshot(tree).await?;
        let dir = self.trash(kept.id);
        let (bundle, patch) = (utf8(&dir.join(BUNDLE))?, utf8(&dir.join(PATCH))?);
        // What the base has, the repository has.
        let base = kept.base.as_ref().map(|base| format!("refs/heads/{base}")).unwrap_or_default();
        let since = tree.output(["merge-base", "HEAD", &base], QUICK).await?;
        let since = Some(text(&since.stdout)).filter(|_| since.success());
        let reference = format!("refs/roost/trash/{}", kept.id);
        done(tree, &["update-ref", &reference, &snapshot.work]).await?;
        let not = since.as_ref().map(|since| format!("^{since}"));
        let create = ["bundle", "create", "--quiet", &bundle, &reference].into_iter().chain(not.as_deref());
        let made = done(tree, &create.collect::<Vec<_>>()).await;
        let checked = match &made {
            Ok(()) => done(tree, &["bundle", "verify", "--quiet", &bundle]).await,
            Err(_) => Ok(()),
        };
        // The bundle has it now, or nothing does.
        let _ = tree.output(["update-ref", "-d", &reference], QUICK).await?;
        made.and(checked)?;
        let output = format!("--output={patch}");
        let from = since.as_ref().unwrap_or(&snapshot.head);
        let diff =
            ["diff", "--binary", "--no-ext-diff", "--no-textconv", &output, from, &snapshot.work, "--"];
        done(tree, &diff).await?;
        copy::keep(tree, &dir.join(IGNORED)).await?;
        let Snapshot { head, work, staged } = snapshot;
        Ok(Kept { head: Some(head), work: Some(work), staged, saved: true, ..kept.clone() })
    }

    /// Puts a worktree back as it was, at its place or, if that is taken, beside it.
    pub(super) async fn put_back_one(&self, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        let git = self.repository(project).await?;
        let _alone = self.writing.lock().await;
        let kept = queries::kept(self.db.read(), project).await?;
        let kept = kept
            .into_iter()
            .find(|kept| kept.id == id)
            .ok_or_else(|| AppError::not_found("worktree in the trash"))?;
        let (Some(head), Some(work)) = (&kept.head, &kept.work) else {
            return self.move_back(&kept).await;
        };
        let bundle = utf8(&self.trash(id).join(BUNDLE))?;
        done(&git, &["bundle", "unbundle", &bundle]).await?;
        let row = self.row_of(&git, &kept, head).await?;
        let mut tx = self.db.write().await?;
        queries::insert(&mut tx, &row).await?;
        tx.commit().await.map_err(Fault::from)?;
        let restored = async {
            let (_, inside) = self.top(&git).await?;
            self.build(&git, &row, &inside).await?;
            let tree = Repository { dir: row.root.clone(), trusted: git.trusted };
            restore(&tree, work, kept.staged.as_deref()).await?;
            let (from, to) = (self.trash(id).join(IGNORED), row.root.clone());
            blocking(move || copy::restore(&from, &to)).await?.map_err(Fault::from)?;
            Ok::<_, AppError>(())
        };
        if let Err(error) = restored.await {
            self.clear(&git, &row).await?;
            return Err(error);
        }
        self.throw_out(id).await
    }

    /// The row of a worktree that is put back: its own place and branch where they are free.
    async fn row_of(&self, git: &Repository, kept: &Kept, head: &str) -> Result<Row, AppError> {
        let name = kept.branch.as_deref().unwrap_or("put-back");
        let branch = match free(git, name).await {
            Ok(branch) => branch,
            Err(_) => free_name(git, name).await?,
        };
        let base = match &kept.base {
            Some(base) => base.clone(),
            None => start(git, None).await?.name,
        };
        let known = queries::known(self.db.read()).await?;
        let ((top, _), own) = (self.top(git).await?, self.own(kept.project));
        let (name, was) = (branch.clone(), PathBuf::from(&kept.path));
        let root = blocking(move || {
            // The directory above went with the last worktree.
            let free = directory::free(&top, &own, &name, &known)?;
            let there = was.parent() == free.parent() && fs::symlink_metadata(&was).is_err();
            Ok::<_, AppError>(if there { was } else { free })
        })
        .await??;
        let id = kept.place.unwrap_or_else(|| ProjectId(Uuid::now_v7()));
        let (start, created_at) = (head.to_owned(), clock::now());
        Ok(Row {
            id,
            project: kept.project,
            root,
            branch,
            base,
            start,
            merged: None,
            copied: Vec::new(),
            ready: false,
            // It was set up before it went.
            setup: SetUp::Done,
            setup_terminal: None,
            created_at,
        })
    }

    async fn move_back(&self, kept: &Kept) -> Result<(), AppError> {
        let (from, to) = (self.trash(kept.id).join(DIRECTORY), PathBuf::from(&kept.path));
        let moved = blocking(move || {
            if fs::symlink_metadata(&to).is_ok() {
                return Err(AppError::conflict("exists", format!("{} is there again.", to.display())));
            }
            let home = to.parent().map(fs::create_dir_all).transpose();
            home.and_then(|_| fs::rename(from, to)).map_err(|error| Fault::from(error).into())
        });
        moved.await??;
        self.throw_out(kept.id).await
    }

    /// What is in the trash of a project. What has expired is deleted first.
    pub(super) async fn trashed(&self, project: ProjectId) -> Result<Vec<TrashedWorktree>, AppError> {
        self.sweep().await?;
        let mut all = Vec::new();
        for kept in queries::kept(self.db.read(), project).await? {
            let dir = self.trash(kept.id);
            let kept_in = dir.to_string_lossy().into_owned();
            let bytes = blocking(move || size::bytes(&dir)).await?;
            let Kept { id, path, branch, by, at, expires_at, .. } = kept;
            all.push(TrashedWorktree { id, path, branch, by, at, expires_at, bytes, kept_in });
        }
        Ok(all)
    }

    /// Deletes what has expired, what a crash left half kept, whose worktree is still there, and what was kept of projects that are
    /// gone.
    pub(super) async fn sweep(&self) -> Result<(), AppError> {
        // While something is kept it is not all there.
        let Ok(_alone) = self.writing.try_lock() else { return Ok(()) };
        for id in queries::over(self.db.read(), clock::now()).await? {
            self.throw_out(id).await?;
        }
        let known = queries::in_trash(self.db.read()).await?;
        let trash = self.config.home.join(TRASH);
        let nobodys = move || {
            let there = fs::read_dir(trash).into_iter().flatten().flatten();
            let id = |entry: &fs::DirEntry| entry.file_name().to_str()?.parse::<TrashId>().ok();
            let ids = there.filter_map(|entry| id(&entry)).filter(|id| !known.contains(id));
            ids.collect::<Vec<_>>()
        };
        for id in blocking(nobodys).await? {
            self.throw_out(id).await?;
        }
        Ok(())
    }

    /// Deletes something of the trash for good.
    pub(super) async fn throw_out(&self, id: TrashId) -> Result<(), AppError> {
        let dir = self.trash(id);
        match blocking(move || fs::remove_dir_all(dir)).await? {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Fault::from(error).into()),
            _ => {}
        }
        let mut tx = self.db.write().await?;
        queries::let_go(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    fn trash(&self, id: TrashId) -> PathBuf {
        self.config.home.join(TRASH).join(id.to_string())
    }
}

fn utf8(path: &Path) -> Result<String, AppError> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| AppError::conflict("path", "Roost's home is not valid UTF-8."))
}
