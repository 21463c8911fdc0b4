//! Keys of what waits for a person. An answer carries the digest of the request as it was shown, and nothing is answered that
//! is not on the screen.

use std::collections::BTreeMap;

use app::{
    approvals::model::{Approval, ApprovalKind, Decision, Question, Verdict},
    ids::{ApprovalId, SessionId},
    sessions::model::PermissionMode,
};
use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use super::{
    super::model::{Answering, Ask, Call, Chosen, Cmd, Dialog, Model, Page, Purpose},
    chat, letter,
};

pub(super) fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Approvals(answering) = &mut model.page else { return Vec::new() };
    let Some(approval) = model.world.approvals.get(&answering.id) else { return Vec::new() };
    let letter = letter(pressed);
    match (pressed.code, letter) {
        (KeyCode::Esc, _) | (_, Some('q')) => {
            let back = answering.back;
            return leave(model, back);
        }
        (_, Some('?')) => model.help = true,
        (KeyCode::PageDown, _) => answering.down += usize::from(model.size.1 / 2),
        (KeyCode::PageUp, _) => answering.down = answering.down.saturating_sub(usize::from(model.size.1 / 2)),
        (KeyCode::Tab | KeyCode::Right, _) => step(model, 1),
        (KeyCode::BackTab | KeyCode::Left, _) => step(model, -1),
        (_, Some('w')) if approval.kind == ApprovalKind::Questions => {
            model.dialog = Some(ask("Answer in your own words", Purpose::Words));
        }
        (_, Some('w')) => {
            let title = match approval.kind {
                ApprovalKind::Plan => "Keep planning: what is missing?",
                _ => "Deny: what should it do instead?",
            };
            model.dialog = Some(ask(title, Purpose::Deny(approval.id)));
        }
        (_, Some('d')) => {
            let id = approval.id;
            return deny(model, id, "");
        }
        _ => {
            return match approval.kind {
                ApprovalKind::Questions => question(model, pressed),
                ApprovalKind::Plan => plan(approval, letter),
                ApprovalKind::Tool => tool(approval, answering, pressed),
            };
        }
    }
    Vec::new()
}

fn ask(title: &'static str, purpose: Purpose) -> Dialog {
    Dialog::Ask(Ask { title, input: Input::default(), purpose })
}

fn yes(approval: &Approval) -> Decision {
    Decision::new(Verdict::Allow, &approval.digest)
}

fn decide(approval: &Approval, decision: Decision) -> Vec<Cmd> {
    vec![Cmd::Call(Call::Decide(approval.id, Box::new(decision)))]
}

fn tool(approval: &Approval, answering: &mut Answering, pressed: KeyEvent) -> Vec<Cmd> {
    match (pressed.code, letter(pressed)) {
        (KeyCode::Down, _) | (_, Some('j')) => answering.down += 1,
        (KeyCode::Up, _) | (_, Some('k')) => answering.down = answering.down.saturating_sub(1),
        (_, Some('y')) => return decide(approval, yes(approval)),
        (_, Some(c)) => {
            let suggestion = c.to_digit(10).and_then(|digit| digit.checked_sub(1));
            if let Some(n) = suggestion.filter(|n| (*n as usize) < approval.suggestions.len()) {
                return decide(approval, Decision { remember: Some(n), ..yes(approval) });
            }
        }
        _ => {}
    }
    Vec::new()
}

/// A plan goes on by asking first, or with edits accepted; never in a mode that asks nothing.
fn plan(approval: &Approval, letter: Option<char>) -> Vec<Cmd> {
    let mode = match letter {
        Some('y') => PermissionMode::Default,
        Some('e') => PermissionMode::AcceptEdits,
        _ => return Vec::new(),
    };
    decide(approval, Decision { next_mode: Some(mode), ..yes(approval) })
}

/// Says no, with words if there are any.
pub(super) fn deny(model: &Model, id: ApprovalId, words: &str) -> Vec<Cmd> {
    let Some(approval) = model.world.approvals.get(&id) else { return Vec::new() };
    let message = (!words.is_empty()).then(|| words.to_owned());
    decide(approval, Decision { decision: Verdict::Deny, message, ..yes(approval) })
}

