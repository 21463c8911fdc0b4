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
            let again = Cmd::Edit(Edits::Settings(draft.before.clone()), draft.edited.clone());
            let choices = vec![
                Choice::new('e', "Edit it again", again),
                Choice::new('k', "Keep mine beside roost.toml", call(Ask::Keep(draft))),
                Choice::new('d', "Discard it", None),
            ];
            model.dialog = Some(menu("This cannot be used", words, choices));
            return Vec::new();
        }
        Answer::Moved(draft) => {
            let words = "Somebody else has changed roost.toml meanwhile. It was left as it is now.";
            let choices = vec![
                Choice::new('k', "Keep mine beside it", call(Ask::Keep(draft))),
                Choice::new('d', "Discard mine", None),
            ];
            model.dialog = Some(menu("This is not saved", words.to_owned(), choices));
            return Vec::new();
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

fn menu(title: &str, words: String, choices: Vec<Choice>) -> Dialog {
    Dialog::Menu(Menu { title: title.to_owned(), words, choices, at: 0 })
}
