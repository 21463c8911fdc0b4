//! The engine of files: looks at what is in a project for a person, and changes what the person says. Owns no table; keeps the
//! names of a few projects for some seconds. Everything that waits for a disk runs away from the runtime's workers.

mod archive;
mod change;
mod edit;
mod excerpt;
mod gitdir;
mod list;
mod names;
mod path;
mod read;
mod root;
mod rules;
mod search;
mod spot;
mod transfer;
mod trash;
mod walk;
mod watch;

use std::{
    io,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    files::{
        model::{
            Changed, Clash, CompareFile, FileDifference, FileText, FileView, Found, ListOptions, Listing,
            MoveEntry, Names, NewEntry, PageFrom, SaveFile, SearchOptions, Trashed, UPLOAD_MAX,
        },
        port::{Archive, Files, OpenFile},
    },
    ids::{ProjectId, TrashId},
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use lru::LruCache;
use tokio::{
    io::AsyncWriteExt,
    sync::{Semaphore, broadcast::error::RecvError, mpsc},
};
use tokio_stream::wrappers::ReceiverStream;

use self::{archive::Pack, names::Index, search::Search, trash::Trash, walk::Scope, watch::Watchers};
pub(crate) use self::{
    path::{checked, refuse_git},
    read::image,
    root::{Root, refusal, regular},
};
use crate::{
    offload::{blocking, ended},
    projects::ProjectsEngine,
};

/// How long the names of a project are taken for those that it has.
const FRESH: Duration = Duration::from_secs(5);
/// The projects whose names are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// Walks through a project at once; each reads as fast as the disk gives.
const AT_ONCE: usize = 4;
/// What a search has found and nobody has taken yet, in messages.
const WAITING: usize = 64;
/// How often the trash is swept.
const SWEEP: Duration = Duration::from_secs(6 * 60 * 60);
/// The longest text that is looked for, in bytes.
const TYPED_MAX: usize = 1000;

/// The names of a project without or with what git ignores, and when they were read.
type Kept = LruCache<(ProjectId, bool, bool), (Instant, Arc<Index>)>;

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct FilesEngine {
    projects: ProjectsEngine,
    /// A lock, because a look takes no await while it is held.
    kept: Arc<Mutex<Kept>>,
    walks: Arc<Semaphore>,
    /// Held while a project is changed: one change at a time, from the look at what is there to its end.
    changing: Arc<tokio::sync::Mutex<()>>,
    trash: Trash,
    watchers: Watchers,
}

impl FilesEngine {
    /// An engine for the files of these projects, which keeps what is thrown away in the folder `trash`.
    #[must_use]
    pub fn new(projects: ProjectsEngine, trash: PathBuf) -> Self {
        Self {
            projects,
            kept: Arc::new(Mutex::new(LruCache::new(KEPT))),
            walks: Arc::new(Semaphore::new(AT_ONCE)),
            changing: Arc::default(),
            trash: Trash::new(trash),
            watchers: Watchers::default(),
        }
    }

    /// Removes what is in the trash long enough, now and every few hours, as long as the runtime is there.
    pub fn keep_swept(&self) {
        let engine = self.clone();
        tokio::spawn(async move {
            loop {
                let trash = engine.trash.clone();
                let alone = engine.changing.lock().await;
                // It says in the log what it could not remove.
                let _ = blocking(move || trash.sweep()).await;
                drop(alone);
                tokio::time::sleep(SWEEP).await;
            }
        });
    }

    /// Runs `look` with the project's directory, away from the runtime's workers.
    async fn look<T: Send + 'static>(
        &self,
        id: ProjectId,
        look: impl FnOnce(&Root) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let path = self.projects.place(id).await?.dir;
        blocking(move || look(&Root::open(&path)?)).await?
    }

    /// Runs `change` in a project that is trusted, alone, and to its end even if the one who asked goes away.
    async fn change<T: Send + 'static>(
        &self,
        id: ProjectId,
        change: impl FnOnce(&Root) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let path = self.projects.trusted_place(id).await?.dir;
        let engine = self.clone();
        let changing = tokio::spawn(async move {
            let _alone = engine.changing.lock().await;
            let done = blocking(move || change(&Root::open(&path)?)).await?;
            engine.names_changed(id);
            done
        });
        changing.await.map_err(|error| ended(&error))?
    }

    /// Forgets the names of a project: they are others now.
    fn names_changed(&self, id: ProjectId) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for (hidden, ignored) in [(false, false), (false, true), (true, false), (true, true)] {
            kept.pop(&(id, hidden, ignored));
        }
    }

    /// The names of a project, from a moment ago if they were read then.
    async fn index(&self, id: ProjectId, scope: Scope) -> Result<Arc<Index>, AppError> {
        let key = (id, scope.hidden, scope.ignored);
        let fresh = || {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&key).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, index)| Arc::clone(index))
        };
        if let Some(index) = fresh() {
            return Ok(index);
        }
        let path = self.projects.place(id).await?.dir;
        let _walk = self.walks.acquire().await.map_err(|_| going())?;
        // Somebody may have read them while this one waited.
        if let Some(index) = fresh() {
            return Ok(index);
        }
        let index = blocking(move || Ok::<_, AppError>(Index::of(&Root::open(&path)?, scope))).await??;
        let index = Arc::new(index);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(key, (Instant::now(), Arc::clone(&index)));
        Ok(index)
    }
}

