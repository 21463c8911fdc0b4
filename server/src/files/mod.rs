//! The engine of files: looks at what is in a project, for a person, and changes nothing there. Owns no table; keeps the
//! names of a few projects for some seconds. Everything that waits for a disk runs away from the runtime's workers.

mod excerpt;
mod list;
mod names;
mod path;
mod queries;
mod read;
mod root;
mod rules;
mod search;
mod walk;

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    files::{
        model::{FileView, Found, ListOptions, Listing, Names, PageFrom, SearchOptions},
        port::{Files, OpenFile},
    },
    ids::ProjectId,
};
use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use lru::LruCache;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use self::{names::Index, search::Search, walk::Scope};
pub(crate) use self::{
    path::checked,
    read::image,
    root::{Root, refusal, regular},
};
use crate::{db::Db, projects::blocking};

/// How long the names of a project are taken for those that it has.
const FRESH: Duration = Duration::from_secs(5);
/// The projects whose names are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// Walks through a project at once; each reads as fast as the disk gives.
const AT_ONCE: usize = 4;
/// What a search has found and nobody has taken yet, in messages.
const WAITING: usize = 64;
/// The longest text that is looked for, in bytes.
const TYPED_MAX: usize = 1000;

/// The names of a project without or with what git ignores, and when they were read.
type Kept = LruCache<(ProjectId, bool, bool), (Instant, Arc<Index>)>;

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct FilesEngine {
    db: Db,
    /// A lock, because a look takes no await while it is held.
    kept: Arc<Mutex<Kept>>,
    walks: Arc<Semaphore>,
}

impl FilesEngine {
    /// An engine for the projects of this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, kept: Arc::new(Mutex::new(LruCache::new(KEPT))), walks: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    async fn directory(&self, id: ProjectId) -> Result<PathBuf, AppError> {
        let path = queries::directory(self.db.read(), id).await?;
        path.map(PathBuf::from).ok_or_else(|| AppError::not_found("project"))
    }

    /// Runs `look` with the project's directory, away from the runtime's workers.
    async fn look<T: Send + 'static>(
        &self,
        id: ProjectId,
        look: impl FnOnce(&Root) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let path = self.directory(id).await?;
        blocking(move || look(&Root::open(&path)?)).await?
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
        let path = self.directory(id).await?;
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
        let (text, path) = (short(text)?, self.directory(project).await?);
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
