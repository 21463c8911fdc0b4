//! What is asked before something is done, and keys while it is. Whatever cannot be taken back is asked with no as the answer
//! that Enter gives.

use app::{
    ids::{SessionId, TerminalId},
    sessions::model::Act,
};
use crossterm::event::{KeyCode, KeyEvent};

use super::{
    super::{
        cards::Item,
        clipboard::Copied,
        model::{Ask, Call, Choice, Cmd, Dialog, Menu, Model, Purpose},
    },
    approvals, letter, type_in,
};

pub(super) fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    match model.dialog.take() {
        Some(Dialog::Menu(menu)) => choose(model, menu, pressed),
        Some(Dialog::Ask(ask)) => answer(model, ask, pressed),
        None => Vec::new(),
    }
}

fn choose(model: &mut Model, mut menu: Menu, pressed: KeyEvent) -> Vec<Cmd> {
    let last = menu.choices.len().saturating_sub(1);
    let named = letter(pressed).and_then(|c| menu.choices.iter().position(|choice| choice.key == c));
    match (pressed.code, named) {
        (KeyCode::Esc, _) => return menu.on_esc.into_iter().collect(),
        (KeyCode::Enter, _) => return done(menu, None),
        (_, Some(at)) => return done(menu, Some(at)),
        (KeyCode::Up | KeyCode::Char('k') | KeyCode::BackTab, _) => menu.at = menu.at.saturating_sub(1),
        (KeyCode::Down | KeyCode::Char('j') | KeyCode::Tab, _) => menu.at = (menu.at + 1).min(last),
        _ => {}
    }
    model.dialog = Some(Dialog::Menu(menu));
    Vec::new()
}

fn done(mut menu: Menu, at: Option<usize>) -> Vec<Cmd> {
    let at = at.unwrap_or(menu.at);
    if at >= menu.choices.len() {
        return Vec::new();
    }
    menu.choices.swap_remove(at).then.into_iter().collect()
}

fn answer(model: &mut Model, mut ask: Ask, pressed: KeyEvent) -> Vec<Cmd> {
    match pressed.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Enter => {
            let text = ask.input.value().trim().to_owned();
            return match ask.purpose {
                Purpose::Rename(item) => vec![Cmd::Call(Call::Rename(item, text))],
                Purpose::Deny(id) => approvals::deny(model, id, &text),
                Purpose::Words => approvals::words(model, text),
            };
        }
        _ => type_in(&mut ask.input, pressed),
    }
    model.dialog = Some(Dialog::Ask(ask));
    Vec::new()
}

/// What to do with a terminal that was left while it runs.
pub(super) fn left(model: &Model, item: Item, terminal: TerminalId) -> Menu {
    let mut choices = vec![
        Choice::new('k', "Keep it running", None),
        Choice::new('r', "Reattach", Cmd::Attach(item, terminal)),
    ];
    choices.extend(ways_to_end(model, item));
    menu(model, item, "It runs on.".to_owned(), choices)
}

/// What to do with a terminal that has ended.
pub(super) fn ended(model: &Model, item: Item, terminal: TerminalId, words: &str) -> Menu {
    let again = match item {
        Item::Session(id) => Call::IntoTerminal(id),
        Item::Terminal(_) => Call::Restart(terminal),
    };
    let mut choices =
        vec![Choice::new('k', "Leave it", None), Choice::new('r', "Start it again", Cmd::Call(again))];
    choices.extend(match item {
        Item::Session(id) => archiving(model, id, "Archive"),
        Item::Terminal(id) => Some(Choice::new('s', "Close it", Cmd::Call(Call::Close(id, false)))),
    });
    menu(model, item, words.to_owned(), choices)
}

/// What is said of a terminal that cannot be shown any more.
pub(super) fn failed(model: &Model, item: Item, words: String) -> Menu {
    menu(model, item, words, vec![Choice::new('k', "Leave it", None)])
}

/// The same, and what to do with a text that its program wanted on the clipboard, if there is one.
pub(super) fn with_copied(mut menu: Menu, terminal: TerminalId, copied: Option<&Copied>) -> Menu {
    let Some(copied) = copied else { return menu };
    menu.words = format!("{} It wanted to copy {}", menu.words, copied.words());
    let allow = Cmd::AllowCopies(terminal, copied.clone());
    menu.choices.extend([
        Choice::new('c', "Copy it", Cmd::Copy(copied.clone())),
        Choice::new('y', "Allow this terminal to copy", allow),
    ]);
    menu
}

/// How to stop a session; none if it is gone.
pub(super) fn stop(model: &Model, id: SessionId) -> Option<Dialog> {
    let item = Item::Session(id);
    let mut choices = vec![Choice::new('n', "No", None)];
    choices.extend(ways_to_end(model, item));
    let words = "Stop it? Its conversation stays.".to_owned();
    model.session(id).map(|_| Dialog::Menu(menu(model, item, words, choices)))
}

/// Whether to close a terminal.
pub(super) fn close(model: &Model, id: TerminalId) -> Dialog {
    let title = title(model, Item::Terminal(id));
    Menu::confirm(
        title,
        "Close it? Its shell ends.".to_owned(),
        "Close it",
        Cmd::Call(Call::Close(id, false)),
    )
}

/// Whether to end the program that has a terminal.
pub(super) fn force(model: &Model, id: TerminalId, words: &str) -> Dialog {
    let words = format!("{words} End it all the same?");
    Menu::confirm(title(model, Item::Terminal(id)), words, "End it", Cmd::Call(Call::Close(id, true)))
}

/// Whether to archive a session that is stopped by now.
pub(super) fn archive(model: &Model, id: SessionId, words: String) -> Dialog {
    let then = Cmd::Call(Call::Act(id, Act::Archive));
    Menu::confirm(format!("Archive {}?", model.world.name(Item::Session(id))), words, "Archive it", then)
}

fn ways_to_end(model: &Model, item: Item) -> Vec<Choice> {
    match item {
        Item::Session(id) => [Some(Choice::new('s', "Stop it", Cmd::Call(Call::Act(id, Act::Stop))))]
            .into_iter()
            .chain([archiving(model, id, "Stop and archive")])
            .flatten()
            .collect(),
        Item::Terminal(id) => vec![Choice::new('s', "Stop: close it", Cmd::Call(Call::Close(id, false)))],
    }
}

fn archiving(model: &Model, id: SessionId, label: &'static str) -> Option<Choice> {
    let project = model.session(id)?.project_id;
    Some(Choice::new('a', label, Cmd::Call(Call::StopToArchive(id, project))))
}

fn menu(model: &Model, item: Item, words: String, choices: Vec<Choice>) -> Menu {
    Menu { title: title(model, item), words, choices, at: 0, on_esc: None }
}

fn title(model: &Model, item: Item) -> String {
    model.world.name(item).to_owned()
}
