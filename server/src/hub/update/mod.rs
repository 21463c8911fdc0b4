//! What follows from what happens: one function from the model and a message to the changed model and what is to be done.
//! Never waits, never asks a clock and never talks to anyone.

mod approvals;
mod branches;
mod chat;
mod dialogs;
mod list;
mod settings;
mod start;

use app::{approvals::model::Approval, ids::TerminalId, projects::model::Project};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use serde::Deserialize;
use tui_input::{Input, backend::crossterm::EventHandler};

pub(super) use self::{
    branches::{Row, rows},
    start::offered,
};
use super::{
    api::Lists,
    attach::Left,
    cards::{Item, News, cards},
    clipboard::Copied,
    model::{Call, Cmd, Dialog, Done, Edits, Field, Model, Msg, Page},
    plain::line,
};

/// Takes a message; what comes back is to be done in this order.
pub(super) fn update(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    let todo = dispatch(model, msg);
    if model.dialog.is_none() {
        model.dialog = model.asked_next.pop_front();
    }
    todo
}

fn dispatch(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    match msg {
        Msg::Key(pressed) => key(model, pressed),
        Msg::Paste(text) => paste(model, &text),
        Msg::Resized(cols, rows) => {
            model.size = (cols, rows);
            Vec::new()
        }
        Msg::Now(now) => {
            model.now = now;
            Vec::new()
        }
        Msg::News(news) => take(model, news),
        Msg::Done(done) => came(model, done),
        Msg::Failed(error) => {
            if let Page::Chat(chat) = &mut model.page {
                chat.loading = false;
            }
            model.note = Some(line(&error.message));
            Vec::new()
        }
        Msg::Left(item, terminal, left, copied) => {
            left_terminal(model, item, terminal, left, copied.as_ref())
        }
        Msg::Copied(text) => {
            // Nothing comes back from a terminal that takes it, nor from one that does not.
            model.note = Some(format!("{} sent to the clipboard of your terminal.", text.size()));
            Vec::new()
        }
        Msg::Edited(what, text) => edited(model, what, text),
    }
}

/// Whether this key ends the hub wherever it is pressed.
fn ends(pressed: KeyEvent) -> bool {
    pressed.code == KeyCode::Char('c') && pressed.modifiers.contains(KeyModifiers::CONTROL)
}

/// The character of a key that was pressed alone or with shift.
fn letter(pressed: KeyEvent) -> Option<char> {
    match pressed.code {
        KeyCode::Char(c) if !pressed.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            Some(c)
        }
        _ => None,
    }
}

/// Whether this key opens the editor for the text that is being written.
fn opens_editor(pressed: KeyEvent) -> bool {
    pressed.code == KeyCode::Char('o') && pressed.modifiers.contains(KeyModifiers::CONTROL)
}

/// Gives a key to a line that is being typed.
fn type_in(input: &mut Input, pressed: KeyEvent) {
    input.handle_event(&Event::Key(pressed));
}

fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    if ends(pressed) {
        return vec![Cmd::Quit];
    }
    model.note = None;
    if model.help {
        model.help = false;
        return Vec::new();
    }
    if model.dialog.is_some() {
        return dialogs::key(model, pressed);
    }
    match &model.page {
        Page::List => list::key(model, pressed),
        Page::Chat(_) => chat::key(model, pressed),
        Page::Approvals(_) => approvals::key(model, pressed),
        Page::Picker(_) => start::pick(model, pressed),
        Page::Branches(_) => branches::key(model, pressed),
        Page::Form(_) => start::form(model, pressed),
    }
}

/// What is pasted goes where typed letters go.
fn paste(model: &mut Model, text: &str) -> Vec<Cmd> {
    let input = match (&mut model.dialog, &mut model.page) {
        (Some(Dialog::Ask(ask)), _) => &mut ask.input,
        (None, Page::List) if model.list.filtering => &mut model.list.filter,
        (None, Page::Chat(chat)) if chat.writing => &mut chat.input,
        (None, Page::Picker(picker)) => &mut picker.filter,
        (None, Page::Branches(page)) => &mut page.filter,
        (None, Page::Form(form)) if form.field == Field::Prompt && form.sent.is_none() => &mut form.prompt,
        _ => return Vec::new(),
    };
    // A terminal sends the end of a line as the key that makes one.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let place = input.cursor();
    let mut value: Vec<char> = input.value().chars().collect();
    let end = place + text.chars().count();
    value.splice(place..place, text.chars());
    *input = Input::new(value.into_iter().collect()).with_cursor(end);
    Vec::new()
}

/// Everything that may be out of date.
fn reload(model: &mut Model) -> Vec<Cmd> {
    model.heard.clear();
    model.reloads += 1;
    let archived = model.list.archived.then_some(Cmd::Call(Call::Archived));
    [Cmd::Call(Call::Lists(model.reloads))].into_iter().chain(archived).collect()
}

fn take(model: &mut Model, news: News) -> Vec<Cmd> {
    match news {
        News::Reached => {
            model.away = None;
            return reload(model);
        }
        News::Resync => return reload(model),
        News::Lost(words) => model.away = Some(words),
        News::Events(id, events) => chat::append(model, id, &events),
        card => hear(model, card),
    }
    approvals::settle(model)
}

