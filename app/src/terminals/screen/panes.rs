//! The screens in view, by their signals: what JavaScript holds cannot be in a signal that other threads might see. Puts
//! together the screen, its socket and what this browser remembers.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Uint8Array};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::HtmlElement;

use super::{
    FONT, FONTS, Key, Phase, Screen, TerminalId, Wish,
    line::{Line, Look, News},
    module::{self, size},
};
use crate::{
    terminals::{
        copies::may_copy,
        keys::{Held, sequence, with_held},
        wire::Told,
    },
    ui::browser,
};

const FONT_KEY: &str = "roost:terminal-font";
const ALOUD_KEY: &str = "roost:terminal-aloud";
const PREDICT_KEY: &str = "roost:terminal-predict";

struct Pane {
    of: Screen,
    id: TerminalId,
    /// Which of all that were ever shown.
    serial: u32,
    screen: Option<module::Screen>,
    line: Option<Line>,
    /// What the screen calls for as long as it lives.
    say: Option<Closure<dyn Fn(String, JsValue)>>,
}

thread_local! {
    static SHOWN: Cell<u32> = const { Cell::new(0) };
    static PANES: RefCell<Vec<Pane>> = const { RefCell::new(Vec::new()) };
}

/// Runs with the pane of `of`; nothing that calls back into this module may run inside.
fn with<T>(of: Screen, run: impl FnOnce(&mut Pane) -> T) -> Option<T> {
    PANES.with_borrow_mut(|panes| panes.iter_mut().find(|pane| pane.of.phase == of.phase).map(run))
}

fn screen(of: Screen) -> Option<module::Screen> {
    with(of, |pane| pane.screen.clone()).flatten()
}

fn line(of: Screen) -> Option<Line> {
    with(of, |pane| pane.line.clone()).flatten()
}

pub(super) fn show(of: Screen, host: HtmlElement, id: TerminalId) {
    close(of);
    of.forget();
    of.font.set(remembered_font());
    let say = Closure::<dyn Fn(String, JsValue)>::new(move |what: String, value| said(of, &what, &value));
    let function = say.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let serial = SHOWN.get() + 1;
    SHOWN.set(serial);
    PANES.with_borrow_mut(|panes| {
        panes.push(Pane { of, id, serial, screen: None, line: None, say: Some(say) })
    });
    spawn_local(async move {
        let made = module::make(&host, remembered_font(), reads_aloud(of), &function).await;
        match made {
            Ok(made) if with(of, |pane| pane.serial == serial).unwrap_or(false) => {
                made.predict(predicts(of));
                with(of, |pane| pane.screen = Some(made));
                connect(of);
            }
            // It was closed meanwhile.
            Ok(made) => made.close(),
            Err(_) => {
                let words = "The terminal could not be loaded. Is the server there?".to_owned();
                let _ = of.phase.try_set(Phase::Failed(words));
            }
        }
    });
}

/// Opens the socket. A screen without any room is hidden, and connects once it is seen.
fn connect(of: Screen) {
    let Some(room) = screen(of).and_then(|screen| size(&screen.room())) else { return };
    let read_only = of.read_only.get_untracked();
    let Some(id) = with(of, |pane| pane.id) else { return };
    let line = Line::open(Look { id, room, read_only }, Rc::new(move |news| hear(of, news)));
    with(of, |pane| pane.line = Some(line));
}

fn hear(of: Screen, news: News) {
    let Some(screen) = screen(of) else { return };
    match news {
        News::Told(Told::Picture { cols, rows, bytes, .. }) => {
            screen.picture(cols, rows, &Uint8Array::from(&bytes[..]));
            of.phase.set(Phase::Live);
        }
        News::Told(Told::Output { bytes, .. }) => {
            screen.write(&Uint8Array::from(&bytes[..]));
            if of.phase.with_untracked(|phase| *phase != Phase::Live) {
                of.phase.set(Phase::Live);
            }
        }
        News::Told(Told::Crew(crew)) => {
            screen.drive(crew.driving);
            // Whoever was heard is there again, whether anything was missed or not.
            of.phase.update(|phase| {
                if *phase == Phase::Away {
                    *phase = Phase::Live;
                }
            });
            of.crew.set(crew);
        }
        News::Told(Told::Copy(text)) => {
            if let Some(text) = decoded(&text) {
                wished(of, text);
            }
        }
        News::Told(Told::Ended(words)) => of.phase.set(Phase::Over(words)),
        News::Told(Told::Refused(words)) => of.refused.set(Some(words)),
        News::Away => of.phase.set(Phase::Away),
        News::SignedOut => browser::go("/sign-in"),
    }
}

/// A program wants a text on the clipboard. What a person is being asked about is not exchanged under their finger.
fn wished(of: Screen, text: String) {
    let Some(id) = with(of, |pane| pane.id) else { return };
    if may_copy(id) {
        browser::copy(&text, || {});
    } else if of.wish.with_untracked(Option::is_none) {
        of.wish.set(Some(Wish::Copy(text)));
    }
}

/// The text in base64, as OSC 52 carries it.
fn decoded(base64: &str) -> Option<String> {
    let bytes = window().atob(base64).ok()?;
    // One character a byte.
    let bytes: Vec<u8> = bytes.chars().map(|one| one as u8).collect();
    String::from_utf8(bytes).ok()
}

