//! What changes in a project while somebody looks: one watcher for a project, however many look, and none when nobody does. Only
//! folders that git does not ignore are watched. What happens at once is told at once, a few times in a second at most, and a
//! flood of it becomes "look again". Never reads a file.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::{
    error::{AppError, ErrorCode},
    files::model::{CHANGED_MAX, Changed},
    ids::ProjectId,
};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _, event::ModifyKind};
use tokio::{
    sync::{Notify, broadcast},
    time::sleep,
};

use super::{gitdir, path::is_git, root::Root, rules::Rules};

/// The most folders of a project that are watched: the system has room for some hundred thousand, for all programs together.
const FOLDERS_MAX: usize = 8_192;
/// How long what happens is collected before it is told.
const REST: Duration = Duration::from_millis(250);
/// How long nothing more is told after "look again": it costs everyone who looks more than a name does.
const FLOOD: Duration = Duration::from_secs(1);
/// What was told and not taken yet; who lags looks again.
const LAG: usize = 16;
/// What of git's own says that a commit, a branch or what is staged is another, or that a remote was asked; all below `BRANCHES` too.
const GIT: [&str; 5] = ["HEAD", "index", "MERGE_HEAD", "ORIG_HEAD", "FETCH_HEAD"];
const BRANCHES: &str = "refs/heads";

/// The watchers of all projects; cheap to copy.
#[derive(Clone, Default)]
pub(super) struct Watchers {
    by_project: Arc<Mutex<HashMap<ProjectId, Weak<Watched>>>>,
}

/// A project that is watched as long as this is held.
pub(super) struct Watched {
    told: broadcast::Sender<Changed>,
    /// Whether some folders are not watched.
    partial: Arc<AtomicBool>,
    task: tokio::task::AbortHandle,
}

