//! Which terminals may put a text on the clipboard without asking again: a matter of this browser.

use crate::{ids::TerminalId, ui::browser};

const KEY: &str = "roost:terminal-copies";
/// Bounds what this browser keeps.
const KEPT: usize = 50;

fn all() -> Vec<String> {
    browser::recall(KEY).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Whether this terminal may.
#[must_use]
pub fn may_copy(id: TerminalId) -> bool {
    all().contains(&id.to_string())
}

/// From now on it may.
pub fn allow_copies(id: TerminalId) {
    let mut all = all();
    all.push(id.to_string());
    let from = all.len().saturating_sub(KEPT);
    browser::remember(KEY, Some(&all[from..].join("\n")));
}
