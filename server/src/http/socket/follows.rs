//! What one connection is told of its own accord: cards, the sessions its page follows, and the files it watches. One task each,
//! ended with the connection.

use std::{collections::HashMap, sync::Arc};

use app::{
    auth::model::Viewer,
    error::ErrorCode,
    events::Push,
    files::model::Changed,
    ids::{ProjectId, SessionId},
};
use axum::extract::ws::Message;
use futures::StreamExt;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc::Sender,
    },
    task::{AbortHandle, JoinSet},
};

use super::{Close, text};
use crate::{bus::Published, http::Shared, sessions::FeedItem};

/// Sessions one page may follow at once.
const MAX: usize = 16;

/// The tasks that fill one connection's queue. Dropping it ends them.
pub(super) struct Follows {
    http: Shared,
    who: Viewer,
    out: Sender<Message>,
    tasks: JoinSet<Option<Close>>,
    by_session: HashMap<SessionId, AbortHandle>,
    watching: Option<AbortHandle>,
}

impl Follows {
    /// Cards flow from now on.
    pub(super) fn new(http: &Shared, who: &Viewer, out: &Sender<Message>) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(cards(http.bus.subscribe(), out.clone()));
        let (http, by_session) = (Arc::clone(http), HashMap::new());
        Self { http, who: who.clone(), out: out.clone(), tasks, by_session, watching: None }
    }

    /// Follows a session from `since` on, instead of from where it was followed before. False if those are too many.
    pub(super) fn start(&mut self, session: SessionId, since: u64) -> bool {
        self.stop(session);
        self.by_session.retain(|_, task| !task.is_finished());
        if self.by_session.len() >= MAX {
            return false;
        }
        let (http, who, out) = (Arc::clone(&self.http), self.who.clone(), self.out.clone());
        let task = self.tasks.spawn(async move { follow(http, who, session, since, out).await });
        self.by_session.insert(session, task);
        true
    }

    /// Follows it no more.
    pub(super) fn stop(&mut self, session: SessionId) {
        if let Some(task) = self.by_session.remove(&session) {
            task.abort();
        }
    }

    /// Watches the files of a project, and of no other.
    pub(super) fn watch(&mut self, project: ProjectId) {
        self.unwatch();
        let (http, who, out) = (Arc::clone(&self.http), self.who.clone(), self.out.clone());
        self.watching = Some(self.tasks.spawn(async move { watch(http, who, project, out).await }));
    }

    /// Watches none.
    pub(super) fn unwatch(&mut self) {
        if let Some(task) = self.watching.take() {
            task.abort();
        }
    }

    /// Returns once a task ended in a way that ends the connection. May be dropped and called again.
    pub(super) async fn ended(&mut self) -> Close {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(Some(close))) => return close,
                Some(Err(error)) if error.is_panic() => return Close::Fault,
                Some(_) => {}
                // The task of the cards is always among them, unless the bus is gone.
                None => return Close::Going,
            }
        }
    }
}

/// Forwards cards. A page that was too slow for some is told to fetch its lists again.
async fn cards(mut bus: Receiver<Arc<Published>>, out: Sender<Message>) -> Option<Close> {
    loop {
        let message = match bus.recv().await {
            Ok(told) => text(&told)?,
            Err(RecvError::Lagged(_)) => text(&Push::Resync.into())?,
            Err(RecvError::Closed) => return Some(Close::Going),
        };
        out.send(message).await.ok()?;
    }
}

/// Forwards what changes in a project's files. One that cannot be watched says so once.
async fn watch(http: Shared, who: Viewer, project: ProjectId, out: Sender<Message>) -> Option<Close> {
    let Ok(mut changes) = http.engine.files.watch(&who, project).await else {
        let changed = Changed { partial: true, ..Changed::default() };
        out.send(text(&Push::Files { project, changed }.into())?).await.ok()?;
        return None;
    };
    while let Some(changed) = changes.next().await {
        out.send(text(&Push::Files { project, changed }.into())?).await.ok()?;
    }
    None
}

/// Forwards a session's events, each once and in order: where the queue is full, it waits.
async fn follow(
    http: Shared,
    who: Viewer,
    session: SessionId,
    since: u64,
    out: Sender<Message>,
) -> Option<Close> {
    let mut feed = match http.feeds.follow(&who, session, since).await {
        Ok(feed) => feed,
        Err(error) if error.code == ErrorCode::NotFound => {
            out.send(text(&Push::SessionGone { session }.into())?).await.ok()?;
            return None;
        }
        Err(_) => return Some(Close::Fault),
    };
    while let Some(item) = feed.next().await {
        let push = match item {
            FeedItem::Events(events) => Push::Events { session, events },
            FeedItem::Partial(partial) => Push::Partial { session, partial },
        };
        out.send(text(&push.into())?).await.ok()?;
    }
    // The page comes back by itself and asks for what follows its last number.
    Some(Close::Fault)
}
