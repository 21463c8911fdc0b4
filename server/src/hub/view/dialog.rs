//! What is asked before something is done, in a box over the page.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, Clear, Paragraph},
};

use super::{
    super::{
        model::{Dialog, Menu},
        plain::{cut, line, wrap},
    },
    look, typed,
};

/// The widest a box gets.
const WIDTH: u16 = 60;

pub(super) fn draw(frame: &mut Frame, dialog: &Dialog) {
    let all = frame.area();
    let width = all.width.min(WIDTH);
    let inner = usize::from(width.saturating_sub(4));
    match dialog {
        Dialog::Menu(menu) => {
            let lines = menu_lines(menu, inner);
            let area = middle(all, width, lines.len());
            let text = boxed(frame, area, &menu.title, inner);
            frame.render_widget(Paragraph::new(lines), text);
        }
        Dialog::Ask(ask) => {
            let area = middle(all, width, 2);
            let text = boxed(frame, area, ask.title, inner);
            let [line, keys] = [0, 1].map(|n| Rect { y: text.y + n, height: 1, ..text }.intersection(text));
            typed(frame, line, "", &ask.input, true);
            frame.render_widget(Line::styled("Enter: done   Esc: leave it", look::soft()), keys);
        }
    }
}

fn menu_lines(menu: &Menu, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = wrap(&line(&menu.words), width).into_iter().map(Line::raw).collect();
    lines.push(Line::default());
    for (n, choice) in menu.choices.iter().enumerate() {
        let style = if n == menu.at { look::chosen() } else { Style::new() };
        lines.push(Line::from(Span::styled(format!(" {}  {} ", choice.key, choice.label), style)));
    }
    lines
}

/// A box of this many lines in the middle.
fn middle(all: Rect, width: u16, lines: usize) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(all.height).min(all.height);
    Rect { x: (all.width - width) / 2, y: (all.height - height) / 2, width, height }
}

fn boxed(frame: &mut Frame, area: Rect, title: &str, inner: usize) -> Rect {
    frame.render_widget(Clear, area);
    let block =
        Block::bordered().title(Line::styled(format!(" {} ", cut(&line(title), inner)), look::title()));
    let within = block.inner(area);
    frame.render_widget(block, area);
    Rect { x: within.x + 1, width: within.width.saturating_sub(2), ..within }
}
