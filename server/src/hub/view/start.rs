//! The choice of a project, and the form of a new session.

use app::worktrees::model::branch_of;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    super::{
        model::{Field, Form, Model, Picked, Picker},
        plain::{cut, line, wrap},
        update::offered,
    },
    first_shown, head, look, typed,
};

pub(super) fn draw_picker(
    frame: &mut Frame,
    model: &Model,
    picker: &Picker,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let title = match picker.what {
        Picked::Session => "New session: where?",
        Picked::Shell => "New shell: where?",
    };
    head(frame, top, title, Line::default());
    let [filter, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(body);
    typed(frame, filter, "/", &picker.filter, model.dialog.is_none());
    let (width, fit) = (usize::from(rest.width), usize::from(rest.height).max(1));
    let offered = offered(&model.world, picker.filter.value());
    let first = first_shown(picker.at, offered.len(), fit);
    let lines = offered.iter().enumerate().skip(first).take(fit).map(|(n, project)| {
        let trusted = project.trust.is_some();
        let mark = if trusted { "" } else { " (not trusted: web page)" };
        let name = cut(&line(&project.name), width.saturating_sub(mark.len() + 1));
        let branch = project.git.as_ref().map(|git| format!(" · {}", git.branch)).unwrap_or_default();
        let text = cut(&line(&format!("{name}{mark}{branch}  {}", project.path)), width);
        let style = if n == picker.at { look::chosen() } else { Style::new() };
        Line::styled(text, if trusted { style } else { style.patch(look::soft()) })
    });
    let lines: Vec<Line> = lines.collect();
    if lines.is_empty() {
        frame.render_widget(Paragraph::new("Nothing fits.").style(look::soft()), rest);
    } else {
        frame.render_widget(Paragraph::new(lines), rest);
    }
    vec![("Enter", "choose"), ("Esc", "back"), ("type", "to find")]
}

pub(super) fn draw_form(
    frame: &mut Frame,
    model: &Model,
    form: &Form,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let project = line(model.world.project_name(form.project));
    let under_way = if form.sent.is_some() { "starting …" } else { "" };
    head(frame, top, &format!("New session in {project}"), Line::styled(under_way, look::soft()));
    let one = Constraint::Length(1);
    let current = model.world.branch(form.project);
    let maybe = Constraint::Length(u16::from(current.is_some()));
    let [prompt, branch, worktree, mode, surface, _, text] =
        Layout::vertical([one, maybe, maybe, one, one, one, Constraint::Min(0)]).areas(body);
    let on = |field: Field| form.field == field;
    typed(
        frame,
        prompt,
        &label("Prompt", on(Field::Prompt)),
        &form.prompt,
        on(Field::Prompt) && model.dialog.is_none(),
    );
    let choice = |frame: &mut Frame, area, name, field, value: &str| {
        let style = if on(field) { look::chosen() } else { Style::new() };
        let spans =
            vec![Span::styled(label(name, on(field)), look::soft()), Span::styled(value.to_owned(), style)];
        frame.render_widget(Line::from(spans), area);
    };
    if let Some(current) = current {
        choice(frame, branch, "Branch", Field::Branch, &branch_words(form, current));
        let apart = if form.worktree { "its own, beside the project" } else { "none: in the project" };
        choice(frame, worktree, "Worktree", Field::Worktree, apart);
    }
    let job = if form.job { "job: ends when it is done" } else { "session: stays open" };
    choice(frame, mode, "Mode", Field::Mode, job);
    let place = if form.terminal { "terminal" } else { "chat" };
    choice(frame, surface, "Surface", Field::Surface, place);
    // A prompt of several lines is shown as it was written.
    if form.prompt.value().contains('\n') {
        let lines = wrap(&super::super::plain::plain(form.prompt.value()), usize::from(text.width));
        let lines: Vec<Line> = lines.into_iter().map(Line::raw).collect();
        frame.render_widget(Paragraph::new(lines), text);
    }
    let change = if on(Field::Prompt) { ("^o", "editor") } else { ("Space", "change") };
    vec![("Enter", "start"), ("Tab", "field"), change, ("Esc", "back")]
}

/// What is checked out for it, and what is made.
fn branch_words(form: &Form, current: &str) -> String {
    let named = || branch_of(form.prompt.value());
    match &form.branch {
        Some(to) if to.create => {
            format!("{}: new, from {}", line(&to.name), line(to.from.as_deref().unwrap_or(current)))
        }
        Some(from) if form.worktree => format!("{}: new, from {}", named(), line(&from.name)),
        None if form.worktree => format!("{}: new, from the default one", named()),
        Some(to) => format!("{}: checked out first", line(&to.name)),
        None => line(current),
    }
}

fn label(name: &str, active: bool) -> String {
    format!("{} {name:<8} ", if active { ">" } else { " " })
}
