//! The browser's side: one socket at a time, known by its number; what an older one still says is not heard.

use std::{cell::RefCell, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{
    Link, Live, board,
    reading::{Read, Reading},
};
use crate::{
    approvals::store::ApprovalsStore,
    boot::Boot,
    events::{Pull, Push},
    files::store::FilesStore,
    ids::{ProjectId, SessionId},
    json,
    memories::store::MemoriesStore,
    projects::store::ProjectsStore,
    sessions::store::SessionsStore,
    terminals::store::TerminalsStore,
    time::Millis,
};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often a silent server is asked whether it is there, and how long it may take to say so.
const BEAT: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(10);
/// After which time lists that could not be read are asked for again.
const AGAIN: Duration = Duration::from_secs(2);
/// The server's close code for an identity that was revoked.
const SIGNED_OUT: u16 = 4401;

struct State {
    live: Live,
    sessions: SessionsStore,
    approvals: ApprovalsStore,
    projects: ProjectsStore,
    terminals: TerminalsStore,
    memories: MemoriesStore,
    files: FilesStore,
    reading: Reading,
    build: String,
    signed_in: bool,
    // Grows with every socket, so that a late word of an old one is told apart.
    number: u32,
    socket: Option<WebSocket>,
    followed: Option<SessionId>,
    /// The project whose files are watched, and by how many views.
    watched: Option<(ProjectId, u32)>,
    tries: u32,
    retry: Option<TimeoutHandle>,
    doubt: Option<TimeoutHandle>,
}

impl State {
    fn stores(&mut self) -> (SessionsStore, ApprovalsStore, ProjectsStore, TerminalsStore) {
        (self.sessions, self.approvals, self.projects, self.terminals)
    }
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// Runs with the state; nothing that calls back into this module may run inside.
fn with<T>(run: impl FnOnce(&mut State) -> T) -> Option<T> {
    STATE.with(|state| state.borrow_mut().as_mut().map(run))
}

fn now() -> Millis {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let now = js_sys::Date::now() as i64;
    Millis(now)
}

pub(super) fn open(live: Live) {
    let boot = expect_context::<Boot>();
    let state = State {
        live,
        sessions: expect_context(),
        approvals: expect_context(),
        projects: expect_context(),
        terminals: expect_context(),
        memories: expect_context(),
        files: expect_context(),
        reading: Reading::default(),
        signed_in: boot.viewer.is_some(),
        build: boot.build,
        number: 0,
        socket: None,
        followed: None,
        watched: None,
        tries: 0,
        retry: None,
        doubt: None,
    };
    STATE.with(|slot| *slot.borrow_mut() = Some(state));
    connect();
    for (target, event) in [(false, "online"), (true, "visibilitychange")] {
        let back = Closure::<dyn Fn()>::new(back);
        let added = if target {
            document().add_event_listener_with_callback(event, back.as_ref().unchecked_ref())
        } else {
            window().add_event_listener_with_callback(event, back.as_ref().unchecked_ref())
        };
        // The page lives as long as these.
        if added.is_ok() {
            back.forget();
        }
    }
    let _ = set_interval_with_handle(beat, BEAT);
}

/// The network or the reader is back: do not wait for the next try.
fn back() {
    if document().hidden() {
        return;
    }
    if with(|state| state.socket.is_some()) == Some(true) {
        beat();
    } else {
        connect();
    }
}

fn connect() {
    let Some(number) = with(|state| {
        if let Some(retry) = state.retry.take() {
            retry.clear();
        }
        if !state.signed_in || state.socket.is_some() {
            return None;
        }
        state.number += 1;
        Some(state.number)
    })
    .flatten() else {
        return;
    };
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    let Ok(host) = location.host() else { return };
    let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/ws")) else { return lost(number, 0) };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            hear(number, &text);
        }
    });
    let closed = Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| lost(number, event.code()));
    socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
    // A few bytes for each connection; dropping a closure that is running is not allowed.
    heard.forget();
    closed.forget();
    with(|state| state.socket = Some(socket));
    doubt(number);
}

fn hear(number: u32, text: &str) {
    let current = with(|state| {
        let current = state.number == number;
        if current && let Some(doubt) = state.doubt.take() {
            doubt.clear();
        }
        current
    });
    if current != Some(true) {
        return;
    }
    // A push of a newer build that this page does not know is no reason to stop listening.
    let Ok(push) = json::read::<Push>(text) else { return };
    match push {
        Push::Hello { build } => hello(&build),
        Push::Resync => refresh(),
        Push::Pong => {}
        Push::Memory { .. } => {
            if let Some(memories) = with(|state| state.memories) {
                memories.apply(&push);
            }
        }
        Push::Files { .. } => {
            if let Some(files) = with(|state| state.files) {
                files.apply(push);
            }
        }
        push => take(push),
    }
}

fn hello(build: &str) {
    let Some((live, stale, session, watched)) = with(|state| {
        let watched = state.watched.map(|(project, _)| (project, state.files, state.tries > 0));
        state.tries = 0;
        let session = state.followed.map(|session| (session, state.sessions.thread.since()));
        (state.live, build != state.build, session, watched)
    }) else {
        return;
    };
    live.state.set(Link::Online);
    live.stale.set(stale);
    if let Some((session, since)) = session {
        say(&Pull::Follow { session, since });
    }
    if let Some((project, files, again)) = watched {
        say(&Pull::Watch { project });
        if again {
            files.missed(project);
        }
    }
    refresh();
}