/// Takes a card, of which lists that are on their way know nothing.
fn hear(model: &mut Model, card: News) {
    model.heard.extend(card.about());
    model.world.take(card);
}

fn came(model: &mut Model, done: Done) -> Vec<Cmd> {
    match done {
        Done::Nothing => {}
        Done::Lists(n, lists) if n == model.reloads => replace(model, lists),
        Done::Lists(..) => {}
        Done::Archived(sessions) => {
            sessions.into_iter().for_each(|card| model.world.take_session(card));
        }
        Done::Card(card) => hear(model, News::Session(Box::new(card))),
        Done::Decided(approval) => {
            if let Ok(card) = Approval::deserialize(&approval) {
                hear(model, News::Approval(Box::new(card)));
            }
        }
        Done::Events(id, events, past) => return chat::fill(model, id, &events, past),
        Done::Created(card, new) => return start::started(model, card, &new),
        Done::NotStarted(new, words) => start::failed(model, &new, &words),
        Done::Branches(project, found) => return branches::came(model, project, found),
        Done::Switched(project, new) => return branches::switched(model, *project, new),
        Done::Attach(item, terminal) => return attach(model, item, terminal),
        Done::Settings(answer) => return settings::answered(model, answer),
        Done::Unsent(id, text, words) => chat::keep(model, id, text, words),
        Done::Stopped(id, words) => model.ask(dialogs::archive(model, id, words)),
        Done::Busy(id, words) => model.ask(dialogs::force(model, id, &words)),
    }
    approvals::settle(model)
}

/// What was fetched is all there is, but for the archived sessions, which are not part of it, and for whatever was heard of
/// while it was fetched: that is as it is known by now, or gone.
fn replace(model: &mut Model, lists: Lists) {
    model.loaded = true;
    let (world, heard) = (&mut model.world, &model.heard);
    world.sessions.retain(|id, card| card.archived || heard.contains(&id.0));
    world.terminals.retain(|id, _| heard.contains(&id.0));
    world.approvals.retain(|id, _| heard.contains(&id.0));
    world.projects.retain(|id, _| heard.contains(&id.0));
    let sessions = lists.sessions.into_iter().map(|card| News::Session(Box::new(card)));
    let terminals = lists.terminals.into_iter().map(News::Terminal);
    let approvals =
        cards::<Approval>(&lists.approvals).into_iter().map(|card| News::Approval(Box::new(card)));
    let projects = cards::<Project>(&lists.projects).into_iter().map(|card| News::Project(Box::new(card)));
    let fetched = sessions.chain(terminals).chain(approvals).chain(projects);
    let unheard = fetched.filter(|card| card.about().is_none_or(|id| !heard.contains(&id)));
    unheard.for_each(|card| world.take(card));
}

/// Goes into a terminal that is ready, unless something else is being written by now.
fn attach(model: &mut Model, item: Item, terminal: TerminalId) -> Vec<Cmd> {
    let (free, follow) = match &model.page {
        Page::List => (!model.list.filtering, None),
        Page::Chat(chat) => {
            let asked_here = item == Item::Session(chat.id) || chat.input.value().is_empty();
            (!chat.writing && asked_here, Some(Cmd::Follow(None)))
        }
        _ => (false, None),
    };
    if !free || model.dialog.is_some() {
        let name = line(model.world.name(item));
        let name = if name.is_empty() { "The terminal" } else { &name };
        model.note = Some(format!("{name} is ready."));
        return Vec::new();
    }
    model.list.at = Some(item);
    model.page = Page::List;
    follow.into_iter().chain([Cmd::Attach(item, terminal)]).collect()
}

fn left_terminal(
    model: &mut Model,
    item: Item,
    terminal: TerminalId,
    left: Left,
    copied: Option<&Copied>,
) -> Vec<Cmd> {
    let menu = match left {
        Left::Asked => Some(dialogs::left(model, item, terminal)),
        Left::Ended(words) => Some(dialogs::ended(model, item, terminal, &words)),
        Left::Failed(words) if copied.is_some() => Some(dialogs::failed(model, item, words)),
        Left::Failed(words) => {
            model.note = Some(line(&words));
            None
        }
        Left::Told => return vec![Cmd::Quit],
    };
    if let Some(menu) = menu {
        model.ask(Dialog::Menu(dialogs::with_copied(menu, terminal, copied)));
    }
    Vec::new()
}

fn edited(model: &mut Model, what: Edits, text: Result<String, String>) -> Vec<Cmd> {
    let text = match (&what, text) {
        (Edits::Settings(before), Ok(edited)) => return settings::edited(before, edited),
        (_, Ok(text)) => text.trim_end().to_owned(),
        (_, Err(words)) => {
            model.note = Some(words);
            return Vec::new();
        }
    };
    if text.trim().is_empty() {
        model.note = Some("The editor left nothing; type a line here instead.".to_owned());
    }
    match (what, &mut model.page) {
        (Edits::Prompt, Page::Form(form)) => form.prompt = Input::new(text),
        (Edits::Message, Page::Chat(chat)) => chat.input = Input::new(text),
        _ => {}
    }
    Vec::new()
}
