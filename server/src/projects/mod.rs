//! The engine of projects: registered directories, the trust in them, and the short form of what git says of them. Owns the
//! table of projects; never deletes or changes a file in a directory.

mod add;
mod checks;
mod claude_json;
mod complete;
mod counts;
mod place;
mod queries;
mod report;
#[cfg(test)]
pub(crate) mod tests;
mod worktree;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    auth::model::Viewer,
    error::AppError,
    events::Push,
    ids::ProjectId,
    projects::{
        model::{NewProject, Project, ProjectPatch, Trust, TrustReport},
        port::Projects,
    },
};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use uuid::Uuid;

pub(crate) use self::checks::problem;
use self::{
    checks::{NAME_MAX, refuse_live, refuse_worktree, usable, valid_name},
    queries::Row,
};
use crate::{
    bus::Bus,
    clock,
    config::Config,
    db::{Db, Fault},
    git::{self, Repository, Seen},
    offload::blocking,
};

/// How many directories are asked for their state at once; git reads the whole work tree.
const AT_ONCE: usize = 4;

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct ProjectsEngine {
    db: Db,
    bus: Bus,
    config: Arc<Config>,
    /// What each directory was last seen like; a lock, because a look takes no await while it is held.
    seen: Arc<Mutex<HashMap<ProjectId, (Instant, Seen)>>>,
}

impl ProjectsEngine {
    /// An engine on this database that tells `bus` of every change.
    #[must_use]
    pub fn new(db: Db, bus: Bus, config: Arc<Config>) -> Self {
        Self { db, bus, config, seen: Arc::default() }
    }

    /// The same, which also tells of a project whenever the states of its sessions change, until the bus is gone.
    #[must_use]
    pub fn start(db: Db, bus: Bus, config: Arc<Config>) -> Arc<Self> {
        let cards = bus.subscribe();
        let engine = Arc::new(Self::new(db, bus, config));
        tokio::spawn(counts::follow(Arc::clone(&engine), cards));
        engine
    }

    /// Tells every open page how the project is now, such as after the number of its live sessions changed.
    ///
    /// # Errors
    /// 404 for an unknown id.
    pub async fn announce(&self, id: ProjectId) -> Result<Project, AppError> {
        let project = self.card(self.row(id).await?).await?;
        self.bus.publish(Push::Project(Box::new(project.clone())));
        Ok(project)
    }

    async fn row(&self, id: ProjectId) -> Result<Row, AppError> {
        queries::find(self.db.read(), id).await?.ok_or_else(|| AppError::not_found("project"))
    }

    async fn card(&self, row: Row) -> Result<Project, AppError> {
        let counts = queries::counts(self.db.read(), Some(row.id)).await?.remove(&row.id).unwrap_or_default();
        Ok(Project { counts, ..self.look(row).await })
    }

    /// The project with all but its counts.
    async fn look(&self, row: Row) -> Project {
        let seen = self.see(&row).await;
        self.shown(row, seen)
    }

    fn shown(&self, row: Row, seen: Seen) -> Project {
        Project {
            id: row.id,
            bypass_allowed: self.config.allows_bypass(&row.path),
            name: row.name,
            path: row.path,
            worktree_of: row.worktree_of,
            position: row.position,
            archived: row.archived,
            trust: row.trust,
            problem: seen.problem,
            git: seen.git,
            counts: Default::default(),
            created_at: row.created_at,
        }
    }

    /// The project as it was last seen, without a look at its directory.
    fn seen_before(&self, row: Row) -> Project {
        let seen = self.seen().get(&row.id).map(|(_, seen)| seen.clone());
        self.shown(row, seen.unwrap_or(Seen { problem: None, git: None, fresh_for: Duration::ZERO }))
    }