#[async_trait]
impl Files for FilesEngine {
    async fn list(
        &self,
        _who: &Viewer,
        project: ProjectId,
        path: &str,
        options: ListOptions,
    ) -> Result<Listing, AppError> {
        let path = path.to_owned();
        self.look(project, move |root| list::list(root, &path, options)).await
    }

    async fn read(
        &self,
        _who: &Viewer,
        project: ProjectId,
        path: &str,
        from: PageFrom,
    ) -> Result<FileView, AppError> {
        let path = path.to_owned();
        self.look(project, move |root| read::view(&root.file(&path)?, from)).await
    }

    async fn open(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<OpenFile, AppError> {
        let path = path.to_owned();
        self.look(project, move |root| {
            let opened = root.file(&path)?;
            let image = read::image_of(&opened).map_err(refusal)?;
            let name = opened.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(OpenFile { name, size: opened.metadata.len(), image, file: opened.file })
        })
        .await
    }

    async fn names(
        &self,
        _who: &Viewer,
        project: ProjectId,
        typed: &str,
        options: ListOptions,
    ) -> Result<Names, AppError> {
        let typed = short(typed)?;
        let scope = Scope { hidden: options.hidden, ignored: options.ignored };
        let index = self.index(project, scope).await?;
        blocking(move || index.find(&typed)).await
    }

    async fn search(
        &self,
        _who: &Viewer,
        project: ProjectId,
        text: &str,
        options: SearchOptions,
    ) -> Result<BoxStream<'static, Found>, AppError> {
        let (text, path) = (short(text)?, self.projects.place(project).await?.dir);
        let search = blocking(move || Search::new(&text, &options)).await??;
        let root = blocking(move || Root::open(&path)).await??;
        let walk = Arc::clone(&self.walks).acquire_owned().await.map_err(|_| going())?;
        let (found, taken) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            search.run(&root, &found);
            drop(walk);
        });
        Ok(ReceiverStream::new(taken).boxed())
    }

    async fn text(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<FileText, AppError> {
        let path = path.to_owned();
        self.look(project, move |root| edit::text(root, &path)).await
    }

    async fn save(&self, _who: &Viewer, project: ProjectId, save: SaveFile) -> Result<FileText, AppError> {
        self.change(project, move |root| {
            edit::save(root, &save)?;
            edit::text(root, &save.path)
        })
        .await
    }

    async fn compare(
        &self,
        _who: &Viewer,
        project: ProjectId,
        compare: CompareFile,
    ) -> Result<FileDifference, AppError> {
        edit::check_size(&compare.text)?;
        self.look(project, move |root| edit::compare(root, &compare)).await
    }

    async fn make(&self, _who: &Viewer, project: ProjectId, entry: NewEntry) -> Result<(), AppError> {
        self.change(project, move |root| change::make(root, &entry)).await
    }

    async fn rename(&self, _who: &Viewer, project: ProjectId, entry: MoveEntry) -> Result<(), AppError> {
        self.change(project, move |root| change::rename(root, &entry)).await
    }

    async fn remove(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<Trashed, AppError> {
        let (trash, path, by) = (self.trash.clone(), path.to_owned(), who.label.clone());
        self.change(project, move |root| change::remove(root, &trash, project, &path, &by)).await
    }

    async fn trash(&self, _who: &Viewer, project: ProjectId) -> Result<Vec<Trashed>, AppError> {
        self.projects.place(project).await?;
        let trash = self.trash.clone();
        blocking(move || trash.of(project)).await
    }

    async fn put_back(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<Trashed, AppError> {
        let trash = self.trash.clone();
        self.change(project, move |root| change::put_back(root, &trash, project, id)).await
    }

    async fn forget(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        let trash = self.trash.clone();
        self.change(project, move |_| {
            trash.find(project, id)?;
            trash.remove(project, id)
        })
        .await
    }

    async fn upload(
        &self,
        who: &Viewer,
        project: ProjectId,
        path: &str,
        clash: Clash,
        bytes: BoxStream<'static, io::Result<Bytes>>,
    ) -> Result<String, AppError> {
        let place = self.projects.trusted_place(project).await?.dir;
        let path = path.to_owned();
        let prepared = blocking(move || {
            let spot = change::spot_made(&Root::open(&place)?, &path)?;
            change::refuse_taken(&spot, clash)?;
            spot.prepare(None)
        });
        let mut prepared = prepared.await??;
        let file = prepared.file().try_clone().map_err(refusal)?;
        received(tokio::fs::File::from_std(file.into_std()), bytes).await?;
        let (trash, by) = (self.trash.clone(), who.label.clone());
        self.change(project, move |_| change::arrive(prepared, clash, &trash, project, &by)).await
    }

    async fn watch(
        &self,
        _who: &Viewer,
        project: ProjectId,
    ) -> Result<BoxStream<'static, Changed>, AppError> {
        let (watchers, place) = (self.watchers.clone(), self.projects.place(project).await?.dir);
        let watched = blocking(move || watchers.watch(project, &place)).await??;
        let first = stream::iter(watched.0.first());
        Ok(first
            .chain(stream::unfold(watched, |(watched, mut told)| async move {
                let changed = match told.recv().await {
                    Ok(changed) => changed,
                    Err(RecvError::Lagged(_)) => Changed { all: true, git: true, ..Changed::default() },
                    Err(RecvError::Closed) => return None,
                };
                Some((changed, (watched, told)))
            }))
            .boxed())
    }

    async fn archive(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<Archive, AppError> {
        let (place, path) = (self.projects.place(project).await?.dir, path.to_owned());
        let own = place.file_name().map(|name| name.to_string_lossy().into_owned());
        let pack = blocking(move || Pack::open(&Root::open(&place)?, &path)).await??;
        let name = pack.name.clone().or(own).unwrap_or_else(|| "project".to_owned());
        let walk = Arc::clone(&self.walks).acquire_owned().await.map_err(|_| going())?;
        let (pieces, taken) = mpsc::channel(WAITING);
        let inside = name.clone();
        tokio::task::spawn_blocking(move || {
            pack.run(&inside, &pieces);
            drop(walk);
        });
        Ok(Archive { name: format!("{name}.tar.gz"), bytes: ReceiverStream::new(taken).boxed() })
    }
}

/// Writes what comes into a file. 413 when it is too much, 400 when it stops before its end.
async fn received(
    mut file: tokio::fs::File,
    mut bytes: BoxStream<'static, io::Result<Bytes>>,
) -> Result<(), AppError> {
    let mut size = 0_u64;
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|_| AppError::invalid("body", "The file could not be read to its end."))?;
        size += piece.len() as u64;
        if size > UPLOAD_MAX {
            return Err(change::too_much());
        }
        file.write_all(&piece).await.map_err(refusal)?;
    }
    file.flush().await.map_err(refusal)
}

fn short(typed: &str) -> Result<String, AppError> {
    if typed.len() > TYPED_MAX {
        return Err(AppError::invalid("q", format!("At most {TYPED_MAX} bytes can be looked for.")));
    }
    Ok(typed.to_owned())
}

fn going() -> AppError {
    AppError::new(ErrorCode::Unavailable, "The server is going.")
}
