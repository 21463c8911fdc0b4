//! The same names on the server, where there is no browser. Event handlers never run there.

use leptos::web_sys::{Element, Event, HtmlTextAreaElement};

use super::{Ends, Loaded, MessageId};

/// The id of nothing.
#[must_use]
pub fn new_id() -> MessageId {
    MessageId(uuid::Uuid::nil())
}

/// Nothing.
pub fn grow(_field: &HtmlTextAreaElement) {}

/// At the end.
#[must_use]
pub fn ends(_scroller: &Element) -> Ends {
    Ends::default()
}

/// Nothing.
pub fn to_end(_scroller: &Element) {}

/// Nothing.
pub fn mark(_scroller: &Element, _reads: bool) {}

/// Nothing.
pub fn mark_touched(_scroller: &Element, _event: &Event) {}

/// Nothing.
pub struct Holding;

impl Holding {
    /// Nothing.
    #[must_use]
    pub fn begin(_scroller: &Element) -> Option<Self> {
        None
    }
}

/// No.
#[must_use]
pub fn has_files(_event: &Event) -> bool {
    false
}

/// None.
pub fn read_files(
    _event: &Event,
    _wanted: impl Fn(&str, u64) -> bool,
    _done: impl Fn(Loaded) + Clone + 'static,
) -> u32 {
    0
}

/// Nothing.
pub fn clear_field(_event: &Event) {}

/// None.
pub fn close_menus() -> bool {
    false
}

/// Nothing.
pub fn click(_id: &str) {}

/// Nothing.
pub fn reveal(_id: &str) {}

/// Nothing.
pub fn step_focus(_selector: &str, _forward: bool) {}
