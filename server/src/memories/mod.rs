//! The engine of memories: which instructions the CLI reads for a project, in its order, and how they are edited. Writes
//! only inside the project and the person's Claude folder, only over the text that was edited, and records who did.

mod imports;
mod queries;
mod surroundings;
#[cfg(test)]
mod tests;
mod text;
mod walk;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    events::Push,
    ids::ProjectId,
    memories::{
        model::{
            CompareMemory, MEMORY_MAX, Memories as Hierarchy, Memory, MemoryDifference, MemoryKind,
            MemorySaved, MemoryScope, MemoryText, SaveMemory,
        },
        port::Memories,
    },
};
use async_trait::async_trait;
use similar::TextDiff;
use tokio::sync::Mutex;

use self::{
    imports::plain,
    queries::Entry,
    surroundings::Surroundings,
    text::{READ_MAX, Target, hash, too_large},
};
use crate::{
    bus::Bus,
    clock,
    config::Config,
    db::{Db, Fault},
    offload::{blocking, ended},
    projects::ProjectsEngine,
    render,
};

/// Lines around a difference.
const CONTEXT: usize = 3;

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct MemoriesEngine {
    db: Db,
    bus: Bus,
    config: Arc<Config>,
    projects: ProjectsEngine,
    /// Held while a file is saved: one at a time, from the look at what is there to its replacement.
    saving: Arc<Mutex<()>>,
}

impl MemoriesEngine {
    /// An engine that records in this database and tells `bus` of every save.
    #[must_use]
    pub fn new(db: Db, bus: Bus, config: Arc<Config>, projects: ProjectsEngine) -> Self {
        Self { db, bus, config, projects, saving: Arc::default() }
    }

    /// Looks at a project's files away from the runtime's workers.
    async fn with<T: Send + 'static>(
        &self,
        project: ProjectId,
        look: impl FnOnce(&Surroundings) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let dir = self.projects.place(project).await?.dir;
        let config = Arc::clone(&self.config);
        blocking(move || look(&Surroundings::read(&config, dir))).await?
    }

    async fn text(&self, project: ProjectId, path: &str) -> Result<MemoryText, AppError> {
        let wanted = path.to_owned();
        let mut found = self
            .with(project, move |around| {
                let memory = find(around, &wanted)?;
                let bytes = bytes(around, &memory)?;
                Ok(shown(memory, bytes))
            })
            .await?;
        if let Some(hash) = &found.hash {
            found.saved = queries::saved(self.db.read(), path, hash).await?;
        }
        Ok(found)
    }

    async fn replace(&self, who: Viewer, project: ProjectId, save: SaveMemory) -> Result<(), AppError> {
        let (path, text, base) = (save.path, save.text, save.base);
        let _one_at_a_time = self.saving.lock().await;
        let wanted = path.clone();
        let target = self
            .with(project, move |around| {
                let target = target(around, &wanted)?;
                check_base(&target, base.as_deref())?;
                Ok((target, base))
            })
            .await?;
        let (target, base) = target;
        let hash = hash(text.as_bytes());
        let action = if base.is_some() { "changed" } else { "created" };
        let saved = MemorySaved { at: clock::now(), by: who.label };
        let mut tx = self.db.write().await?;
        let entry = Entry { saved, project, path: &path, action, bytes: text.len(), hash: &hash };
        let entry = queries::record(&mut tx, &entry).await?;
        tx.commit().await.map_err(Fault::from)?;
        let written = blocking(move || {
            // Others write too, and the disk may have been slow.
            check_base(&target, base.as_deref())?;
            target.write(text.as_bytes())
        });
        if let Err(error) = written.await.and_then(|written| written) {
            let mut tx = self.db.write().await?;
            queries::forget(&mut tx, entry).await?;
            tx.commit().await.map_err(Fault::from)?;
            return Err(error);
        }
        self.bus.publish(Push::Memory { path });
        Ok(())
    }
}

#[async_trait]
impl Memories for MemoriesEngine {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<Hierarchy, AppError> {
        self.with(project, |around| Ok(walk::walk(around))).await
    }

