//! Draws the model. In the terminal's own sixteen colours and its own attributes, so that it reads on a light ground and a dark
//! one; from 40 columns up. Changes nothing.

mod approvals;
mod branches;
mod chat;
mod dialog;
mod help;
mod list;
mod look;
mod start;

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::{Clear, Paragraph},
};
use tui_input::Input;
use unicode_width::UnicodeWidthStr;

pub(super) use self::chat::room as chat_room;
use super::{
    model::{Model, Page},
    plain::{cut, line, wrap},
};

/// The most lines that a note takes.
const NOTE: usize = 6;

/// Draws everything.
pub(super) fn draw(frame: &mut Frame, model: &Model) {
    if model.help {
        return help::draw(frame);
    }
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)])
            .areas(frame.area());
    let hints = match &model.page {
        Page::List => list::draw(frame, model, head, body),
        Page::Chat(page) => chat::draw(frame, model, page, head, body),
        Page::Approvals(page) => approvals::draw(frame, model, page, head, body),
        Page::Picker(page) => start::draw_picker(frame, model, page, head, body),
        Page::Branches(page) => branches::draw(frame, model, page, head, body),
        Page::Form(page) => start::draw_form(frame, model, page, head, body),
    };
    footer(frame, model, foot, &hints);
    if let Some(asked) = &model.dialog {
        dialog::draw(frame, asked);
    }
}

/// The keys that are good here, as many as there is room for; or what was just said.
fn footer(frame: &mut Frame, model: &Model, foot: Rect, hints: &[(&str, &str)]) {
    let width = usize::from(foot.width);
    let note = model.note.as_ref().map(|note| (note, look::title()));
    if let Some((said, style)) = note.or(model.away.as_ref().map(|away| (away, look::alert()))) {
        let mut lines = wrap(&line(said), width);
        if lines.len() > NOTE {
            lines.truncate(NOTE);
            lines[NOTE - 1] = cut(&format!("{} …", lines[NOTE - 1]), width);
        }
        let height = u16::try_from(lines.len()).unwrap_or(1).clamp(1, foot.bottom());
        let area = Rect { y: foot.bottom() - height, height, ..foot };
        frame.render_widget(Clear, area);
        let lines: Vec<Line> = lines.into_iter().map(|text| Line::styled(text, style)).collect();
        return frame.render_widget(Paragraph::new(lines), area);
    }
    let (mut spans, mut used) = (Vec::new(), 0);
    for (key, word) in hints {
        let wide = key.width() + word.width() + 1;
        if used + wide > width {
            break;
        }
        spans.extend([Span::styled(*key, look::key()), Span::styled(format!(" {word}  "), look::soft())]);
        used += wide + 2;
    }
    frame.render_widget(Line::from(spans), foot);
}

/// A first line: what this is, and at its right what matters most about it.
fn head(frame: &mut Frame, area: Rect, title: &str, right: Line<'_>) {
    let taken = u16::try_from(right.width()).unwrap_or(area.width);
    let [left, end] = Layout::horizontal([Constraint::Min(0), Constraint::Length(taken)]).areas(area);
    let title = cut(title, usize::from(left.width).saturating_sub(1));
    frame.render_widget(Line::styled(title, look::title()), left);
    frame.render_widget(right, end);
}

/// The first row that is shown of `count`, of which `fit`: the chosen one has others on both sides, where there are some.
fn first_shown(at: usize, count: usize, fit: usize) -> usize {
    at.saturating_sub(fit / 2).min(count.saturating_sub(fit))
}

/// A line that is being typed, with the cursor where it is.
fn typed(frame: &mut Frame, area: Rect, label: &str, input: &Input, active: bool) {
    let start = u16::try_from(label.width()).unwrap_or(0).min(area.width);
    let room = usize::from(area.width - start).max(1);
    let scroll = input.visual_scroll(room.saturating_sub(1));
    // An end of line is one character here, as it is to the cursor.
    let value: String = input.value().replace('\n', "⏎").chars().filter(|c| !c.is_control()).collect();
    let mut skipped = 0;
    let shown = value.chars().skip_while(|c| {
        skipped += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
        skipped <= scroll
    });
    let spans = [Span::styled(label.to_owned(), look::soft()), Span::raw(shown.collect::<String>())];
    frame.render_widget(Line::from(spans.to_vec()), area);
    if active {
        let at = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
        frame.set_cursor_position((area.x + (start + at).min(area.width.saturating_sub(1)), area.y));
    }
}
