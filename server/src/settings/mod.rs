//! Facts about this installation: configuration, the agent's binary, keepers that belong to no session. Changes no setting.

pub mod claude;
mod orphans;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    auth::model::Viewer,
    error::AppError,
    settings::{
        model::{Claude, System},
        port::Settings,
    },
};
use async_trait::async_trait;
use tokio::{task::JoinHandle, time::Instant};

use crate::{config::Config, sessions::SessionsEngine};

/// How long an answer about the agent's binary is taken as true.
const FRESH: Duration = Duration::from_secs(60);
/// How long one that names a problem is: a person who just fixed it reloads at once.
const FRESH_PROBLEM: Duration = Duration::from_secs(3);

/// Who knows which keepers belong to sessions.
#[async_trait]
pub trait OwnKeepers: Send + Sync {
    /// The names of their directories.
    async fn keeper_ids(&self) -> Result<Vec<String>, AppError>;
}

#[async_trait]
impl OwnKeepers for SessionsEngine {
    async fn keeper_ids(&self) -> Result<Vec<String>, AppError> {
        Self::keeper_ids(self).await
    }
}

/// The engine of this slice.
pub struct SettingsEngine {
    config: Arc<Config>,
    build: String,
    /// Where every keeper has its directory.
    keepers: PathBuf,
    own: Arc<dyn OwnKeepers>,
    /// The last answer about the binary; a std lock, held for a copy and never over an await.
    known: Arc<Mutex<Option<(Instant, Claude)>>>,
    /// The look under way behind an answer that was given already.
    refresh: Mutex<Option<JoinHandle<()>>>,
}

impl SettingsEngine {
    /// `keepers` is the folder of the keepers' directories, `own` knows which of them have a session.
    #[must_use]
    pub fn new(config: Arc<Config>, build: &str, keepers: PathBuf, own: Arc<dyn OwnKeepers>) -> Self {
        Self {
            config,
            build: build.to_owned(),
            keepers,
            own,
            known: Arc::default(),
            refresh: Mutex::default(),
        }
    }

    /// What is known of the agent's binary. Only the first caller, or one after a problem, waits for an answer; the
    /// others get the last one, and a newer one is fetched behind it.
    pub async fn agent(&self) -> Claude {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((at, claude)) if claude.problem.is_none() => {
                if at.elapsed() >= FRESH {
                    self.refresh();
                }
                claude
            }
            Some((at, claude)) if at.elapsed() < FRESH_PROBLEM => claude,
            _ => look(&self.config, &self.known).await,
        }
    }

    /// Looks for the agent's binary in the background, so that the first page need not wait for the answer.
    pub fn refresh(&self) {
        let mut refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner);
        if refresh.as_ref().is_none_or(JoinHandle::is_finished) {
            let (config, known) = (Arc::clone(&self.config), Arc::clone(&self.known));
            *refresh = Some(tokio::spawn(async move {
                look(&config, &known).await;
            }));
        }
    }
}

impl Drop for SettingsEngine {
    fn drop(&mut self) {
        if let Some(task) = self.refresh.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

async fn look(config: &Config, known: &Mutex<Option<(Instant, Claude)>>) -> Claude {
    let claude = claude::look(config).await;
    *known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), claude.clone()));
    claude
}

#[async_trait]
impl Settings for SettingsEngine {
    async fn system(&self, _who: &Viewer) -> Result<System, AppError> {
        let (claude, orphans) = tokio::join!(self.agent(), orphans::list(&self.keepers, &*self.own));
        Ok(System {
            version: self.build.clone(),
            home: self.config.home.display().to_string(),
            projects_root: self.config.projects_root.display().to_string(),
            listen: self.config.listen.to_string(),
            claude,
            max_running: self.config.sessions.max_running,
            grace_seconds: self.config.sessions.grace_seconds,
            orphans: orphans?,
        })
    }

    async fn claude(&self, _who: &Viewer) -> Result<Claude, AppError> {
        Ok(self.agent().await)
    }

    async fn end_orphan(&self, _who: &Viewer, id: &str) -> Result<(), AppError> {
        orphans::end(&self.keepers, &*self.own, id).await
    }
}
