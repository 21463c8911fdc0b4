//! The same names on the server, where there is no browser. Event handlers never run there.

use leptos::web_sys::KeyboardEvent;

use super::{HtmlElement, Millis, Step};
use crate::error::{AppError, ErrorCode};

/// None: the server's clock is not asked from views.
#[must_use]
pub fn now() -> Option<Millis> {
    None
}

/// Nothing.
#[must_use]
pub fn local_time(_at: Millis) -> String {
    String::new()
}

/// Nothing.
pub fn go(_path: &str) {}

/// Nothing.
pub fn reload() {}

/// Nothing.
#[must_use]
pub fn fragment() -> String {
    String::new()
}

/// Nothing.
#[must_use]
pub fn origin() -> String {
    String::new()
}

/// Nothing.
pub fn drop_fragment() {}

/// Nothing.
pub fn copy(_text: &str, _done: impl FnOnce() + 'static) {}

/// Refused.
#[allow(clippy::unused_async, reason = "the browser's version waits")]
pub async fn post(_path: &str, _body: &serde_json::Value) -> Result<(), AppError> {
    Err(AppError::new(ErrorCode::Offline, "There is no browser here."))
}

/// Refused.
#[allow(clippy::unused_async, reason = "the browser's version waits")]
pub async fn refusal(_path: &str) -> Result<(), AppError> {
    Err(AppError::new(ErrorCode::Offline, "There is no browser here."))
}

/// Nothing.
pub fn set_cookie(_name: &str, _value: &str) {}

/// Nothing.
pub fn set_root_attribute(_name: &str, _value: Option<&str>) {}

/// Nothing.
pub fn set_attribute(_id: &str, _name: &str, _value: &str) {}

/// Nothing.
pub fn place_below(_opener: &HtmlElement, _panel: &HtmlElement) {}

/// False.
#[must_use]
pub fn is_shown(_panel: &HtmlElement) -> bool {
    false
}

/// False.
#[must_use]
pub fn dialog_is_open() -> bool {
    false
}

/// False.
#[must_use]
pub fn is_typing(_event: &KeyboardEvent) -> bool {
    false
}

/// No: no key is pressed on the server.
#[must_use]
pub fn is_on_control(_event: &KeyboardEvent) -> bool {
    false
}

/// Nothing.
pub fn focus_input(_parent: &HtmlElement) {}

/// Nothing.
pub fn focus_wanted(_parent: &HtmlElement) {}

/// Nothing.
pub fn focus_item(_list: &HtmlElement, _step: Step) {}

/// Nothing.
pub fn focus_by_text(_list: &HtmlElement, _begin: &str) {}

/// Nothing.
pub fn reveal(_id: &str) {}

/// Nothing.
pub fn keep_in_view(_id: &str) {}

/// Nothing.
#[must_use]
pub fn recall(_key: &str) -> Option<String> {
    None
}

/// Nothing.
pub fn remember(_key: &str, _text: Option<&str>) -> bool {
    false
}

/// Nothing.
pub fn open(_address: &str) {}

/// Nothing.
pub fn pasted(_done: impl FnOnce(String) + 'static) {}

/// As on a desk.
#[must_use]
pub fn fine_pointer() -> bool {
    true
}

/// Nothing.
pub fn focus_tab(_within: &HtmlElement) {}

/// Nothing.
pub fn follow_visible_height() {}