fn take(push: Push) {
    let Some((sessions, approvals, projects, terminals)) = with(State::stores) else { return };
    with(|state| state.reading.heard(&push));
    approvals.apply(&push);
    projects.apply(&push);
    terminals.apply(&push);
    if let Some(since) = sessions.apply(push)
        && let Some(session) = with(|state| state.followed).flatten()
    {
        say(&Pull::Follow { session, since });
    }
}

/// Reads every list again: cards that were pushed while nobody listened are in them. What is pushed while they are read may be
/// newer than they are, and is taken once more after them.
fn refresh() {
    let Some((sessions, approvals, projects, terminals)) = with(State::stores) else { return };
    let Some((reading, number)) = with(|state| (state.reading.begin(), state.number)) else { return };
    spawn_local(async move {
        let board = board(sessions.thread.id.get_untracked()).await;
        let pushes = match (board.is_ok(), with(|state| state.reading.end(reading))) {
            (true, Some(Read::Take(pushes))) => pushes,
            (_, None | Some(Read::Stale)) => return,
            (false, _) | (_, Some(Read::Again)) => return set_timeout(move || retry(number), AGAIN),
        };
        let Ok(board) = board else { return };
        let alive: Vec<_> = board.projects.iter().map(|project| project.id).collect();
        projects.replace(board.projects);
        approvals.reset(board.approvals);
        terminals.replace(board.terminals);
        sessions.reset(board.sessions, &alive);
        sessions.models.set(board.models);
        if let Some(open) = board.open {
            if sessions.thread.is(open.session.id) {
                sessions.thread.settings(open.session.version, open.queue, open.draft);
            }
            sessions.take(vec![open.session]);
        }
        pushes.into_iter().for_each(take);
    });
}

/// Reads the lists again, unless the socket that asked for them is gone: a new one asks by itself.
fn retry(number: u32) {
    if with(|state| state.number == number && state.socket.is_some()) == Some(true) {
        refresh();
    }
}

fn lost(number: u32, code: u16) {
    let live = with(|state| {
        if state.number != number {
            return None;
        }
        state.socket = None;
        if let Some(doubt) = state.doubt.take() {
            doubt.clear();
        }
        let wait = LONGEST_WAIT.min(FIRST_WAIT * 2u32.pow(state.tries.min(5)));
        state.tries += 1;
        if code == SIGNED_OUT {
            state.signed_in = false;
        } else {
            state.retry = set_timeout_with_handle(connect, wait).ok();
        }
        Some(state.live)
    });
    let Some(live) = live.flatten() else { return };
    if code == SIGNED_OUT {
        // The server decides where someone without an identity goes.
        let _ = window().location().reload();
    }
    live.state.update(|link| {
        if *link == Link::Online {
            *link = Link::Offline(now());
        }
    });
}

fn beat() {
    if let Some(number) = with(|state| state.socket.is_some().then_some(state.number)).flatten() {
        say(&Pull::Ping);
        doubt(number);
    }
}

/// Gives the socket up if nothing is heard for a while.
fn doubt(number: u32) {
    let handle = set_timeout_with_handle(
        move || {
            let silent = with(|state| {
                state.doubt = None;
                state.number == number && state.socket.is_some()
            });
            if silent == Some(true) {
                let socket = with(|state| state.socket.clone()).flatten();
                lost(number, 0);
                with(|state| state.number += 1);
                if let Some(socket) = socket {
                    let _ = socket.close();
                }
            }
        },
        PATIENCE,
    )
    .ok();
    with(|state| {
        if let Some(old) = std::mem::replace(&mut state.doubt, handle) {
            old.clear();
        }
    });
}

fn say(pull: &Pull) {
    let Some(socket) = with(|state| state.socket.clone()).flatten() else { return };
    if socket.ready_state() == WebSocket::OPEN
        && let Ok(text) = serde_json::to_string(pull)
    {
        // A socket that cannot send is about to say that it is closed.
        let _ = socket.send_with_str(&text);
    }
}

pub(super) fn follow(session: SessionId, since: u64) {
    let before = with(|state| state.followed.replace(session)).flatten();
    if let Some(before) = before.filter(|before| *before != session) {
        say(&Pull::Unfollow { session: before });
    }
    say(&Pull::Follow { session, since });
}

pub(super) fn unfollow(session: SessionId) {
    let ours = with(|state| state.followed.take_if(|followed| *followed == session)).flatten();
    if ours.is_some() {
        say(&Pull::Unfollow { session });
    }
}

pub(super) fn watch(project: ProjectId) {
    let new = with(|state| match &mut state.watched {
        Some((watched, by)) if *watched == project => {
            *by += 1;
            false
        }
        other => {
            *other = Some((project, 1));
            true
        }
    });
    if new == Some(true) {
        say(&Pull::Watch { project });
    }
}

pub(super) fn unwatch(project: ProjectId) {
    let last = with(|state| match &mut state.watched {
        Some((watched, by)) if *watched == project => {
            *by -= 1;
            *by == 0
        }
        _ => false,
    });
    if last == Some(true) {
        with(|state| state.watched = None);
        say(&Pull::Unwatch);
    }
}
