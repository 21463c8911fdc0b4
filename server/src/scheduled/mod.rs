//! The engine of what agents scheduled: the prompts in a project's file, and those that belong to its sessions. Runs none of
//! them, that is what the CLI does; and writes nothing but the file without the one that a person deletes.

mod file;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    files::{
        model::{FileText, SaveFile},
        port::Files,
    },
    ids::{MessageId, ProjectId},
    scheduled::{
        model::{Deletion, Schedule, ScheduledTask, TaskSession},
        port::Scheduled as Port,
    },
    sessions::{model::NewMessage, port::Sessions},
    time::Millis,
};
use async_trait::async_trait;
use uuid::Uuid;

use self::file::Entry;
use crate::{
    clock,
    projects::ProjectsEngine,
    sessions::{RECURRING_MAX_AGE, Scheduled, Scheduler, SessionsEngine, in_words},
};

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct ScheduledEngine {
    projects: ProjectsEngine,
    files: Arc<dyn Files>,
    sessions: SessionsEngine,
}

impl ScheduledEngine {
    /// An engine for the agents of these sessions, and what their projects have in files.
    #[must_use]
    pub fn new(projects: ProjectsEngine, files: Arc<dyn Files>, sessions: SessionsEngine) -> Self {
        Self { projects, files, sessions }
    }

    /// The project's file, an empty one if it has none; within, why it could not be read.
    async fn file(&self, who: &Viewer, project: ProjectId) -> Result<Result<FileText, AppError>, AppError> {
        self.projects.place(project).await?;
        Ok(match self.files.text(who, project, file::FILE).await {
            Err(error) if error.code == ErrorCode::NotFound => {
                Ok(FileText { text: "{}".to_owned(), ..FileText::default() })
            }
            read => read,
        })
    }
}

#[async_trait]
impl Port for ScheduledEngine {
    async fn list(&self, who: &Viewer, project: ProjectId) -> Result<Schedule, AppError> {
        let file = self.file(who, project).await?;
        let (entries, trouble) = match file.and_then(|file| file::entries(&file.text)) {
            Ok(entries) => (entries, None),
            Err(error) => (Vec::new(), Some(error.message)),
        };
        let made: Vec<_> = entries.iter().filter_map(|entry| entry.conversation.clone()).collect();
        let sessions = self.sessions.schedulers(project, &made).await?;
        Ok(Schedule { tasks: tasks(entries, &sessions, clock::now()), trouble })
    }

    async fn delete(&self, who: &Viewer, project: ProjectId, task: &str) -> Result<Deletion, AppError> {
        let FileText { text, hash, .. } = self.file(who, project).await??;
        if let Some(text) = file::without(&text, task)? {
            let save = SaveFile { path: file::FILE.to_owned(), text, base: hash };
            self.files.save(who, project, save).await?;
            return Ok(Deletion::Deleted);
        }
        let sessions = self.sessions.schedulers(project, &[]).await?;
        let owner = sessions.iter().find(|session| session.scheduled.contains_key(task));
        let owner = owner.ok_or_else(|| AppError::not_found("scheduled task"))?;
        let text =
            format!("Delete the scheduled task {task}: call CronDelete with this id, and do nothing else.");
        let message = NewMessage { id: MessageId(Uuid::new_v4()), text, images: Vec::new() };
        self.sessions.send(who, owner.id, message).await?;
        Ok(Deletion::Asked)
    }
}

/// All there is: what the file holds, and what a session holds that is not in a file. What runs next comes first, then what
/// nobody is there for.
fn tasks(entries: Vec<Entry>, sessions: &[Scheduler], now: Millis) -> Vec<ScheduledTask> {
    let awake = sessions.iter().any(|session| session.live);
    let mut all = BTreeMap::new();
    for session in sessions {
        let own = session.scheduled.iter().filter(|(id, one)| !one.durable && !one.is_over(id, now));
        for (id, scheduled) in own {
            let expires =
                scheduled.made.filter(|_| scheduled.recurring).map(|made| made.plus(RECURRING_MAX_AGE));
            let task = ScheduledTask {
                awake: session.live,
                session: Some(known(session)),
                ..task(id, scheduled, expires)
            };
            all.insert(id.clone(), task);
        }
    }
    // The file is the truth about what it holds.
    for Entry { id, scheduled, permanent, conversation } in entries {
        let limited = scheduled.recurring && !permanent;
        let expires = scheduled.made.filter(|_| limited).map(|made| made.plus(RECURRING_MAX_AGE));
        let maker =
            sessions.iter().find(|session| conversation.is_some() && session.conversation == conversation);
        let task = ScheduledTask { awake, session: maker.map(known), ..task(&id, &scheduled, expires) };
        all.insert(id, task);
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_key(|task| (!task.awake, task.next_at.is_none(), task.next_at, task.id.clone()));
    all
}

fn known(session: &Scheduler) -> TaskSession {
    TaskSession { id: session.id, name: session.name.clone() }
}

fn task(id: &str, scheduled: &Scheduled, expires_at: Option<Millis>) -> ScheduledTask {
    ScheduledTask {
        id: id.to_owned(),
        cron: scheduled.cron.clone(),
        words: in_words(&scheduled.cron),
        prompt: scheduled.prompt.clone(),
        recurring: scheduled.recurring,
        durable: scheduled.durable,
        awake: false,
        made_at: scheduled.made,
        last_at: scheduled.last,
        next_at: scheduled.next(id),
        expires_at,
        session: None,
    }
}
