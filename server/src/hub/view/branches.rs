//! The choice of a branch for a new session.

use app::git::{model::Branch, offers::What};
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_width::UnicodeWidthStr;

use super::{
    super::{
        model::{Branching, Model},
        plain::{cut, line},
        update::{Row, rows},
    },
    first_shown, head, look, typed,
};

pub(super) fn draw(
    frame: &mut Frame,
    model: &Model,
    page: &Branching,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let project = line(model.world.project_name(page.project));
    let (rows, hidden) = rows(&page.found, page.filter.value());
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    head(frame, top, &format!("{project}: which branch?"), Line::styled(more, look::soft()));
    let [filter, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(body);
    typed(frame, filter, "/", &page.filter, model.dialog.is_none());
    let (width, fit) = (usize::from(rest.width), usize::from(rest.height).max(1));
    let first = first_shown(page.at, rows.len(), fit);
    let lines = rows.iter().enumerate().skip(first).take(fit).map(|(n, row)| {
        let (name, about) = words(model, row);
        let name = cut(&line(&name), width);
        let about = cut(&line(&about), width.saturating_sub(name.width() + 2));
        let style = if n == page.at { look::chosen() } else { Style::new() };
        Line::from(vec![Span::raw(name), Span::raw("  "), Span::styled(about, look::soft())]).style(style)
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), rest);
    vec![("Enter", "choose"), ("Esc", "back"), ("type", "to find or make")]
}

/// What a line is called, and what is said of it.
fn words(model: &Model, row: &Row) -> (String, String) {
    match row {
        Row::Here(name) => (name.clone(), "checked out now".to_owned()),
        Row::Other(offer) => {
            let name = offer.to.name.clone();
            match &offer.what {
                What::Local(branch) => (name, about(branch, model)),
                What::Remote => (name, "on a remote".to_owned()),
                What::LeftOut => (name, "if there is one of that name".to_owned()),
                What::New(from) => {
                    let from = from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
                    (format!("+ {name}"), format!("a new branch{from}"))
                }
            }
        }
    }
}

fn about(branch: &Branch, model: &Model) -> String {
    let default = branch.default.then(|| "default".to_owned());
    let unpushed = branch.unpushed.filter(|count| *count > 0).map(|count| format!("{count} not pushed"));
    let parts = [default, Some(branch.at.ago(model.now)), unpushed, Some(branch.subject.clone())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