impl Watched {
    /// What is to be told before anything happens.
    pub(super) fn first(&self) -> Option<Changed> {
        let partial = self.partial.load(Ordering::Relaxed);
        partial.then(|| Changed { partial, ..Changed::default() })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The folders that are watched.
struct Folders {
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

/// What happened since it was told last.
#[derive(Default)]
struct Pending {
    paths: BTreeSet<PathBuf>,
    git: bool,
    /// More than is told by name, or more than the system could keep.
    all: bool,
}

impl Watchers {
    /// What is told of a project from now on, and what keeps it told. Waits for a disk: away from the runtime's workers only.
    pub(super) fn watch(
        &self,
        project: ProjectId,
        path: &Path,
    ) -> Result<(Arc<Watched>, broadcast::Receiver<Changed>), AppError> {
        let mut by_project = self.by_project.lock().unwrap_or_else(PoisonError::into_inner);
        by_project.retain(|_, watched| watched.strong_count() > 0);
        if let Some(watched) = by_project.get(&project).and_then(Weak::upgrade) {
            let told = watched.told.subscribe();
            return Ok((watched, told));
        }
        let watched = Arc::new(start(path)?);
        by_project.insert(project, Arc::downgrade(&watched));
        let told = watched.told.subscribe();
        Ok((watched, told))
    }
}

fn start(path: &Path) -> Result<Watched, AppError> {
    let path = path.to_owned();
    let pending = Arc::new((Mutex::new(Pending::default()), Notify::new()));
    let (heard, at) = (Arc::clone(&pending), path.clone());
    let watcher = notify::recommended_watcher(move |event| hear(&heard, &at, event))
        .map_err(|error| refused(&error))?;
    let mut folders = Folders { watcher, watched: BTreeSet::new() };
    let partial = Arc::new(AtomicBool::new(!folders.add(&path, Path::new(""))?));
    folders.add_state(&path);
    let (told, _) = broadcast::channel(LAG);
    let (sender, folders) = (told.clone(), Arc::new(Mutex::new(folders)));
    // The folders are the task's own: with it they are watched no more.
    let known = Arc::clone(&partial);
    let task = tokio::spawn(async move { tell(&pending, &sender, &folders, &path, &known).await });
    Ok(Watched { told, partial, task: task.abort_handle() })
}

/// Takes one event of the system in. Called by the watcher's own thread.
fn hear(pending: &(Mutex<Pending>, Notify), root: &Path, event: notify::Result<Event>) {
    let mut now = pending.0.lock().unwrap_or_else(PoisonError::into_inner);
    match event {
        Ok(event) if event.need_rescan() => now.all = true,
        Ok(event) if matters(event.kind) => {
            for path in event.paths {
                match path.strip_prefix(root) {
                    Ok(path) => take(&mut now, path),
                    // Of the work tree's own state, which is watched elsewhere.
                    Err(_) => now.git |= is_state(&path),
                }
            }
        }
        Ok(_) => return,
        Err(_) => now.all = true,
    }
    drop(now);
    pending.1.notify_one();
}

/// Whether something is another than before, and not only read.
fn matters(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

/// Whether this is a file that git writes when the state of a work tree is another.
fn is_state(path: &Path) -> bool {
    let is_branch = path.to_string_lossy().contains(BRANCHES);
    let name = path.file_name().unwrap_or_default();
    (is_branch && path.extension().is_none_or(|end| end != "lock")) || GIT.iter().any(|known| name == *known)
}

fn take(now: &mut Pending, path: &Path) {
    if let Some(own) = path.iter().position(is_git) {
        now.git |= is_state(path);
        // A repository was made here, or is gone.
        now.all |= path.iter().count() == 1 && own == 0;
    } else if path.file_name().is_some_and(|name| name == ".gitignore") || now.paths.len() >= CHANGED_MAX {
        // Other folders are ignored now, or there is too much to tell by name.
        now.all = true;
    } else {
        now.paths.insert(path.to_owned());
    }
}

/// Tells what happened, and watches the folders that are new.
async fn tell(
    pending: &(Mutex<Pending>, Notify),
    told: &broadcast::Sender<Changed>,
    folders: &Arc<Mutex<Folders>>,
    root: &Path,
    partial: &AtomicBool,
) {
    loop {
        pending.1.notified().await;
        sleep(REST).await;
        let now = std::mem::take(&mut *pending.0.lock().unwrap_or_else(PoisonError::into_inner));
        let (folders, at, paths, all) = (Arc::clone(folders), root.to_owned(), now.paths.clone(), now.all);
        let state = now.git || all;
        let follow = move || {
            let mut folders = folders.lock().unwrap_or_else(PoisonError::into_inner);
            if state {
                folders.add_state(&at);
            }
            if all { folders.add(&at, Path::new("")).unwrap_or(false) } else { folders.follow(&at, &paths) }
        };
        let complete = tokio::task::spawn_blocking(follow).await.unwrap_or(false);
        let partial_now = !complete || (!now.all && partial.load(Ordering::Relaxed));
        partial.store(partial_now, Ordering::Relaxed);
        let paths = if now.all { Vec::new() } else { shown(&now.paths) };
        if !now.all && paths.is_empty() && !now.git {
            continue;
        }
        // An error only says that nobody looks any more.
        let _ = told.send(Changed { paths, git: now.git, all: now.all, partial: partial_now });
        if now.all {
            sleep(FLOOD).await;
        }
    }
}

fn is_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The paths as they are told; what Roost itself is writing is not.
fn shown(paths: &BTreeSet<PathBuf>) -> Vec<String> {
    let own = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !(name.starts_with(".roost-") && name.ends_with(".tmp"))
    };
    paths.iter().filter(own).map(|path| path.to_string_lossy().into_owned()).collect()
}

impl Folders {
    /// Watches what is new among these, and forgets what is gone; whether all that is to be watched is.
    fn follow(&mut self, project: &Path, paths: &BTreeSet<PathBuf>) -> bool {
        let mut complete = true;
        for path in paths {
            if is_folder(&project.join(path)) {
                complete &= self.add(project, path).unwrap_or(false);
            } else {
                self.watched.retain(|watched| !watched.starts_with(path));
            }
        }
        complete
    }

    /// Watches where git keeps the state of the work tree, which may be outside of the project; nothing is told of it but that.
    fn add_state(&mut self, project: &Path) {
        for folder in gitdir::folders(project) {
            // One that vanished meanwhile is no fault.
            let _ = self.watcher.watch(&folder, RecursiveMode::NonRecursive);
        }
    }

    /// Watches a folder and those below it that git does not ignore; whether all of them are watched.
    fn add(&mut self, project: &Path, folder: &Path) -> Result<bool, AppError> {
        let root = Root::open(project)?;
        let (rules, ignored) = Rules::on_the_way(&root.dir, folder);
        if ignored {
            return Ok(true);
        }
        let mut open = vec![(folder.to_owned(), rules)];
        while let Some((at, rules)) = open.pop() {
            let here = if at.as_os_str().is_empty() { Path::new(".") } else { &at };
            // One that vanished meanwhile is no fault.
            let Ok(dir) = root.dir.open_dir(here) else { continue };
            if !self.watched.contains(&at) && self.watched.len() >= FOLDERS_MAX {
                return Ok(false);
            }
            match self.watcher.watch(&project.join(&at), RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.watched.insert(at.clone())),
                Err(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => return Ok(false),
                Err(error) if at.as_os_str().is_empty() => return Err(refused(&error)),
                Err(_) => continue,
            }
            for entry in dir.entries().into_iter().flatten().flatten() {
                if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    continue;
                }
                let path = at.join(entry.file_name());
                if is_git(&entry.file_name()) {
                    // Of git's own only what lies at its top is of interest.
                    let _ = self.watcher.watch(&project.join(&path), RecursiveMode::NonRecursive);
                } else if !rules.ignore(&path, true)
                    && let Ok(inner) = dir.open_dir(entry.file_name())
                {
                    let depth = path.iter().count();
                    open.push((path, rules.below(&inner, depth)));
                }
            }
        }
        Ok(true)
    }
}

fn refused(error: &notify::Error) -> AppError {
    AppError::new(ErrorCode::Unavailable, format!("The project cannot be watched: {error}."))
}