    async fn read(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<MemoryText, AppError> {
        self.text(project, path).await
    }

    async fn save(&self, who: &Viewer, project: ProjectId, save: SaveMemory) -> Result<MemoryText, AppError> {
        check_size(&save.text)?;
        self.projects.trusted_place(project).await?;
        let path = save.path.clone();
        // Goes on when the one who asked goes away: what was recorded is written.
        let (engine, viewer) = (self.clone(), who.clone());
        let saving = tokio::spawn(async move { engine.replace(viewer, project, save).await });
        saving.await.map_err(|error| ended(&error))??;
        self.text(project, &path).await
    }

    async fn compare(
        &self,
        _who: &Viewer,
        project: ProjectId,
        compare: CompareMemory,
    ) -> Result<MemoryDifference, AppError> {
        check_size(&compare.text)?;
        let current = self.text(project, &compare.path).await?;
        let (theirs, name) = (current.text.clone(), current.memory.name.clone());
        let html = blocking(move || {
            let lines = TextDiff::from_lines(&theirs, &compare.text);
            let unified = lines.unified_diff().context_radius(CONTEXT).to_string();
            render::diff_text(&name, &unified)
        });
        Ok(MemoryDifference { current, html: html.await? })
    }

    async fn preview(&self, _who: &Viewer, text: String) -> Result<String, AppError> {
        check_size(&text)?;
        blocking(move || render::markdown_in_the_making(&text)).await
    }
}

/// 413 above what a memory may hold.
fn check_size(text: &str) -> Result<(), AppError> {
    if text.len() > MEMORY_MAX { Err(too_large()) } else { Ok(()) }
}

/// 409 with the hash that the file has now, unless it is the one that was edited.
fn check_base(target: &Target, base: Option<&str>) -> Result<(), AppError> {
    let now = target.read()?.map(|bytes| hash(&bytes));
    if now.as_deref() == base {
        return Ok(());
    }
    let message = match now {
        Some(_) => "The file has changed since you opened it. Nothing was written; compare, and save again.",
        None => "The file is gone. Nothing was written; save again to make it anew.",
    };
    Err(AppError::conflict(now.as_deref().unwrap_or("missing"), message))
}

/// The memory at this path, or 404; 403 for a path that no memory of the project could have.
fn find(around: &Surroundings, path: &str) -> Result<Memory, AppError> {
    let listed = walk::walk(around).files.into_iter().find(|memory| memory.path == path);
    if let Some(memory) = listed {
        return Ok(memory);
    }
    let file = Path::new(path);
    let inside = |dir: &Path| file.starts_with(dir) && plain(file) == file;
    let rule = |dir: &Path| inside(dir) && file.extension().is_some_and(|end| end == "md");
    let scope = if rule(&around.user.join("rules")) {
        MemoryScope::User
    } else if rule(&around.project.join(".claude/rules")) {
        MemoryScope::Project
    } else if inside(&around.project) || inside(&around.user) {
        return Err(AppError::not_found("memory in this project"));
    } else {
        return Err(AppError::new(ErrorCode::Forbidden, "This path is no memory of this project."));
    };
    Ok(Memory {
        name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        path: path.to_owned(),
        scope,
        kind: MemoryKind::Rule,
        order: None,
        note: None,
        exists: false,
        bytes: 0,
        tokens: 0,
        depth: 0,
        readable: true,
        editable: true,
    })
}

fn places(around: &Surroundings) -> [PathBuf; 2] {
    [around.project.clone(), around.user.clone()]
}

/// The bytes of a memory; none if there is no such file.
fn bytes(around: &Surroundings, memory: &Memory) -> Result<Option<Vec<u8>>, AppError> {
    if !memory.readable {
        return Err(AppError::new(ErrorCode::Forbidden, memory.note.clone().unwrap_or_default()));
    }
    if memory.editable {
        return Target::within(&places(around), Path::new(&memory.path))
            .map_or(Ok(None), |target| target.read());
    }
    match text::read(Path::new(&memory.path), READ_MAX) {
        Ok(Some(bytes)) => Ok(Some(bytes)),
        Ok(None) => Err(too_large()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(AppError::new(ErrorCode::Unavailable, format!("The disk refused: {error}."))),
    }
}

/// Where a save goes, or 403.
fn target(around: &Surroundings, path: &str) -> Result<Target, AppError> {
    let memory = find(around, path)?;
    if !memory.editable {
        return Err(AppError::new(ErrorCode::Forbidden, "This memory is for reading only."));
    }
    if memory.scope == MemoryScope::User && !around.user.exists() {
        std::fs::create_dir_all(&around.user)
            .map_err(|error| AppError::new(ErrorCode::Unavailable, format!("The disk refused: {error}.")))?;
    }
    Target::within(&places(around), Path::new(path))
}

fn shown(mut memory: Memory, bytes: Option<Vec<u8>>) -> MemoryText {
    let hash = bytes.as_deref().map(hash);
    let bytes = bytes.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text.as_bytes() != bytes {
        memory.editable = false;
        memory.note = Some("It is not valid UTF-8, so it can only be looked at.".to_owned());
    }
    MemoryText { html: render::markdown(&text), memory, text, hash, saved: None }
}
