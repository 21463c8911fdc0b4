//! The few things of the browser that views need, safe to call anywhere: on the server they do nothing. Never holds state.

#[cfg(not(feature = "hydrate"))]
#[allow(clippy::missing_const_for_fn, reason = "the browser's versions are not const either")]
mod absent;
#[cfg(feature = "hydrate")]
mod real;

use leptos::web_sys::{HtmlElement, KeyboardEvent};

#[cfg(not(feature = "hydrate"))]
pub use self::absent::*;
#[cfg(feature = "hydrate")]
pub use self::real::*;
use crate::time::Millis;

/// Where to move the focus among the items of a menu or a row of tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the first.
    First,
    /// To the last.
    Last,
    /// To the next, from the last to the first.
    Next,
    /// To the one before, from the first to the last.
    Back,
}

/// The keys of a list, from top to bottom.
pub const DOWN_AND_UP: [(&str, Step); 2] = [("ArrowDown", Step::Next), ("ArrowUp", Step::Back)];

/// Moves the focus among the items of `list` if that is what the key stands for; other keys are left alone.
pub fn step_by_key(event: &KeyboardEvent, list: Option<impl AsRef<HtmlElement>>, keys: &[(&str, Step)]) {
    let key = event.key();
    let Some((_, step)) = keys.iter().find(|(name, _)| *name == key) else { return };
    event.prevent_default();
    if let Some(list) = list {
        focus_item(list.as_ref(), *step);
    }
}
