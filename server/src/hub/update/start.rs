//! Keys of what starts something: the choice of a project, and the form of a new session.

use app::{git::model::SwitchBranch, ids::ProjectId, projects::model::Project, worktrees::model::InWorktree};
use crossterm::event::{KeyCode, KeyEvent};
use serde_json::{Value, json};
use tui_input::Input;

use super::{
    super::{
        cards::{Item, News, Session, World},
        model::{Call, Cmd, Edits, Field, Form, Model, Page, Picked},
        plain::line,
    },
    chat, hear, opens_editor, type_in,
};

/// The projects that the typed letters fit: trusted ones first, each kind in the person's own order.
pub(in crate::hub) fn offered<'a>(world: &'a World, typed: &str) -> Vec<&'a Project> {
    let typed = typed.trim().to_lowercase();
    let fits = |project: &&Project| {
        let words = [&project.name, &project.path];
        let proper = !project.archived && project.worktree_of.is_none();
        proper && words.iter().any(|word| word.to_lowercase().contains(&typed))
    };
    let mut all: Vec<_> = world.projects.values().filter(fits).collect();
    all.sort_by_key(|project| (project.trust.is_none(), project.position));
    all
}

pub(super) fn pick(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Picker(picker) = &mut model.page else { return Vec::new() };
    let offered = offered(&model.world, picker.filter.value());
    match pressed.code {
        KeyCode::Esc => model.page = Page::List,
        KeyCode::Up => picker.at = picker.at.saturating_sub(1),
        KeyCode::Down | KeyCode::Tab => picker.at = (picker.at + 1).min(offered.len().saturating_sub(1)),
        KeyCode::Enter => {
            let Some(project) = offered.get(picker.at) else { return Vec::new() };
            let (id, what) = (project.id, picker.what);
            if project.trust.is_none() {
                let name = &project.name;
                model.note =
                    Some(format!("Nobody has trusted {name} yet: look at it in the web page first."));
                return Vec::new();
            }
            if what == Picked::Shell {
                model.page = Page::List;
                return vec![Cmd::Call(Call::Open(id))];
            }
            if project.git.is_some() {
                picker.picked = Some(id);
                return vec![Cmd::Call(Call::Branches(id))];
            }
            return begin(model, id, None);
        }
        _ => {
            type_in(&mut picker.filter, pressed);
            picker.at = 0;
        }
    }
    Vec::new()
}

/// Begins to write a session, in the editor if there is one.
pub(super) fn begin(model: &mut Model, project: ProjectId, branch: Option<SwitchBranch>) -> Vec<Cmd> {
    model.page = Page::Form(Form {
        project,
        prompt: Input::default(),
        branch,
        worktree: false,
        job: true,
        terminal: false,
        field: Field::Prompt,
        sent: None,
    });
    model.editor.then(|| Cmd::Edit(Edits::Prompt, String::new())).into_iter().collect()
}

pub(super) fn form(model: &mut Model, pressed: KeyEvent) -> Vec<Cmd> {
    let Page::Form(form) = &mut model.page else { return Vec::new() };
    if form.sent.is_some() {
        if pressed.code == KeyCode::Esc
            && let Page::Form(form) = std::mem::replace(&mut model.page, Page::List)
        {
            model.left.push(form);
        }
        return Vec::new();
    }
    let order = fields(&model.world, form.project);
    let at = order.iter().position(|field| *field == form.field).unwrap_or(0);
    match pressed.code {
        KeyCode::Esc => model.page = Page::List,
        KeyCode::Down | KeyCode::Tab => form.field = order[(at + 1) % order.len()],
        KeyCode::Up | KeyCode::BackTab => form.field = order[(at + order.len() - 1) % order.len()],
        KeyCode::Enter => return start(model),
        _ if opens_editor(pressed) => return vec![Cmd::Edit(Edits::Prompt, form.prompt.value().to_owned())],
        _ if form.field == Field::Prompt => type_in(&mut form.prompt, pressed),
        KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if form.field == Field::Branch => {
            return vec![Cmd::Call(Call::Branches(form.project))];
        }
        KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if form.field == Field::Worktree => {
            form.worktree = !form.worktree;
            let here = model.world.branch(form.project).filter(|_| !form.worktree);
            // It was where a new branch starts from; it is checked out already.
            form.branch.take_if(|branch| !branch.create && Some(branch.name.as_str()) == here);
        }
        KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if form.field == Field::Mode => {
            form.job = !form.job
        }
        KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if form.field == Field::Surface => {
            form.terminal = !form.terminal
        }
        _ => {}
    }
    Vec::new()
}

