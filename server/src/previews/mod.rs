//! The engine of previews: notices what programs of sessions and terminals serve on a port of this machine, and passes it on
//! to whoever is signed in, each at a port of its own, so that it is another origin than Roost. Never passes on anything else.

mod names;
mod pass;
mod queries;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::ProjectId,
    previews::{
        model::{Preview, Previews},
        port::Ports,
    },
};
use async_trait::async_trait;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;

use self::{names::Names, pass::Pass};
use crate::{
    auth::AuthEngine,
    config::Config,
    db::{Db, Fault},
    keeper,
    projects::ProjectsEngine,
};

/// The most that are open at once.
const OPEN_MAX: usize = 16;
/// How often it is looked whether an open one is still served.
const LOOK: Duration = Duration::from_secs(5);

/// The engine; one for the process, and a cheap handle.
#[derive(Clone)]
pub struct PreviewsEngine(Arc<Inner>);

struct Inner {
    db: Db,
    projects: ProjectsEngine,
    auth: AuthEngine,
    keepers: PathBuf,
    listen: SocketAddr,
    hosts: Vec<String>,
    on: bool,
    open: Mutex<BTreeMap<u16, Opened>>,
    closing: CancellationToken,
}

/// One that is passed on.
struct Opened {
    project: ProjectId,
    /// Roost's port for it.
    at: u16,
    stop: CancellationToken,
}

impl PreviewsEngine {
    /// An engine that passes on until `closing`, at the address that the configuration names.
    #[must_use]
    pub fn new(
        db: Db,
        projects: ProjectsEngine,
        auth: AuthEngine,
        config: &Config,
        closing: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            projects,
            auth,
            keepers: config.home.join("keepers"),
            listen: config.listen,
            hosts: config.server.hosts.clone(),
            on: config.server.previews.unwrap_or_else(|| config.listen.ip().is_loopback()),
            open: Mutex::default(),
            closing,
        }))
    }

    fn with_open<T>(&self, act: impl FnOnce(&mut BTreeMap<u16, Opened>) -> T) -> T {
        act(&mut self.0.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is served now, each port once, with where it can be reached on this machine.
    async fn served(&self, project: ProjectId) -> Result<Vec<(Preview, SocketAddr)>, AppError> {
        let owners: BTreeMap<_, _> = queries::keepers(self.0.db.read(), project).await?.into_iter().collect();
        let found = keeper::listening(&self.0.keepers).await.map_err(Fault::Io)?;
        let mut served = BTreeMap::new();
        for one in found {
            let Some(owner) = owners.get(&one.keeper) else { continue };
            let port = one.address.port();
            let opened = self.with_open(|open| open.get(&port).map(|opened| opened.at));
            let preview = Preview { port, pid: one.pid, command: one.command, owner: owner.clone(), opened };
            // One program may listen on both kinds of addresses; the first one found does.
            served.entry(port).or_insert((preview, keeper::reachable(one.address)));
        }
        Ok(served.into_values().collect())
    }

    /// Begins to pass on what is served at `target`; the port it is at.
    async fn begin(&self, project: ProjectId, target: SocketAddr) -> Result<u16, AppError> {
        let (inner, port) = (&self.0, target.port());
        let listener = TcpListener::bind((inner.listen.ip(), 0)).await.map_err(Fault::Io)?;
        let at = listener.local_addr().map_err(Fault::Io)?.port();
        let stop = inner.closing.child_token();
        let opened = Opened { project, at, stop: stop.clone() };
        // Two may have asked at once: the first one's stays.
        let (at, mine) = self.with_open(|open| match open.get(&port) {
            Some(there) => (Ok(there.at), false),
            None if open.len() >= OPEN_MAX => (Err(too_many()), false),
            None => {
                open.insert(port, opened);
                (Ok(at), true)
            }
        });
        if mine {
            let names = Names::new(inner.listen, &inner.hosts, at.as_ref().copied().unwrap_or_default());
            tokio::spawn(pass::serve(listener, Pass::new(inner.auth.clone(), names, target), stop.clone()));
            tokio::spawn(self.clone().watch(project, port, stop));
        }
        at
    }

    /// Ends it once nothing is served there any more.
    async fn watch(self, project: ProjectId, port: u16, stop: CancellationToken) {
        let gone = async {
            loop {
                sleep(LOOK).await;
                // A look that fails proves nothing.
                let served = self.served(project).await;
                if served.is_ok_and(|served| served.iter().all(|(preview, _)| preview.port != port)) {
                    return;
                }
            }
        };
        if stop.run_until_cancelled(gone).await.is_some() {
            self.end(port);
        }
    }

    fn end(&self, port: u16) -> bool {
        let ended = self.with_open(|open| open.remove(&port));
        if let Some(opened) = &ended {
            opened.stop.cancel();
        }
        ended.is_some()
    }

    fn off(&self) -> Option<String> {
        let words = "Previews are off, because Roost listens on an address that others can reach: whoever is signed in could \
                     reach what agents serve. Set `previews = true` below `[server]` in roost.toml to allow it.";
        (!self.0.on).then(|| words.to_owned())
    }
}

fn too_many() -> AppError {
    AppError::conflict("open", format!("{OPEN_MAX} previews are open. Close one first."))
}

#[async_trait]
impl Ports for PreviewsEngine {
    async fn list(&self, _who: &Viewer, project: ProjectId) -> Result<Previews, AppError> {
        self.0.projects.place(project).await?;
        let served = self.served(project).await?.into_iter().map(|(preview, _)| preview).collect();
        Ok(Previews { off: self.off(), served })
    }

    async fn open(&self, _who: &Viewer, project: ProjectId, port: u16) -> Result<Preview, AppError> {
        self.0.projects.place(project).await?;
        if let Some(words) = self.off() {
            return Err(AppError::new(ErrorCode::Forbidden, words));
        }
        let served = self.served(project).await?.into_iter().find(|(preview, _)| preview.port == port);
        let (preview, target) = served.ok_or_else(|| AppError::not_found("preview"))?;
        let at = match preview.opened {
            Some(at) => at,
            None => self.begin(project, target).await?,
        };
        Ok(Preview { opened: Some(at), ..preview })
    }

    async fn close(&self, _who: &Viewer, project: ProjectId, port: u16) -> Result<(), AppError> {
        let own = self.with_open(|open| open.get(&port).is_some_and(|opened| opened.project == project));
        if own && self.end(port) { Ok(()) } else { Err(AppError::not_found("open preview")) }
    }
}
