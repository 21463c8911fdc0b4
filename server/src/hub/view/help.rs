//! Every key of the hub.

use ratatui::{
    Frame,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::look;

/// What a key does; a heading has none.
const KEYS: [(&str, &str); 19] = [
    ("", "List"),
    ("Enter", "open or attach"),
    ("n t", "new session, new shell"),
    ("a", "answer what waits"),
    ("s x", "stop; archive, take back"),
    ("c b", "into a terminal, and back"),
    ("r /", "rename, find"),
    ("A ,", "archived or not; settings"),
    ("q ^C", "leave; all runs on"),
    ("", "In a terminal"),
    ("F12", "back; also Ctrl-b d"),
    ("", "Conversation"),
    ("Enter", "write; ^o opens $EDITOR"),
    ("i d", "interrupt, complete"),
    ("PgUp g G", "scroll, start, end"),
    ("", "Approval"),
    ("y d w", "yes, no, no with words"),
    ("1-9", "always; or an option"),
    ("Tab", "the next one"),
];

pub(super) fn draw(frame: &mut Frame) {
    let lines = KEYS.map(|(key, does)| match key {
        "" => Line::styled(does, look::title()),
        key => Line::from(vec![Span::styled(format!("  {key:<9} "), look::key()), Span::raw(does)]),
    });
    frame.render_widget(Paragraph::new(lines.to_vec()), frame.area());
}
