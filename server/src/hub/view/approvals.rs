//! One approval: who asks, for what, with the whole input, and the keys that answer it.

use app::approvals::model::{Approval, ApprovalKind};
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    super::{
        model::{Answering, Model},
        plain::{line, plain, wrap},
    },
    head, look,
};

pub(super) fn draw(
    frame: &mut Frame,
    model: &Model,
    page: &Answering,
    top: Rect,
    body: Rect,
) -> Vec<(&'static str, &'static str)> {
    let pending = model.world.pending(page.of);
    let at = pending.iter().position(|approval| approval.id == page.id).unwrap_or(0);
    let Some(approval) = pending.get(at) else { return vec![("Esc", "back")] };
    let count = Line::styled(format!("{} of {}", at + 1, pending.len()), look::soft());
    head(frame, top, &line(&approval.title), count);

    let width = usize::from(body.width);
    let mut lines = about(approval, width);
    lines.extend(match approval.kind {
        ApprovalKind::Questions => question(approval, page, width),
        ApprovalKind::Plan => text(&approval.subject, width, Style::new()),
        ApprovalKind::Tool => tool(approval, width),
    });
    let most = lines.len().saturating_sub(usize::from(body.height));
    let down = page.down.min(most);
    let hidden = lines.len().saturating_sub(down + usize::from(body.height));
    let mut shown: Vec<Line> = lines.into_iter().skip(down).take(usize::from(body.height)).collect();
    if hidden > 0
        && let Some(last) = shown.last_mut()
    {
        *last = Line::styled(format!("↓ {} more lines", hidden + 1), look::soft());
    }
    frame.render_widget(Paragraph::new(shown), body);
    keys(approval.kind)
}

fn keys(kind: ApprovalKind) -> Vec<(&'static str, &'static str)> {
    let mut keys = match kind {
        ApprovalKind::Tool => vec![("y", "allow"), ("d", "deny"), ("w", "deny with words")],
        ApprovalKind::Questions => vec![("Enter", "choose"), ("w", "own words"), ("d", "do not answer")],
        ApprovalKind::Plan => vec![("y", "approve"), ("e", "accept edits"), ("w", "keep planning")],
    };
    keys.extend([("Tab", "next"), ("Esc", "back")]);
    keys
}

fn text(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    wrap(&plain(text), width).into_iter().map(|text| Line::styled(text, style)).collect()
}

/// Who asks, and why.
fn about(approval: &Approval, width: usize) -> Vec<Line<'static>> {
    let mut who = format!("{} · {} · {}", approval.tool, approval.session_name, approval.project_name);
    if let Some(agent) = &approval.agent {
        who.push_str(&format!(" · sub-agent {agent}"));
    }
    let mut lines = text(&line(&who), width, look::soft());
    if let Some(reason) = &approval.reason {
        lines.extend(text(&line(reason), width, look::soft()));
    }
    lines.push(Line::default());
    lines
}

/// What it is about, then the whole input unless that says no more, then what "always" can mean.
fn tool(approval: &Approval, width: usize) -> Vec<Line<'static>> {
    let mut lines = text(&approval.subject, width, look::title());
    let fields = approval.input.as_object().map_or(0, serde_json::Map::len);
    if fields > 1 {
        lines.push(Line::default());
        for (name, value) in approval.input.as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if value != approval.subject {
                lines.extend(text(&format!("{name}: {value}"), width, Style::new()));
            }
        }
    }
    for (n, suggestion) in approval.suggestions.iter().enumerate().take(9) {
        let words = format!("{} always: {} ({})", n + 1, suggestion.label, suggestion.scope);
        if n == 0 {
            lines.push(Line::default());
        }
        lines.extend(text(&line(&words), width, look::soft()));
    }
    lines
}

fn question(approval: &Approval, page: &Answering, width: usize) -> Vec<Line<'static>> {
    let Some(question) = approval.questions.get(page.question) else { return Vec::new() };
    let chosen = page.chosen.get(page.question).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    if approval.questions.len() > 1 {
        let place = format!("Question {} of {}", page.question + 1, approval.questions.len());
        lines.push(Line::styled(place, look::soft()));
    }
    lines.extend(text(&question.question, width, look::title()));
    if question.multi_select {
        lines.push(Line::styled("Space chooses any number, Enter goes on.", look::soft()));
    }
    for (n, option) in question.options.iter().enumerate() {
        let mark = match (question.multi_select, chosen.options.contains(&n)) {
            (true, true) => "[x] ",
            (true, false) => "[ ] ",
            (false, _) => "",
        };
        let style = if n == page.at { look::chosen() } else { Style::new() };
        let label = line(&format!("{} {mark}{}", n + 1, option.label));
        lines.extend(wrap(&label, width).into_iter().map(|text| Line::from(Span::styled(text, style))));
        lines.extend(text(&format!("  {}", line(&option.description)), width, look::soft()));
    }
    if !chosen.words.is_empty() {
        lines.extend(text(&format!("In words: {}", line(&chosen.words)), width, Style::new()));
    }
    lines
}
