//! The socket of a terminal in view: says which bytes were taken, and finds its way back to exactly where it was.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::{
    ids::TerminalId,
    terminals::wire::{Said, Told, WINDOW},
};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The rows of the past that are asked for with a picture: all that a keeper keeps, and on a link that was lost before that
/// could be shown, few.
const HISTORY: u32 = 10_000;
const HISTORY_IF_SLOW: u32 = 200;
/// What was taken is said at the latest after so many bytes.
const SAY: u64 = WINDOW / 8;
/// The most of a paste in one frame; the server takes frames of 64 KiB.
const PIECE: usize = 32 * 1024;

/// The server's close codes that no new try will change.
const SIGNED_OUT: u16 = 4401;
const OVER: u16 = 4410;

/// What the socket tells its owner.
pub(super) enum News {
    /// A frame.
    Told(Told),
    /// The server is not heard any more, and is tried again.
    Away,
    /// It is of no use to try again: nobody is signed in any more.
    SignedOut,
}

/// How to look.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Which terminal.
    pub id: TerminalId,
    /// The room there is, in columns and rows.
    pub room: (u16, u16),
    /// Whether to look only.
    pub read_only: bool,
}

/// A socket that comes back.
#[derive(Clone)]
pub(super) struct Line(Rc<RefCell<State>>);

struct State {
    look: Look,
    news: Rc<dyn Fn(News)>,
    // Grows with every socket, so that a late word of an old one is told apart.
    number: u32,
    socket: Option<WebSocket>,
    /// Where the screen is: how much was shown before, and at which size.
    place: Option<(u64, (u16, u16))>,
    /// The run of the shell that this is of.
    run: i64,
    /// Whether the size was in this page's hands when it was heard last.
    drove: bool,
    taken: u64,
    said: u64,
    tries: u32,
    retry: Option<TimeoutHandle>,
}

impl Line {
    /// Opens it; `news` hears what comes.
    pub(super) fn open(look: Look, news: Rc<dyn Fn(News)>) -> Self {
        let line = Self(Rc::new(RefCell::new(State {
            look,
            news,
            number: 0,
            socket: None,
            place: None,
            run: 0,
            drove: true,
            taken: 0,
            said: 0,
            tries: 0,
            retry: None,
        })));
        line.connect();
        line
    }

    fn connect(&self) {
        let (number, address) = {
            let mut state = self.0.borrow_mut();
            state.number += 1;
            state.retry = None;
            (state.taken, state.said) = (0, 0);
            (state.number, state.address())
        };
        let location = window().location();
        let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}{address}")) else {
            return self.lost(number, 0);
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (heard, closed) = (self.clone(), self.clone());
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let frame = js_sys::Uint8Array::new(&event.data()).to_vec();
            heard.hear(number, &frame);
        });
        let on_close = Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| {
            closed.lost(number, event.code());
        });
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        // A few bytes for each connection; dropping a closure that is running is not allowed.
        on_message.forget();
        on_close.forget();
        self.0.borrow_mut().socket = Some(socket);
    }

    fn hear(&self, number: u32, frame: &[u8]) {
        // A frame of a newer build that this page does not know is no reason to stop listening.
        let Ok(told) = Told::read(frame) else { return };
        let news = {
            let mut state = self.0.borrow_mut();
            if state.number != number {
                return;
            }
            match &told {
                Told::Picture { place, cols, rows, .. } => {
                    state.tries = 0;
                    state.place = Some((*place, (*cols, *rows)));
                }
                Told::Output { place, bytes } => {
                    state.tries = 0;
                    let size = state.place.map_or(state.look.room, |(_, size)| size);
                    state.place = Some((place + bytes.len() as u64, size));
                }
                Told::Crew(crew) => (state.drove, state.run) = (crew.driving, crew.run),
                _ => {}
            }
            Rc::clone(&state.news)
        };
        news(News::Told(told));
    }

    fn lost(&self, number: u32, code: u16) {
        let news = {
            let mut state = self.0.borrow_mut();
            if state.number != number {
                return;
            }
            state.socket = None;
            if code == OVER {
                return;
            }
            let news = Rc::clone(&state.news);
            if code != SIGNED_OUT {
                let wait = LONGEST_WAIT.min(FIRST_WAIT * 2u32.pow(state.tries.min(5)));
                state.tries += 1;
                let line = self.clone();
                state.retry = set_timeout_with_handle(move || line.connect(), wait).ok();
            }
            news
        };
        news(if code == SIGNED_OUT { News::SignedOut } else { News::Away });
    }

    /// Whether what is said would be sent.
    pub(super) fn is_open(&self) -> bool {
        let socket = self.0.borrow().socket.clone();
        socket.is_some_and(|socket| socket.ready_state() == WebSocket::OPEN)
    }

    /// Sends what was typed.
    pub(super) fn type_in(&self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            self.say(&Said::Input(piece.to_vec()));
        }
    }

    /// Says how much room there is.
    pub(super) fn room(&self, room: (u16, u16)) {
        self.0.borrow_mut().look.room = room;
        self.say(&Said::Room(room.0, room.1));
    }

    /// Takes the size in hand.
    pub(super) fn drive(&self, room: (u16, u16)) {
        self.0.borrow_mut().look.room = room;
        self.say(&Said::Drive(room.0, room.1));
    }

    /// So many more bytes were taken.
    pub(super) fn taken(&self, bytes: u64) {
        let due = {
            let mut state = self.0.borrow_mut();
            state.taken += bytes;
            let due = state.taken - state.said >= SAY;
            if due {
                state.said = state.taken;
            }
            due.then_some(state.taken)
        };
        if let Some(taken) = due {
            self.say(&Said::Taken(taken));
        }
    }

    /// Starts the socket afresh, from where the screen is: the server was away, and what looks open may be dead.
    pub(super) fn renew(&self) {
        self.close();
        self.connect();
    }

    /// Ends it; nothing is heard any more.
    pub(super) fn close(&self) {
        let (socket, retry) = {
            let mut state = self.0.borrow_mut();
            state.number += 1;
            (state.socket.take(), state.retry.take())
        };
        if let Some(retry) = retry {
            retry.clear();
        }
        match socket {
            // Closed before it is open, a socket complains on the console.
            Some(socket) if socket.ready_state() == WebSocket::CONNECTING => {
                let opened = socket.clone();
                let close = Closure::once_into_js(move || opened.close());
                socket.set_onopen(Some(close.unchecked_ref()));
            }
            Some(socket) => drop(socket.close()),
            None => {}
        }
    }

    fn say(&self, said: &Said) {
        let socket = self.0.borrow().socket.clone();
        if let Some(socket) = socket.filter(|socket| socket.ready_state() == WebSocket::OPEN) {
            // A socket that cannot send is about to say that it is closed.
            let _ = socket.send_with_u8_array(&said.write());
        }
    }
}

impl State {
    fn address(&self) -> String {
        let Look { id, room, read_only } = self.look;
        // Of use only where the size is still the one of the picture; the server compares.
        let (since, (columns, rows)) = match self.place {
            Some((place, size)) if size == room || !self.drove => (Some(place), size),
            _ => (None, room),
        };
        let history = if self.place.is_none() && self.tries > 1 { HISTORY_IF_SLOW } else { HISTORY };
        let mut address = format!(
            "/api/v1/terminals/{id}/ws?cols={columns}&rows={rows}&history={history}&read_only={read_only}"
        );
        if let Some(since) = since {
            address += &format!("&since={since}&run={}", self.run);
        }
        if !self.drove {
            // Whoever only came back takes nothing from anyone.
            address += "&back=true";
        }
        address
    }
}