    async fn see(&self, row: &Row) -> Seen {
        let before = self.seen().get(&row.id).cloned();
        match before {
            Some((at, seen)) if at.elapsed() < seen.fresh_for => return seen,
            _ => {}
        }
        let repository = Repository { dir: PathBuf::from(&row.path), trusted: row.trust.is_some() };
        let seen = git::see(&repository, before.and_then(|(_, seen)| seen.git)).await;
        self.seen().insert(row.id, (Instant::now(), seen.clone()));
        seen
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<ProjectId, (Instant, Seen)>> {
        // Every value in it is whole, whoever panicked.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn register(&self, path: PathBuf) -> Result<Project, AppError> {
        let shown = path.to_str().ok_or_else(|| {
            AppError::invalid("path", "The path is not valid UTF-8; such a directory cannot be registered.")
        })?;
        let name =
            path.file_name().map_or_else(|| shown.to_owned(), |name| name.to_string_lossy().into_owned());
        let name: String = name.chars().take(NAME_MAX).collect();
        let id = ProjectId(Uuid::now_v7());
        let mut tx = self.db.write().await?;
        if let Some(other) = queries::name_of_path(&mut tx, shown).await? {
            return Err(AppError::conflict(
                "registered",
                format!("This directory is already the project “{other}”."),
            ));
        }
        queries::insert(&mut tx, id, &name, shown, clock::now()).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.announce(id).await
    }
}

#[async_trait]
impl Projects for ProjectsEngine {
    async fn list(&self, _who: &Viewer) -> Result<Vec<Project>, AppError> {
        let mut counts = queries::counts(self.db.read(), None).await?;
        let rows = queries::all(self.db.read()).await?;
        let looks = rows.into_iter().map(|row| async {
            // There may be many worktrees: each is looked at when it is asked for.
            if row.worktree_of.is_some() { self.seen_before(row) } else { self.look(row).await }
        });
        let mut projects: Vec<Project> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        for project in &mut projects {
            project.counts = counts.remove(&project.id).unwrap_or_default();
        }
        Ok(projects)
    }

    async fn get(&self, _who: &Viewer, id: ProjectId) -> Result<Project, AppError> {
        self.card(self.row(id).await?).await
    }

    async fn add(&self, _who: &Viewer, new: NewProject) -> Result<Project, AppError> {
        let path = match (new.path, new.name) {
            (Some(path), None) => blocking(move || add::existing(&path)).await??,
            (None, Some(name)) => add::create(&self.config.projects_root, &name).await?,
            _ => {
                return Err(AppError::invalid(
                    "path",
                    "Give either the path of a directory or a name for a new one.",
                ));
            }
        };
        self.register(path).await
    }

    async fn update(&self, _who: &Viewer, id: ProjectId, patch: ProjectPatch) -> Result<Project, AppError> {
        let name = patch.name.as_deref().map(valid_name).transpose()?;
        if patch.position.is_some_and(|position| position < 0) {
            return Err(AppError::invalid("position", "The place in the list is counted from 0."));
        }
        let mut tx = self.db.write().await?;
        let live = queries::live(&mut tx, id).await?.ok_or_else(|| AppError::not_found("project"))?;
        if let Some(name) = name {
            queries::rename(&mut tx, id, name).await?;
        }
        if let Some(archived) = patch.archived {
            refuse_worktree(queries::worktree_of(&mut tx, id).await?)?;
            if archived {
                refuse_live(live, "archived")?;
            }
            queries::archive(&mut tx, id, archived.then(clock::now)).await?;
        }
        let moved = match patch.position {
            Some(position) => queries::move_to(&mut tx, id, position).await?,
            None => Vec::new(),
        };
        tx.commit().await.map_err(Fault::from)?;
        for other in moved.into_iter().filter(|other| *other != id) {
            self.announce(other).await?;
        }
        self.announce(id).await
    }

    async fn remove(&self, _who: &Viewer, id: ProjectId) -> Result<(), AppError> {
        let mut tx = self.db.write().await?;
        let live = queries::live(&mut tx, id).await?.ok_or_else(|| AppError::not_found("project"))?;
        refuse_worktree(queries::worktree_of(&mut tx, id).await?)?;
        refuse_live(live, "removed")?;
        let sessions = queries::delete(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::from)?;
        self.seen().remove(&id);
        for session in sessions {
            self.bus.publish(Push::SessionGone { session });
        }
        self.bus.publish(Push::ProjectGone { project: id });
        Ok(())
    }

    async fn trust_report(&self, _who: &Viewer, id: ProjectId) -> Result<TrustReport, AppError> {
        let root = usable(&self.row(id).await?).await?;
        blocking(move || report::read(&root)).await
    }

    async fn trust(&self, who: &Viewer, id: ProjectId) -> Result<Project, AppError> {
        let row = self.row(id).await?;
        usable(&row).await?;
        let (file, path) = (self.config.claude_json_path(), row.path.clone());
        blocking(move || claude_json::set_trusted(&file, &path)).await??;
        if row.trust.is_none() {
            let mut tx = self.db.write().await?;
            let trust = Trust { at: clock::now(), by: who.label.clone() };
            queries::trust(&mut tx, id, &trust).await?;
            tx.commit().await.map_err(Fault::from)?;
            // What was seen was seen with a stranger's caution.
            self.seen().remove(&id);
        }
        self.announce(id).await
    }

    async fn complete_path(&self, _who: &Viewer, typed: &str) -> Result<Vec<String>, AppError> {
        let typed = typed.to_owned();
        blocking(move || complete::directories(&typed)).await
    }
}
