//! Keys of a conversation, and what comes into it.

use app::{ids::SessionId, sessions::model::Act};
use crossterm::event::{KeyCode, KeyEvent};
use serde_json::Value;
use tui_input::Input;

use super::{
    super::{
        cards::Item,
        model::{Call, Chat, Cmd, Edits, Model, Page},
        thread::{self, Entry},
        view,
    },
    letter, list, opens_editor, type_in,
};

/// Entries that are kept; who reads further back than this reads on the web page.
const ENTRIES: usize = 2_000;

/// Shows a session's conversation.
pub(super) fn open(model: &mut Model, id: SessionId) -> Vec<Cmd> {
    model.page = Page::Chat(Chat {
        id,
        entries: Vec::new(),
        up: 0,
        known: None,
        loading: true,
        input: Input::default(),
        writing: false,
    });
    vec![Cmd::Call(Call::Events(id, None))]
}

pub(super) fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Chat(chat) = &mut model.page else { return Vec::new() };
    if chat.writing {
        return write(chat, pressed);
    }
    let item = Item::Session(chat.id);
    match (pressed.code, letter(pressed)) {
        (KeyCode::Esc | KeyCode::Left, _) | (_, Some('q')) => {
            model.page = Page::List;
            return vec![Cmd::Follow(None)];
        }
        (KeyCode::Enter, _) | (_, Some('m')) => chat.writing = true,
        (_, Some('?')) => model.help = true,
        (_, Some('a')) => return list::answer(model, Some(item)),
        (_, Some('i')) => return vec![Cmd::Call(Call::Act(chat.id, Act::Interrupt))],
        (_, Some('d')) => return complete(model),
        (_, Some(c @ ('r' | 's' | 'x' | 'c'))) => return list::with(model, c, item),
        _ => return scroll(model, pressed),
    }
    Vec::new()
}

fn write(chat: &mut Chat, pressed: KeyEvent) -> Vec<Cmd> {
    match pressed.code {
        KeyCode::Esc => chat.writing = false,
        KeyCode::Enter if !chat.input.value().trim().is_empty() => {
            chat.up = 0;
            return vec![Cmd::Call(Call::Send(chat.id, chat.input.value_and_reset()))];
        }
        KeyCode::Enter => {}
        _ if opens_editor(pressed) => return vec![Cmd::Edit(Edits::Message, chat.input.value().to_owned())],
        _ => type_in(&mut chat.input, pressed),
    }
    Vec::new()
}

/// A message that did not arrive is there to be sent again, unless another is being written.
pub(super) fn keep(model: &mut Model, id: SessionId, text: String, words: String) {
    model.note = Some(words);
    if let Page::Chat(chat) = &mut model.page
        && chat.id == id
        && chat.input.value().is_empty()
    {
        chat.input = Input::new(text);
        chat.writing = true;
    }
}

/// A job is completed before its time, a session is closed; both are `completed` then.
fn complete(model: &Model) -> Vec<Cmd> {
    let Page::Chat(chat) = &model.page else { return Vec::new() };
    let job = model.session(chat.id).is_some_and(|card| card.mode == "job");
    vec![Cmd::Call(Call::Act(chat.id, if job { Act::Complete } else { Act::Close }))]
}

fn scroll(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let (width, height) = view::chat_room(model.size);
    let Page::Chat(chat) = &mut model.page else { return Vec::new() };
    let most = thread::lines(&chat.entries, width).len().saturating_sub(height);
    let up = match pressed.code {
        KeyCode::Up | KeyCode::Char('k') => chat.up + 1,
        KeyCode::Down | KeyCode::Char('j') => chat.up.saturating_sub(1),
        KeyCode::PageUp => chat.up + height,
        KeyCode::PageDown => chat.up.saturating_sub(height),
        KeyCode::Home | KeyCode::Char('g') => most,
        KeyCode::End | KeyCode::Char('G') => 0,
        _ => return Vec::new(),
    };
    chat.up = up.min(most);
    let first = chat.known.map_or(0, |(first, _)| first);
    let more = chat.up == most && up > 0 && first > 1 && !chat.loading && chat.entries.len() < ENTRIES;
    chat.loading |= more;
    more.then_some(Cmd::Call(Call::Events(chat.id, Some(first)))).into_iter().collect()
}

fn numbers(events: &[Value]) -> Option<(u64, u64)> {
    let seq = |event: Option<&Value>| event?["seq"].as_u64();
    Some((seq(events.first())?, seq(events.last())?))
}

/// A page that was fetched; once the end is known, what comes is followed.
pub(super) fn fill(model: &mut Model, id: SessionId, events: &[Value], past: bool) -> Vec<Cmd> {
    let Page::Chat(chat) = &mut model.page else { return Vec::new() };
    if chat.id != id {
        return Vec::new();
    }
    chat.loading = false;
    let found = numbers(events);
    if past {
        let known = chat.known.map_or(0, |(_, last)| last);
        let mut entries = thread::entries(events);
        entries.append(&mut chat.entries);
        chat.entries = entries;
        chat.known = Some((found.map_or(1, |(first, _)| first), known));
        return Vec::new();
    }
    (chat.entries, chat.known) = (thread::entries(events), found);
    vec![Cmd::Follow(Some((id, found.map_or(0, |(_, last)| last))))]
}

/// Events that just happened. Who reads further up stays at what is read.
pub(super) fn append(model: &mut Model, id: SessionId, events: &[Value]) {
    let (width, _) = view::chat_room(model.size);
    let Page::Chat(chat) = &mut model.page else { return };
    // What comes before the page that was asked for comes again behind it.
    if chat.id != id || chat.loading && chat.known.is_none() {
        return;
    }
    let last = chat.known.map_or(0, |(_, last)| last);
    let fresh: Vec<Entry> = thread::entries(events).into_iter().filter(|entry| entry.seq > last).collect();
    if let Some((first, newest)) = numbers(events) {
        chat.known = Some((chat.known.map_or(first, |(first, _)| first), newest.max(last)));
    }
    let before = if chat.up > 0 { thread::lines(&chat.entries, width).len() } else { 0 };
    chat.entries.extend(fresh);
    if chat.up > 0 {
        chat.up += thread::lines(&chat.entries, width).len() - before;
    } else if chat.entries.len() > ENTRIES {
        let surplus = chat.entries.len() - ENTRIES;
        chat.entries.drain(..surplus);
        chat.known = chat.known.map(|(_, last)| (chat.entries.first().map_or(last, |entry| entry.seq), last));
    }
}
