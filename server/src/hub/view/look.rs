//! How words look: by the terminal's own colours, none of them on a ground of its own, so that they read on any.

use app::{sessions::model::Status, terminals::model::TerminalStatus};
use ratatui::style::{Color, Modifier, Style};

use super::super::cards::Session;

/// A heading.
pub(super) fn title() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What is there beside the point.
pub(super) fn soft() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// A key that can be pressed.
pub(super) fn key() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What wants a look.
pub(super) fn alert() -> Style {
    Style::new().fg(Color::Red)
}

/// What waits for a person.
pub(super) fn waits() -> Style {
    Style::new().fg(Color::Magenta).add_modifier(Modifier::BOLD)
}

/// The chosen line.
pub(super) fn chosen() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// A session's state in a word, and how it looks.
pub(super) fn session(card: &Session) -> (&'static str, Style) {
    match card.status {
        _ if card.waiting > 0 => ("needs you", waits()),
        Status::Running => ("running", Style::new().fg(Color::Green)),
        Status::Failed => ("failed", alert()),
        Status::Idle => ("idle", Style::new()),
        other => (other.as_str(), soft()),
    }
}

/// A terminal's state in a word, and how it looks.
pub(super) fn terminal(status: TerminalStatus) -> (&'static str, Style) {
    match status {
        TerminalStatus::Running => ("shell", Style::new()),
        TerminalStatus::Ended => ("ended", soft()),
        TerminalStatus::Failed => ("failed", alert()),
    }
}
