//! What the hub shows and does, without a server: cards as the server sends them, keys as a person presses them, and the
//! screen that follows.
#![allow(clippy::unwrap_used, reason = "tests")]

mod branches;
mod keys;
mod late;
mod many;
mod screens;

use app::time::Millis;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{Terminal, backend::TestBackend};
use serde_json::{Value, json};

use super::{
    cards::News,
    model::{Cmd, Model, Msg},
    update::update,
    view,
};

/// When the tests happen.
const NOW: Millis = Millis(1_000_000_000);
/// A phone, and a desk.
const PHONE: (u16, u16) = (40, 20);
const DESK: (u16, u16) = (100, 30);

/// The n-th id.
fn id(n: u8) -> String {
    format!("018f0000-0000-7000-8000-0000000000{n:02x}")
}

fn session(n: u8, name: &str, status: &str, minutes: i64) -> Value {
    json!({"id": id(n), "version": 1, "project_id": id(100), "project_name": "web", "name": name, "status": status,
        "mode": "job", "surface": "chat", "live": status == "idle" || status == "running", "archived": false, "waiting": 0,
        "updated_at": NOW.0 - minutes * 60_000})
}

fn with(mut card: Value, key: &str, value: Value) -> Value {
    card[key] = value;
    card
}

fn project(n: u8, name: &str, trusted: bool) -> Value {
    let trust = if trusted { json!({"at": 0, "by": "Ada"}) } else { json!(null) };
    json!({"id": id(n), "name": name, "path": format!("/srv/{name}"), "position": n, "archived": false, "trust": trust,
        "bypass_allowed": false, "problem": null, "git": {"branch": "main", "dirty": false},
        "counts": {"waiting": 0, "running": 0, "idle": 0, "total": 0}, "created_at": 0})
}

fn terminal(n: u8, name: &str, status: &str) -> Value {
    json!({"id": id(n), "version": 1, "project_id": id(100), "name": name, "cwd": "/srv/web", "status": status,
        "reason": null, "created_at": NOW.0 - 3_600_000})
}

fn approval(n: u8, of: u8, kind: &str, subject: &str) -> Value {
    let tool = match kind {
        "questions" => "AskUserQuestion",
        "plan" => "ExitPlanMode",
        _ => "Bash",
    };
    let question = |text: &str, many: bool| {
        let option = |label: &str| json!({"label": label, "description": format!("about {label}")});
        json!({"question": text, "header": "", "multiSelect": many, "options": [option("A"), option("B")]})
    };
    let questions = if kind == "questions" {
        vec![question("Which?", false), question("Any?", true)]
    } else {
        Vec::new()
    };
    json!({"id": id(n), "session_id": id(of), "session_name": "Rebuild", "project_id": id(100), "project_name": "web",
        "kind": kind, "tool": tool, "tool_use_id": "t", "agent": null, "title": "Run this command?", "subject": subject,
        "input": {"command": subject}, "html": null, "reason": null, "questions": questions,
        "suggestions": [{"label": "make:*", "scope": "this session"}], "digest": "sha256:1", "asked_at": n,
        "expires_at": null, "status": "pending", "decided_by": null, "decided_at": null})
}

fn push(model: &mut Model, kind: &str, body: Value) -> Vec<Cmd> {
    let push: serde_json::Map<String, Value> = [(kind.to_owned(), body)].into_iter().collect();
    let news = News::read(&Value::Object(push).to_string()).unwrap();
    update(model, Msg::News(news))
}

/// A hub that has seen one of each kind.
fn hub(size: (u16, u16)) -> Model {
    let mut model = Model::new(false, size, NOW);
    model.loaded = true;
    for card in [project(100, "web", true), project(101, "api-server", false)] {
        push(&mut model, "project", card);
    }
    for card in [
        session(1, "Older and done", "completed", 300),
        session(2, "At rest", "idle", 50),
        session(3, "Waits for a slot", "queued", 40),
        session(4, "Works", "running", 30),
        with(session(5, "Rebuild", "running", 20), "waiting", json!(1)),
        session(6, "Went wrong", "failed", 10),
        with(session(7, "Put away", "stopped", 5), "archived", json!(true)),
    ] {
        push(&mut model, "session", card);
    }
    push(&mut model, "terminal", terminal(20, "Terminal 1", "running"));
    push(&mut model, "terminal", terminal(21, "Terminal 2", "ended"));
    push(&mut model, "approval", approval(30, 5, "tool", "make all"));
    model
}

fn press(model: &mut Model, code: KeyCode) -> Vec<Cmd> {
    update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// Types letters; what the last of them leads to.
fn types(model: &mut Model, text: &str) -> Vec<Cmd> {
    text.chars().fold(Vec::new(), |_, c| press(model, KeyCode::Char(c)))
}

fn control(model: &mut Model, c: char) -> Vec<Cmd> {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)))
}

/// The screen in lines, without blanks at their ends and empty lines at the end.
fn screen(model: &Model) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| view::draw(frame, model)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| row(y).trim_end().to_owned()).collect()
}

/// The lines that say something.
fn said(model: &Model) -> Vec<String> {
    screen(model).into_iter().filter(|line| !line.is_empty()).collect()
}
