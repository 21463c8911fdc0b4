//! `roost serve`: puts the engine together, finds the agents of before, listens, and leaves them running when it goes.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use app::{engine::Engine, files::port::Files};
use axum::serve::ListenerExt;
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{home, link};
use crate::{
    approvals::ApprovalsEngine,
    auth::{AuthEngine, START_LINK_MS},
    bus::Bus,
    config::{Config, Loopback},
    db::Db,
    files::FilesEngine,
    git::GitEngine,
    http::{self, Hosts, Http, Pace, Parts, Shared, Site},
    memories::MemoriesEngine,
    previews::PreviewsEngine,
    projects::ProjectsEngine,
    scheduled::ScheduledEngine,
    sessions::SessionsEngine,
    settings::SettingsEngine,
    terminals::TerminalsEngine,
    worktrees::WorktreesEngine,
};

/// How long a start waits for what the server before it held.
const MOMENT: Duration = Duration::from_secs(1);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long requests, sockets and streams have to end when the server goes.
const PARTING: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM.
pub(super) async fn run(mut config: Config) -> Result<()> {
    config.refuse_open_door()?;
    home::make(&config)?;
    let lock = patiently(|| home::lock(&config.home)).await?;
    // Taken now, so that a port in use is said before anything is done; nobody can connect before `listen`.
    let socket = patiently(|| bind(config.listen)).await?;
    config.listen = socket.local_addr()?;
    let (config, closing) = (Arc::new(config), CancellationToken::new());
    let db = home::database(&config).await?;
    let auth = AuthEngine::new(db.clone(), config.auth.loopback == Loopback::Open).await?;
    let (http, sessions) = assemble(&config, &db, auth.clone(), closing.clone()).await?;

    let listener = socket.listen(BACKLOG)?;
    lock.note(&link::base(&config, config.listen), config.listen)?;
    greet(&config, &auth).await?;
    let served = listen(listener, &http, &closing).await;
    // What is not stored by then is in the keepers' journals; the next server takes it from there.
    if timeout(PARTING, sessions.let_go()).await.is_err() {
        tracing::warn!("some sessions did not let go in time");
    }
    db.close().await;
    tracing::info!("roost has ended; its agents run on");
    served
}

/// Tries for a moment what fails while an ended server still holds it: one that was killed in the middle of starting an agent
/// leaves a process that has its files until it becomes that agent.
async fn patiently<T>(mut take: impl FnMut() -> Result<T>) -> Result<T> {
    let end = Instant::now() + MOMENT;
    loop {
        match take() {
            Err(_) if Instant::now() < end => sleep(MOMENT / 50).await,
            done => return done,
        }
    }
}

fn bind(listen: SocketAddr) -> Result<TcpSocket> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket
        .bind(listen)
        .with_context(|| format!("cannot listen on {listen}; `--listen` chooses another address"))?;
    Ok(socket)
}

/// Every engine, with the agents of before found again.
async fn assemble(
    config: &Arc<Config>,
    db: &Db,
    auth: AuthEngine,
    closing: CancellationToken,
) -> Result<(Shared, Arc<SessionsEngine>)> {
    let (bus, site) = (Bus::default(), tokio::task::spawn_blocking(Site::load).await?);
    let exe = std::env::current_exe().context("cannot tell where this program is")?;
    let terminals = TerminalsEngine::start(db.clone(), bus.clone(), Arc::clone(config), exe.clone()).await?;
    let projects = ProjectsEngine::start(db.clone(), bus.clone(), Arc::clone(config));
    let worktrees = WorktreesEngine::new(
        db.clone(),
        Arc::clone(config),
        ProjectsEngine::clone(&projects),
        terminals.clone(),
    );
    worktrees.start().await;
    let sessions = SessionsEngine::start(
        db.clone(),
        bus.clone(),
        Arc::clone(config),
        exe,
        terminals.clone(),
        worktrees.clone(),
    );
    let sessions = Arc::new(sessions.await?);
    let keepers = config.home.join("keepers");
    let settings =
        Arc::new(SettingsEngine::new(Arc::clone(config), site.build(), keepers, Arc::clone(&sessions) as _));
    settings.refresh();
    let memories =
        MemoriesEngine::new(db.clone(), bus.clone(), Arc::clone(config), ProjectsEngine::clone(&projects));
    let files = FilesEngine::new(ProjectsEngine::clone(&projects), config.home.join("trash"));
    files.keep_swept();
    let files = Arc::new(files) as Arc<dyn Files>;
    let scheduled = ScheduledEngine::new(
        ProjectsEngine::clone(&projects),
        Arc::clone(&files),
        SessionsEngine::clone(&sessions),
    );
    let previews = PreviewsEngine::new(
        db.clone(),
        ProjectsEngine::clone(&projects),
        auth.clone(),
        config,
        closing.clone(),
    );
    let git = Arc::new(GitEngine::new(db.clone(), ProjectsEngine::clone(&projects), config.home.clone()));
    let engine = Engine {
        approvals: Arc::new(ApprovalsEngine::start(db.clone(), bus.clone(), Arc::clone(&sessions))),
        history: Arc::clone(&git) as _,
        runs: Arc::clone(&git) as _,
        git,
        memories: Arc::new(memories),
        projects,
        auth: Arc::new(auth.clone()),
        sessions: Arc::clone(&sessions) as _,
        settings,
        terminals: Arc::new(terminals.clone()),
        files,
        previews: Arc::new(previews),
        scheduled: Arc::new(scheduled),
        worktrees: Arc::new(worktrees),
    };
    let hosts = Hosts::new(config.listen, &config.server.hosts);
    let (feeds, sights) = (Arc::clone(&sessions) as _, Arc::new(terminals) as _);
    let http =
        Http::new(Parts { engine, auth, feeds, sights, bus, hosts, site, pace: Pace::default(), closing });
    Ok((http, sessions))
}

/// What a person needs to come in. The link is for standard output only: it is a secret, and logs are kept.
async fn greet(config: &Config, auth: &AuthEngine) -> Result<()> {
    let base = link::base(config, config.listen);
    println!("Roost listens on http://{}", config.listen);
    if config.auth.loopback == Loopback::Open {
        println!("Anyone on this machine can come in: auth.loopback is \"open\".");
    } else {
        println!("Sign in: {base}{}", auth.link(START_LINK_MS).await?);
    }
    Ok(())
}

/// Serves until a signal comes, then lets what is under way end; a second signal ends at once.
async fn listen(listener: TcpListener, http: &Shared, closing: &CancellationToken) -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let listener = listener.tap_io(|stream| {
        // A token of the answer must not wait for the next one.
        let _ = stream.set_nodelay(true);
    });
    let service = http::router(http).into_make_service_with_connect_info::<SocketAddr>();
    let mut serving = tokio::spawn(
        axum::serve(listener, service)
            .with_graceful_shutdown(closing.clone().cancelled_owned())
            .into_future(),
    );
    tokio::select! {
        ended = &mut serving => return ended?.context("the server ended by itself"),
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("roost is going; a second signal ends it at once");
    closing.cancel();
    let parting = async {
        let _ = (&mut serving).await;
        http.emptied().await;
    };
    tokio::select! {
        ended = timeout(PARTING, parting) => if ended.is_err() {
            tracing::warn!("some connections did not end in time");
        },
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    serving.abort();
    Ok(())
}
