//! A conversation as plain text, and the line that is said next.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    super::{
        model::{Chat, Model},
        plain::{cut, line},
        thread::{self, Tone},
    },
    head, look, typed,
};

/// Lines that are not the conversation: the name, the state, the message, the keys.
const AROUND: u16 = 4;

/// The columns and rows there are for a conversation on a screen of this size.
pub(in crate::hub) fn room((cols, rows): (u16, u16)) -> (usize, usize) {
    (usize::from(cols).max(1), usize::from(rows.saturating_sub(AROUND)).max(1))
}

pub(super) fn draw(
    frame: &mut Frame,
    model: &Model,
    chat: &Chat,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let [state, text, message] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)]).areas(body);
    let Some(card) = model.session(chat.id) else {
        head(frame, top, "This session is gone.", Line::default());
        return vec![("Esc", "back")];
    };
    let (word, style) = look::session(card);
    head(frame, top, &line(&card.name), Line::styled(word, style));
    let mut about = vec![card.project_name.as_str()];
    let tree = model.world.tree(card.place());
    about.extend(tree.as_deref());
    about.extend(card.reason.as_deref().or(card.activity.as_deref()));
    let about = cut(&line(&about.join(" · ")), usize::from(state.width));
    frame.render_widget(Line::styled(about, look::soft()), state);
    conversation(frame, chat, text);

    let typing = chat.writing && model.dialog.is_none();
    if chat.writing || !chat.input.value().is_empty() {
        typed(frame, message, "> ", &chat.input, typing);
    } else if chat.up > 0 {
        frame.render_widget(Line::styled("↓ more below: G goes to the end", look::soft()), message);
    }
    if chat.writing {
        return vec![("Enter", "send"), ("Esc", "leave"), ("^o", "editor")];
    }
    let mut hints = vec![("Enter", "write"), ("Esc", "back")];
    if card.waiting > 0 {
        hints.push(("a", "answer"));
    }
    hints.extend([
        ("i", "interrupt"),
        ("s", "stop"),
        ("?", "keys"),
        ("c", "in a terminal"),
        ("x", "archive"),
    ]);
    hints
}

fn conversation(frame: &mut Frame, chat: &Chat, area: Rect) {
    if chat.entries.is_empty() {
        let words = if chat.loading { "…" } else { "Nothing was said yet." };
        return frame.render_widget(Paragraph::new(words).style(look::soft()), area);
    }
    let lines = thread::lines(&chat.entries, usize::from(area.width));
    let height = usize::from(area.height);
    let end = lines.len().saturating_sub(chat.up).max(height.min(lines.len()));
    let shown = lines[end.saturating_sub(height)..end].iter().map(|(tone, text)| {
        let style = match tone {
            Tone::Person => look::title(),
            Tone::Agent => ratatui::style::Style::new(),
            Tone::Aside => look::soft(),
            Tone::Alert => look::alert(),
        };
        Line::from(Span::styled(text.clone(), style))
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
}
