//! The list: a line for each session and terminal where there is room, two where there is little.

use app::{sessions::model::Status, terminals::model::TerminalStatus};
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_width::UnicodeWidthStr;

use super::{
    super::{
        cards::{Item, World},
        model::Model,
        plain::{cut, line},
    },
    first_shown, head, look, typed,
};

/// From so many columns on a line holds everything.
const WIDE: usize = 64;

/// What a row says.
struct Row {
    live: bool,
    name: String,
    place: String,
    state: &'static str,
    style: Style,
    age: String,
}

pub(super) fn draw(
    frame: &mut Frame,
    model: &Model,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let title = if model.list.archived { "Roost: archived" } else { "Roost" };
    head(frame, top, title, summary(&model.world));
    let filtered = model.list.filtering || !model.list.filter.value().is_empty();
    let mut rest = body;
    if filtered && body.height > 1 {
        typed(
            frame,
            Rect { height: 1, ..body },
            "/",
            &model.list.filter,
            model.list.filtering && model.dialog.is_none(),
        );
        rest = Rect { y: body.y + 1, height: body.height - 1, ..body };
    }
    let items = model.items();
    if items.is_empty() {
        frame.render_widget(Paragraph::new(nothing(model, filtered)).style(look::soft()), rest);
    } else {
        rows(frame, model, &items, rest);
    }
    if model.list.filtering {
        return vec![("Enter", "keep"), ("Esc", "clear")];
    }
    vec![
        ("Enter", "open"),
        ("n", "new"),
        ("?", "keys"),
        ("q", "quit"),
        ("t", "shell"),
        ("a", "answer"),
        ("/", "find"),
        ("s", "stop"),
        (",", "settings"),
    ]
}

fn nothing(model: &Model, filtered: bool) -> &'static str {
    match (filtered, model.list.archived) {
        _ if !model.loaded => "\n …",
        (true, _) => "\n Nothing fits.",
        (false, true) => "\n Nothing is archived.",
        (false, false) => "\n Nothing here yet.\n\n n starts a session,\n t opens a shell.",
    }
}

/// How many need a person, and how many run.
fn summary(world: &World) -> Line<'static> {
    let waiting = world.sessions.values().filter(|card| card.waiting > 0 && !card.archived).count();
    let running =
        world.sessions.values().filter(|card| card.status == Status::Running && card.waiting == 0).count();
    let mut spans = Vec::new();
    if waiting > 0 {
        let need = if waiting == 1 { "needs" } else { "need" };
        spans.push(Span::styled(format!("{waiting} {need} you"), look::waits()));
        spans.push(Span::styled(" · ", look::soft()));
    }
    spans.push(Span::styled(format!("{running} running"), look::soft()));
    Line::from(spans)
}

fn rows(frame: &mut Frame, model: &Model, items: &[Item], area: Rect) {
    let width = usize::from(area.width);
    let each = if width < WIDE { 2 } else { 1 };
    let fit = (usize::from(area.height) / each).max(1);
    let at = model.chosen(items);
    let first = first_shown(at, items.len(), fit);
    let mut lines = Vec::new();
    for (n, item) in items.iter().enumerate().skip(first).take(fit) {
        let Some(row) = row(model, *item) else { continue };
        let style = if n == at { look::chosen() } else { Style::new() };
        if each == 1 {
            lines.push(one_line(&row, width).style(style));
        } else {
            lines.extend(two_lines(&row, width).map(|line| line.style(style)));
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn row(model: &Model, item: Item) -> Option<Row> {
    let world = &model.world;
    let place = |name: &str, place| match world.tree(place) {
        Some(tree) => format!("{} · {}", line(name), line(&tree)),
        None => line(name),
    };
    Some(match item {
        Item::Session(id) => {
            let card = world.sessions.get(&id)?;
            let (state, style) = look::session(card);
            Row {
                live: card.live,
                name: line(&card.name),
                place: place(&card.project_name, card.place()),
                state,
                style,
                age: card.updated_at.ago(model.now),
            }
        }
        Item::Terminal(id) => {
            let card = world.terminals.get(&id)?;
            let (state, style) = look::terminal(card.status);
            Row {
                live: card.status == TerminalStatus::Running,
                name: line(&card.name),
                place: place(world.proper_name(card.project_id), card.project_id),
                state,
                style,
                age: card.created_at.ago(model.now),
            }
        }
    })
}

fn dot(live: bool) -> &'static str {
    if live { "● " } else { "○ " }
}

/// Cut or filled to exactly this many columns.
fn fill(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let missing = width - text.width();
    text + &" ".repeat(missing)
}

fn one_line(row: &Row, width: usize) -> Line<'static> {
    let place = (width / 3).min(36);
    let name = width.saturating_sub(2 + 2 + place + 1 + 10 + 4);
    Line::from(vec![
        Span::styled(dot(row.live), row.style),
        Span::styled(fill(&row.name, name), look::title()),
        Span::raw("  "),
        Span::styled(fill(&row.place, place), look::soft()),
        Span::raw(" "),
        Span::styled(fill(row.state, 10), row.style),
        Span::styled(format!("{:>4}", row.age), look::soft()),
    ])
}

fn two_lines(row: &Row, width: usize) -> [Line<'static>; 2] {
    let name = width.saturating_sub(2 + 1 + row.state.width());
    let place = width.saturating_sub(2 + 1 + row.age.width());
    [
        Line::from(vec![
            Span::styled(dot(row.live), row.style),
            Span::styled(fill(&row.name, name), look::title()),
            Span::raw(" "),
            Span::styled(row.state, row.style),
        ]),
        Line::from(vec![
            Span::raw("  "),
            Span::styled(fill(&row.place, place), look::soft()),
            Span::raw(" "),
            Span::styled(row.age.clone(), look::soft()),
        ]),
    ]
}
