//! The choice of a branch for a new session. Nothing is checked out before the session is started.

use app::{
    git::{
        model::{Branches, SwitchBranch},
        offers::{Offer, offers},
    },
    ids::ProjectId,
    projects::model::Project,
};
use crossterm::event::{KeyCode, KeyEvent};
use serde_json::Value;
use tui_input::Input;

use super::{
    super::model::{Branching, Call, Cmd, Model, Page},
    start, type_in,
};

/// One line of the choice.
pub(in crate::hub) enum Row {
    /// What is checked out stays.
    Here(String),
    /// Another is.
    Other(Offer),
}

/// The branches that the typed letters fit: the one that is checked out, then the default one and the latest;
/// and how many there are beside these.
pub(in crate::hub) fn rows(found: &Branches, typed: &str) -> (Vec<Row>, usize) {
    let part = typed.trim().to_lowercase();
    let here = found.head.iter().filter(|head| head.to_lowercase().contains(&part)).cloned().map(Row::Here);
    let offers = offers(found, typed);
    let others = offers.lines.into_iter().filter(|offer| Some(&offer.to.name) != found.head.as_ref());
    (here.chain(others.map(Row::Other)).collect(), offers.hidden)
}

/// The branches of the project that was chosen; without any the session is written at once.
pub(super) fn came(model: &mut Model, project: ProjectId, found: Result<Branches, String>) -> Vec<Cmd> {
    let form = match std::mem::replace(&mut model.page, Page::List) {
        Page::Picker(picker) if picker.picked == Some(project) => None,
        Page::Form(form) if form.project == project && form.sent.is_none() => Some(form),
        // Who has gone elsewhere meanwhile stays there.
        elsewhere => {
            model.page = elsewhere;
            return Vec::new();
        }
    };
    let nothing = |found: &Branches| found.branches.is_empty() && found.remote_only.is_empty();
    match (found, form) {
        (Ok(found), form) if !nothing(&found) => {
            let filter = Input::default();
            model.page = Page::Branches(Branching { project, found, filter, at: 0, form });
            Vec::new()
        }
        (found, form) => {
            model.note = found.err();
            match form {
                Some(form) => {
                    model.page = Page::Form(form);
                    Vec::new()
                }
                None => start::begin(model, project, None),
            }
        }
    }
}

pub(super) fn key(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Branches(page) = &mut model.page else { return Vec::new() };
    let (rows, _) = rows(&page.found, page.filter.value());
    match pressed.code {
        KeyCode::Esc => {
            model.page = page.form.take().map_or(Page::List, Page::Form);
        }
        KeyCode::Up => page.at = page.at.saturating_sub(1),
        KeyCode::Down | KeyCode::Tab => page.at = (page.at + 1).min(rows.len().saturating_sub(1)),
        KeyCode::Enter => {
            let apart = page.form.as_ref().is_some_and(|form| form.worktree);
            let branch = match rows.into_iter().nth(page.at) {
                // A worktree of its own starts from the default one unless another is named.
                Some(Row::Here(name)) => apart.then(|| SwitchBranch { name, ..SwitchBranch::default() }),
                Some(Row::Other(offer)) => Some(offer.to),
                None => return Vec::new(),
            };
            return choose(model, branch);
        }
        _ => {
            type_in(&mut page.filter, pressed);
            page.at = 0;
        }
    }
    Vec::new()
}

fn choose(model: &mut Model, branch: Option<SwitchBranch>) -> Vec<Cmd> {
    let Page::Branches(page) = &mut model.page else { return Vec::new() };
    match page.form.take() {
        Some(mut form) => {
            form.branch = branch;
            model.page = Page::Form(form);
            Vec::new()
        }
        None => {
            let project = page.project;
            start::begin(model, project, branch)
        }
    }
}

/// The branch is checked out: what was to be started on it is. It is not checked out again if that fails.
pub(super) fn switched(model: &mut Model, project: Project, new: Value) -> Vec<Cmd> {
    model.world.projects.insert(project.id, project);
    if let Some(form) = start::sent(model, &new) {
        form.branch = None;
    }
    vec![Cmd::Call(Call::Create(new))]
}
