//! The server's configuration: opened in the editor, and what is asked when what was written cannot be saved.

use super::super::{
    model::{Call, Choice, Cmd, Dialog, Edits, Menu, Model},
    settings::{Answer, Ask, Draft, with_help},
};

/// Opens it.
pub(super) fn open(model: &mut Model) -> Vec<Cmd> {
    if model.editor {
        return vec![call(Ask::Read)];
    }
    model.note = Some("Set VISUAL or EDITOR to change the configuration in an editor.".to_owned());
    Vec::new()
}

/// Saves what the editor left, if anything is new.
pub(super) fn edited(before: &str, edited: String) -> Vec<Cmd> {
    vec![call(Ask::Save(Draft { before: before.to_owned(), edited }))]
}

pub(super) fn answered(model: &mut Model, answer: Answer) -> Vec<Cmd> {
    let said = match answer {
        Answer::Read(text) => {
            let helped = with_help(&text);
            return vec![Cmd::Edit(Edits::Settings(text), helped)];
        }
        Answer::Wrong(draft, words) => {
            let again = Some(again(&draft));
            return ask(model, "This cannot be used", words, again, draft);
        }
        Answer::Failed(draft, words) => {
            let again = Some(again(&draft));
            return ask(model, "This is not saved", words, again, draft);
        }
        Answer::Moved(draft) => {
            let words = "Somebody else has changed roost.toml meanwhile. It was left as it is now.";
            return ask(model, "This is not saved", words.to_owned(), None, draft);
        }
        Answer::Same => "Nothing was changed.".to_owned(),
        Answer::Saved(words) => words,
        Answer::Kept(path) => format!("It is in {}.", path.display()),
    };
    model.note = Some(said);
    Vec::new()
}

fn call(ask: Ask) -> Cmd {
    Cmd::Call(Call::Settings(ask))
}

fn again(draft: &Draft) -> Choice {
    let edit = Cmd::Edit(Edits::Settings(draft.before.clone()), draft.edited.clone());
    Choice::new('e', "Edit it again", edit)
}

/// What becomes of a text that is not saved. It is discarded only by whoever says so.
fn ask(model: &mut Model, title: &str, words: String, again: Option<Choice>, draft: Draft) -> Vec<Cmd> {
    let keep = call(Ask::Keep(draft));
    let mut choices: Vec<Choice> = again.into_iter().collect();
    choices.push(Choice::new('k', "Keep mine beside roost.toml", keep.clone()));
    choices.push(Choice::new('d', "Discard mine", None));
    let menu = Menu { title: title.to_owned(), words, choices, at: 0, on_esc: Some(keep) };
    model.ask(Dialog::Menu(menu));
    Vec::new()
}