fn question(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Approvals(answering) = &mut model.page else { return Vec::new() };
    let Some(approval) = model.world.approvals.get(&answering.id) else { return Vec::new() };
    let Some(question) = approval.questions.get(answering.question) else { return Vec::new() };
    let last = question.options.len().saturating_sub(1);
    let digit = letter(pressed).and_then(|c| c.to_digit(10)).and_then(|digit| digit.checked_sub(1));
    let named = digit.map(|digit| digit as usize).filter(|digit| *digit <= last);
    match pressed.code {
        KeyCode::Up | KeyCode::Char('k') => answering.at = answering.at.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => answering.at = (answering.at + 1).min(last),
        KeyCode::Char(' ') if question.multi_select => toggle(answering, question, answering.at),
        KeyCode::Char(_) if let Some(option) = named => {
            answering.at = option;
            toggle(answering, question, option);
            if !question.multi_select {
                return next(model);
            }
        }
        KeyCode::Enter => {
            let (at, chosen) = (answering.at, &answering.chosen[answering.question]);
            if !question.multi_select || *chosen == Chosen::default() {
                answering.chosen[answering.question] = Chosen::default();
                toggle(answering, question, at);
            }
            return next(model);
        }
        _ => {}
    }
    Vec::new()
}

fn toggle(answering: &mut Answering, question: &Question, option: usize) {
    let Some(chosen) = answering.chosen.get_mut(answering.question) else { return };
    match chosen.options.iter().position(|one| *one == option) {
        Some(place) if question.multi_select => drop(chosen.options.remove(place)),
        _ if question.multi_select => chosen.options.push(option),
        _ => *chosen = Chosen { options: vec![option], words: String::new() },
    }
}

/// An answer in words: beside the chosen options where several may be chosen, else instead of them.
pub(super) fn words(model: &mut Model, words: String) -> Vec<Cmd> {
    let Page::Approvals(answering) = &mut model.page else { return Vec::new() };
    let several = model
        .world
        .approvals
        .get(&answering.id)
        .and_then(|approval| approval.questions.get(answering.question))
        .is_some_and(|question| question.multi_select);
    let Some(chosen) = answering.chosen.get_mut(answering.question) else { return Vec::new() };
    if words.is_empty() {
        return Vec::new();
    }
    chosen.words = words;
    if !several {
        chosen.options.clear();
    }
    next(model)
}

/// The next question, or the answer to all once there is none.
fn next(model: &mut Model) -> Vec<Cmd> {
    let Page::Approvals(answering) = &mut model.page else { return Vec::new() };
    let Some(approval) = model.world.approvals.get(&answering.id) else { return Vec::new() };
    answering.at = 0;
    if answering.question + 1 < approval.questions.len() {
        answering.question += 1;
        return Vec::new();
    }
    let Some(answers) = answers(&approval.questions, &answering.chosen) else {
        answering.question = 0;
        return Vec::new();
    };
    decide(approval, Decision { answers: Some(answers), ..yes(approval) })
}

/// The answers to all questions, or none while one is missing.
fn answers(questions: &[Question], chosen: &[Chosen]) -> Option<BTreeMap<String, String>> {
    let one = |question: &Question, chosen: &Chosen| {
        let options = question.options.iter().enumerate().filter(|(n, _)| chosen.options.contains(n));
        let words = (!chosen.words.is_empty()).then_some(chosen.words.as_str());
        let parts: Vec<&str> = options.map(|(_, option)| option.label.as_str()).chain(words).collect();
        (!parts.is_empty()).then(|| (question.question.clone(), parts.join(", ")))
    };
    questions.iter().zip(chosen).map(|(question, chosen)| one(question, chosen)).collect()
}

/// Goes to another approval.
fn step(model: &mut Model, by: isize) {
    let Page::Approvals(answering) = &model.page else { return };
    let all = model.world.pending(answering.of);
    let at = all.iter().position(|approval| approval.id == answering.id).unwrap_or(0);
    let to = at.saturating_add_signed(by).min(all.len().saturating_sub(1));
    if let Some(approval) = all.get(to).filter(|_| to != at) {
        model.page = Page::Approvals(Answering::new(answering.of, answering.back, approval));
    }
}

/// Back to where one came from.
fn leave(model: &mut Model, back: Option<SessionId>) -> Vec<Cmd> {
    model.page = Page::List;
    back.map(|id| chat::open(model, id)).unwrap_or_default()
}

/// Leaves an approval that waits no more, answered here or on another device. The next one is not put in its place: a key that
/// was meant for this one would answer that.
pub(super) fn settle(model: &mut Model) -> Vec<Cmd> {
    let Page::Approvals(answering) = &model.page else { return Vec::new() };
    if model.world.approvals.contains_key(&answering.id) {
        return Vec::new();
    }
    if let Some(Dialog::Ask(Ask { purpose: Purpose::Deny(_) | Purpose::Words, .. })) = model.dialog {
        model.dialog = None;
    }
    let back = answering.back;
    let note = match model.world.approvals.len() {
        0 => "It is answered.".to_owned(),
        1 => "It is answered; one more waits.".to_owned(),
        more => format!("It is answered; {more} more wait."),
    };
    model.note.get_or_insert(note);
    leave(model, back)
}