/// The fields of the form, in order; a branch and a worktree only where there is git.
pub(in crate::hub) fn fields(world: &World, project: ProjectId) -> Vec<Field> {
    let git = world.branch(project).map(|_| [Field::Branch, Field::Worktree]);
    let git = git.into_iter().flatten();
    [Field::Prompt].into_iter().chain(git).chain([Field::Mode, Field::Surface]).collect()
}

fn start(model: &mut Model) -> Vec<Cmd> {
    let Page::Form(form) = &mut model.page else { return Vec::new() };
    let prompt = form.prompt.value().trim_end();
    if prompt.trim().is_empty() {
        model.note = Some("Say first what is to be done.".to_owned());
        return Vec::new();
    }
    let mut new = json!({
        "project_id": form.project,
        "prompt": prompt,
        "mode": if form.job { "job" } else { "session" },
        "surface": if form.terminal { "tui" } else { "chat" },
    });
    if form.worktree {
        new["worktree"] = json!(wish(form));
    }
    form.sent = Some(new.clone());
    vec![Cmd::Call(match form.branch.clone().filter(|_| !form.worktree) {
        Some(branch) => Call::SwitchToCreate(form.project, branch, new),
        None => Call::Create(new),
    })]
}

/// The worktree that is wished for: on the new branch that was chosen, or on one that starts from what was.
fn wish(form: &Form) -> InWorktree {
    match form.branch.clone() {
        Some(new) if new.create => InWorktree { id: None, branch: Some(new.name), base: new.from },
        from => InWorktree { id: None, branch: None, base: from.map(|from| from.name) },
    }
}

/// The form that this was sent from, be it left by now.
pub(super) fn sent<'a>(model: &'a mut Model, new: &Value) -> Option<&'a mut Form> {
    let here = match &mut model.page {
        Page::Form(form) => Some(form),
        _ => None,
    };
    here.into_iter().chain(&mut model.left).find(|form| form.sent.as_ref() == Some(new))
}

/// Goes back to what was written, if it was left and then did not start. Whether there was such a form.
pub(super) fn go_back(model: &mut Model) -> bool {
    let unsent = model.left.iter().rposition(|form| form.sent.is_none());
    if let Some(at) = unsent {
        model.page = Page::Form(model.left.remove(at));
    }
    unsent.is_some()
}

/// Shows what was started, unless the person is elsewhere by now.
pub(super) fn started(model: &mut Model, card: Session, new: &Value) -> Vec<Cmd> {
    let (id, in_terminal) = (card.id, card.in_terminal());
    let words = format!("{} has started.", line(&card.name));
    hear(model, News::Session(Box::new(card)));
    let in_list = matches!(model.page, Page::List) && !model.list.filtering && model.dialog.is_none();
    let from = |form: &Form| form.sent.as_ref() == Some(new);
    let on_the_form = matches!(&model.page, Page::Form(form) if from(form));
    model.left.retain(|form| !from(form));
    if !in_list && !on_the_form {
        model.note = Some(words);
        return Vec::new();
    }
    model.list.at = Some(Item::Session(id));
    model.page = Page::List;
    if in_terminal { vec![Cmd::Call(Call::IntoTerminal(id))] } else { chat::open(model, id) }
}

/// What was not started can be changed, and sent again.
pub(super) fn failed(model: &mut Model, new: &Value, words: &str) {
    if let Some(form) = sent(model, new) {
        form.sent = None;
    }
    let left = model.left.iter().any(|form| form.sent.is_none());
    let back = if left { " n goes back to what you wrote." } else { "" };
    model.note = Some(line(&format!("{words}{back}")));
}
