//! Keys of the list.

use app::sessions::model::Act;
use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use super::{
    super::{
        cards::{Item, Session},
        model::{Answering, Ask, Call, Cmd, Dialog, Model, Page, Picked, Picker, Purpose},
    },
    chat, dialogs, letter, settings, start, type_in,
};

pub(super) fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    if model.list.filtering {
        return filter(model, pressed);
    }
    let items = model.items();
    let at = model.chosen(&items);
    let page = usize::from(model.size.1 / 2).max(1);
    let to = match pressed.code {
        KeyCode::Up | KeyCode::Char('k') => at.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => at + 1,
        KeyCode::PageUp => at.saturating_sub(page),
        KeyCode::PageDown => at + page,
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => items.len(),
        _ => {
            let item = items.get(at).copied();
            model.list.at = item;
            return act(model, pressed, item);
        }
    };
    model.list.at = items.get(to.min(items.len().saturating_sub(1))).copied();
    Vec::new()
}

/// The filter takes what is typed; Enter keeps it, Esc takes it away.
fn filter(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    match pressed.code {
        KeyCode::Enter | KeyCode::Down => model.list.filtering = false,
        KeyCode::Esc => {
            model.list.filtering = false;
            model.list.filter = Input::default();
        }
        _ => type_in(&mut model.list.filter, pressed),
    }
    model.list.at = model.items().first().copied();
    Vec::new()
}

fn act(model: &mut Model, pressed: KeyEvent, item: Option<Item>) -> Vec<Cmd> {
    match (pressed.code, letter(pressed)) {
        (KeyCode::Esc, _) => {
            model.list.filter = Input::default();
            return Vec::new();
        }
        (KeyCode::Enter, _) => return item.map(|item| open(model, item)).unwrap_or_default(),
        (_, Some('q')) => return vec![Cmd::Quit],
        (_, Some('?')) => model.help = true,
        (_, Some(',')) => return settings::open(model),
        (_, Some('/')) => model.list.filtering = true,
        (_, Some('n')) => pick(model, Picked::Session),
        (_, Some('t')) => pick(model, Picked::Shell),
        (_, Some('a')) => return answer(model, item),
        (_, Some('A')) => {
            model.list.archived = !model.list.archived;
            model.list.at = None;
            return model.list.archived.then_some(Cmd::Call(Call::Archived)).into_iter().collect();
        }
        (_, Some(c)) => {
            if let Some(item) = item {
                return with(model, c, item);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// What is done with the chosen line.
pub(super) fn with(model: &mut Model, letter: char, item: Item) -> Vec<Cmd> {
    match (letter, item) {
        ('r', _) => {
            let input = Input::new(model.world.name(item).to_owned());
            model.dialog = Some(Dialog::Ask(Ask { title: "Rename", input, purpose: Purpose::Rename(item) }));
        }
        ('s', Item::Session(id)) => model.dialog = dialogs::stop(model, id),
        ('s' | 'x', Item::Terminal(id)) => model.dialog = Some(dialogs::close(model, id)),
        ('x', Item::Session(id)) => return put_away(model, id),
        ('c', Item::Session(id)) => return vec![Cmd::Call(Call::IntoTerminal(id))],
        ('b', Item::Session(id)) if model.session(id).is_some_and(|card| card.in_terminal()) => {
            return vec![Cmd::Call(Call::IntoChat(id))];
        }
        _ => {}
    }
    Vec::new()
}

/// Opens a line: a terminal by itself, a session in its terminal or as its conversation.
fn open(model: &mut Model, item: Item) -> Vec<Cmd> {
    match item {
        Item::Terminal(id) => vec![Cmd::Attach(item, id)],
        Item::Session(id) if model.session(id).is_some_and(|card| card.in_terminal()) => {
            vec![Cmd::Call(Call::IntoTerminal(id))]
        }
        Item::Session(id) => chat::open(model, id),
    }
}

/// Takes a session back, or puts it away: one that is not over is stopped first, which is asked.
fn put_away(model: &mut Model, id: app::ids::SessionId) -> Vec<Cmd> {
    let Some(card) = model.session(id) else { return Vec::new() };
    let call = if card.archived {
        Call::Act(id, Act::Unarchive)
    } else if card.live || !card.status.is_finished() {
        model.dialog = dialogs::stop(model, id);
        return Vec::new();
    } else {
        Call::StopToArchive(id, card.project_id)
    };
    vec![Cmd::Call(call)]
}

fn pick(model: &mut Model, what: Picked) {
    if what == Picked::Session && start::go_back(model) {
        return;
    }
    if model.world.projects.values().all(|project| project.archived) {
        model.note = Some("There is no project yet: add one in the web page.".to_owned());
    } else {
        model.page = Page::Picker(Picker { what, filter: Input::default(), at: 0, picked: None });
    }
}

/// Shows what waits: that of the chosen session if it is one that waits, else everything. What a session in a terminal asks is
/// answered in that terminal.
pub(super) fn answer(model: &mut Model, item: Option<Item>) -> Vec<Cmd> {
    let asks_there = |card: &&Session| card.in_terminal() && card.waiting > 0;
    let of = match item {
        Some(Item::Session(id)) if !model.world.pending(Some(id)).is_empty() => Some(id),
        Some(Item::Session(id)) if model.session(id).as_ref().is_some_and(asks_there) => {
            return vec![Cmd::Call(Call::IntoTerminal(id))];
        }
        _ => None,
    };
    let back = if let Page::Chat(chat) = &model.page { Some(chat.id) } else { None };
    if let Some(first) = model.world.pending(of).first() {
        model.page = Page::Approvals(Answering::new(of, back, first));
    } else if let Some(card) = model.world.sessions.values().filter(|card| !card.archived).find(asks_there) {
        return vec![Cmd::Call(Call::IntoTerminal(card.id))];
    } else {
        model.note = Some("Nothing waits for you.".to_owned());
    }
    Vec::new()
}