/// What the screen says, in the words of `terminal.ts`.
fn said(of: Screen, what: &str, value: &JsValue) {
    let text = || value.as_string().unwrap_or_default();
    let pair = || size(value.unchecked_ref::<Array>());
    match what {
        "taken" => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
            let bytes = value.as_f64().unwrap_or_default() as u64;
            if let Some(line) = line(of) {
                line.taken(bytes);
            }
        }
        "text" => {
            let held = of.held.get_untracked();
            type_in(of, &with_held(&text(), held));
            if held.any() {
                of.held.set(Held::default());
            }
        }
        "bytes" => {
            send(of, &value.unchecked_ref::<Uint8Array>().to_vec());
        }
        "room" => {
            let Some(room) = pair() else { return };
            match line(of) {
                Some(line) => line.room(room),
                None => connect(of),
            }
        }
        "found" => {
            if let Some((at, count)) = pair() {
                of.found.set((u32::from(at), u32::from(count)));
            }
        }
        "title" => of.title.set(text()),
        "font" => choose_font(of, value.as_f64().unwrap_or(FONT)),
        "link" => of.wish.set(Some(Wish::Open(text()))),
        "address" => browser::open(&text()),
        "path" => of.path.set(Some(text())),
        "chord" => chord(of, &text()),
        _ => {}
    }
}

/// Ctrl and Shift with a key of the page's own.
fn chord(of: Screen, key: &str) {
    match key {
        "KeyC" => browser::copy(&selection(of), || {}),
        "KeyE" => of.left.set(true),
        "KeyF" => of.searching.set(true),
        _ => {}
    }
}

/// Sends what was typed. False if nobody would hear it.
fn send(of: Screen, bytes: &[u8]) -> bool {
    let line = line(of).filter(|_| hears(of));
    if let Some(line) = &line {
        line.type_in(bytes);
    }
    line.is_some()
}

pub(super) fn hears(of: Screen) -> bool {
    let words = match of.phase.get_untracked() {
        Phase::Over(_) => "The shell has ended: nobody hears what is typed.",
        _ if of.read_only.get_untracked() => "This view is for looking only.",
        _ if line(of).is_some_and(|line| line.is_open()) => return true,
        _ => "The server is not heard: what was typed did not arrive.",
    };
    of.refused.set(Some(words.to_owned()));
    false
}

pub(super) fn again(of: Screen) {
    if let Some(line) = with(of, |pane| pane.line.take()).flatten() {
        line.close();
    }
    connect(of);
}

pub(super) fn renew(of: Screen) {
    if let Some(line) = line(of) {
        line.renew();
    }
}

pub(super) fn type_in(of: Screen, text: &str) {
    if send(of, text.as_bytes())
        && let Some(screen) = screen(of)
    {
        screen.typed(text);
    }
}

pub(super) fn paste(of: Screen, text: &str) {
    if let Some(screen) = screen(of) {
        screen.paste(text);
    }
}

pub(super) fn press(of: Screen, key: Key) {
    let application = screen(of).is_some_and(|screen| screen.arrows());
    let held = of.held.get_untracked();
    type_in(of, &sequence(key, held, application));
    if held.any() {
        of.held.set(Held::default());
    }
}

pub(super) fn drive(of: Screen) {
    let (Some(screen), Some(line)) = (screen(of), line(of)) else { return };
    screen.drive(true);
    if let Some(room) = size(&screen.room()) {
        line.drive(room);
    }
}

fn remembered_font() -> f64 {
    browser::recall(FONT_KEY).and_then(|size| size.parse().ok()).unwrap_or(FONT).clamp(FONTS.0, FONTS.1)
}

pub(super) fn choose_font(of: Screen, size: f64) {
    let size = size.clamp(FONTS.0, FONTS.1);
    browser::remember(FONT_KEY, Some(&size.to_string()));
    of.font.set(size);
    if let Some(screen) = screen(of) {
        screen.font(size);
    }
}

pub(super) fn reads_aloud(_of: Screen) -> bool {
    browser::recall(ALOUD_KEY).is_some()
}

pub(super) fn read_aloud(of: Screen, on: bool) {
    browser::remember(ALOUD_KEY, on.then_some("1"));
    if let Some(screen) = screen(of) {
        screen.reader(on);
    }
}

pub(super) fn predicts(_of: Screen) -> bool {
    browser::recall(PREDICT_KEY).is_some()
}

pub(super) fn predict(of: Screen, on: bool) {
    browser::remember(PREDICT_KEY, on.then_some("1"));
    if let Some(screen) = screen(of) {
        screen.predict(on);
    }
}

pub(super) fn text(of: Screen) -> String {
    screen(of).map(|screen| screen.text()).unwrap_or_default()
}

pub(super) fn selection(of: Screen) -> String {
    screen(of).map(|screen| screen.selection()).unwrap_or_default()
}

pub(super) fn find(of: Screen, text: &str, back: bool) {
    if let Some(screen) = screen(of) {
        screen.find(text, back);
    }
}

pub(super) fn focus(of: Screen) {
    if let Some(screen) = screen(of) {
        screen.focus();
    }
}

pub(super) fn close(of: Screen) {
    let pane = PANES.with_borrow_mut(|panes| {
        let at = panes.iter().position(|pane| pane.of.phase == of.phase)?;
        Some(panes.swap_remove(at))
    });
    let Some(mut pane) = pane else { return };
    if let Some(line) = pane.line.take() {
        line.close();
    }
    if let Some(screen) = pane.screen.take() {
        screen.close();
    }
    // It may be what is running now.
    if let Some(say) = pane.say.take() {
        set_timeout(move || drop(say), std::time::Duration::ZERO);
    }
}
