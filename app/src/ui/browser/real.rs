//! Each of them where there is a browser.

use leptos::{prelude::*, task::spawn_local, web_sys::KeyboardEvent};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlDocument;

use super::{HtmlElement, Millis, Step};
use crate::{
    error::{AppError, ErrorCode},
    json,
};

/// The browser's clock; none on the server.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
pub fn now() -> Option<Millis> {
    Some(Millis(js_sys::Date::now() as i64))
}

/// Date and time as the reader writes them.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
pub fn local_time(at: Millis) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    date.to_locale_string("default", &JsValue::UNDEFINED).into()
}

/// Loads another page, with a fresh start.
pub fn go(path: &str) {
    let _ = window().location().assign(path);
}

/// Loads this page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// The address's fragment without its `#`.
#[must_use]
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// `https://host:port` of this page.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Removes the fragment from the address, so that it stays in no history.
pub fn drop_fragment() {
    if let Ok(history) = window().history() {
        let path = window().location().pathname().unwrap_or_default();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

/// Copies `text`, then calls `done`. Where the browser gives no clipboard (plain HTTP from afar), an old way is tried.
pub fn copy(text: &str, done: impl FnOnce() + 'static) {
    let text = text.to_owned();
    spawn_local(async move {
        let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).ok();
        let write = clipboard
            .filter(JsValue::is_object)
            .and_then(|clipboard| {
                let write = js_sys::Reflect::get(&clipboard, &"writeText".into()).ok()?;
                let write: js_sys::Function = write.dyn_into().ok()?;
                write.call1(&clipboard, &JsValue::from_str(&text)).ok()
            })
            .and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok());
        let copied = match write {
            Some(promise) => JsFuture::from(promise).await.is_ok(),
            None => copy_by_selection(&text),
        };
        if copied {
            done();
        }
    });
}

fn copy_by_selection(text: &str) -> bool {
    let document = document();
    let area = document
        .create_element("textarea")
        .ok()
        .and_then(|area| area.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    let (Some(area), Some(body)) = (area, document.body()) else {
        return false;
    };
    area.set_value(text);
    area.set_class_name("sr");
    let _ = body.append_child(&area);
    area.select();
    let command = js_sys::Reflect::get(&document, &"execCommand".into()).ok();
    let copied = command
        .and_then(|command| command.dyn_into::<js_sys::Function>().ok())
        .and_then(|command| command.call1(&document, &"copy".into()).ok());
    area.remove();
    copied.is_some_and(|copied| copied.is_truthy())
}

/// Posts JSON to a plain route of the server, whatever it answers with if it is well.
pub async fn post(path: &str, body: &serde_json::Value) -> Result<(), AppError> {
    said(ask("POST", path, Some(&body.to_string())).await?).await
}

/// Why a plain route of the server refuses to answer; nothing if it does not. What it would answer with is not sent.
pub async fn refusal(path: &str) -> Result<(), AppError> {
    if ask("HEAD", path, None).await?.ok() {
        return Ok(());
    }
    said(ask("GET", path, None).await?).await
}

async fn ask(method: &str, path: &str, body: Option<&str>) -> Result<web_sys::Response, AppError> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = web_sys::Request::new_with_str_and_init(path, &init).map_err(|_| offline())?;
    let _ = request.headers().set("content-type", "application/json");
    let answer = JsFuture::from(window().fetch_with_request(&request)).await.map_err(|_| offline())?;
    answer.dyn_into().map_err(|_| offline())
}

/// The refusal that an answer is, if it is one.
async fn said(answer: web_sys::Response) -> Result<(), AppError> {
    if answer.ok() {
        return Ok(());
    }
    let text = answer.text().map_err(|_| offline())?;
    let text = JsFuture::from(text).await.map_err(|_| offline())?;
    let refusal = json::read::<Refusal>(&text.as_string().unwrap_or_default());
    Err(refusal.map_or_else(|_| offline(), |refusal| refusal.error))
}

fn offline() -> AppError {
    AppError::new(ErrorCode::Offline, "The server cannot be reached right now.")
}

/// The plain routes wrap their errors.
#[derive(serde::Deserialize)]
struct Refusal {
    error: AppError,
}

/// Keeps a value for a year in a cookie of the whole site.
pub fn set_cookie(name: &str, value: &str) {
    if let Some(document) = document().dyn_ref::<HtmlDocument>() {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
        let _ = document.set_cookie(&cookie);
    }
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Sets an attribute of the element with this id.
pub fn set_attribute(id: &str, name: &str, value: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let _ = element.set_attribute(name, value);
    }
}

/// Puts a popover below what opened it, inside the window.
pub fn place_below(opener: &HtmlElement, panel: &HtmlElement) {
    let (from, size) = (opener.get_bounding_client_rect(), panel.get_bounding_client_rect());
    let length = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let (width, height) = (length(window().inner_width()), length(window().inner_height()));
    // What opens at the right of the window hangs to the left.
    let hangs_left = from.left() > width / 2.0;
    let left = if hangs_left { from.right() - size.width() } else { from.left() };
    let left = left.min(width - size.width() - 8.0).max(8.0);
    let below = from.bottom() + 4.0;
    let top = if below + size.height() > height - 8.0 {
        (from.top() - size.height() - 4.0).max(8.0)
    } else {
        below
    };
    let style = panel.style();
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{top}px"));
}

/// Whether a popover is shown.
#[must_use]
pub fn is_shown(panel: &HtmlElement) -> bool {
    panel.matches(":popover-open").unwrap_or(false)
}

/// Whether a modal dialog is in front of the page.
#[must_use]
pub fn dialog_is_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|found| found.is_some())
}

/// Whether the key goes into a text.
#[must_use]
pub fn is_typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false))
}

/// Whether the key is pressed on something that it would work: a button, a link.
#[must_use]
pub fn is_on_control(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| element.matches("button, a[href], summary, [role=button]").unwrap_or(false))
}

/// Puts the focus into the first field inside `parent`, behind its text.
pub fn focus_input(parent: &HtmlElement) {
    let field = parent.query_selector("input").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = field.focus();
        let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or_default();
        let _ = field.set_selection_range(end, end);
    }
}

/// Puts the focus on what asks for it inside `parent`. The browser's own `autofocus` complains on the console where
/// something has the focus already.
pub fn focus_wanted(parent: &HtmlElement) {
    let wanted = parent.query_selector("[data-autofocus]").ok().flatten();
    if let Some(wanted) = wanted.and_then(|wanted| wanted.dyn_into::<HtmlElement>().ok()) {
        let _ = wanted.focus();
    }
}

/// Moves the focus among the buttons and links inside `list`.
pub fn focus_item(list: &HtmlElement, step: Step) {
    let Ok(found) = list.query_selector_all("button:not([disabled]), a[href]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect();
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let at =
        items.iter().position(|item| active.as_ref().is_some_and(|active| active.is_same_node(Some(item))));
    let to = match (step, at) {
        (Step::Next, Some(at)) => (at + 1) % items.len(),
        (Step::Back, Some(at)) => (at + items.len() - 1) % items.len(),
        (Step::Last | Step::Back, _) => items.len() - 1,
        (Step::First | Step::Next, _) => 0,
    };
    let _ = items[to].focus();
}

/// Moves the focus to the next of the buttons and links inside `list` whose text begins so, whatever its capitals are. One that
/// has the focus keeps it while more is typed.
pub fn focus_by_text(list: &HtmlElement, begin: &str) {
    let Ok(found) = list.query_selector_all("button:not([disabled]), a[href]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let at =
        items.iter().position(|item| active.as_ref().is_some_and(|active| active.is_same_node(Some(item))));
    let from = at.map_or(0, |at| at + usize::from(begin.chars().count() == 1));
    let fits = |item: &&HtmlElement| {
        item.text_content().is_some_and(|text| text.trim().to_lowercase().starts_with(begin))
    };
    let next = items.iter().cycle().skip(from).take(items.len()).find(fits);
    if let Some(next) = next {
        let _ = next.focus();
    }
}

/// Scrolls the element with this id to the middle of what is in view.
pub fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

/// Scrolls no further than needed for the element with this id to be in view.
pub fn keep_in_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

/// What local storage has under this key.
#[must_use]
pub fn recall(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a text in local storage, or forgets it. Whether it did: a storage may be full or forbidden.
pub fn remember(key: &str, text: Option<&str>) -> bool {
    let Ok(Some(storage)) = window().local_storage() else { return false };
    let done = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
    done.is_ok()
}

/// Opens an address of the web in a window of its own, which knows nothing of this one. Any other kind is left alone.
pub fn open(address: &str) {
    if ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme)) {
        let _ = window().open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer");
    }
}

/// Reads the clipboard, then calls `done`; the browser may ask first, or refuse.
pub fn pasted(done: impl FnOnce(String) + 'static) {
    spawn_local(async move {
        let text = async {
            let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
            let read = js_sys::Reflect::get(&clipboard, &"readText".into()).ok()?;
            let read: js_sys::Function = read.dyn_into().ok()?;
            let promise: js_sys::Promise = read.call0(&clipboard).ok()?.dyn_into().ok()?;
            JsFuture::from(promise).await.ok()?.as_string()
        };
        done(text.await.unwrap_or_default());
    });
}

/// Whether a mouse is the way to point here; a phone's Enter starts a new line.
#[must_use]
pub fn fine_pointer() -> bool {
    window().match_media("(pointer: fine)").ok().flatten().is_none_or(|query| query.matches())
}

const TABS: &str = "[role=tab][tabindex='0'], [role=radiogroup] input:checked";

/// Puts the focus on the tab in view, or what stands for one, of the column that `within` stands in.
pub fn focus_tab(within: &HtmlElement) {
    let column = within.closest(".main, .side").ok().flatten();
    let tab = column.and_then(|column| column.query_selector(TABS).ok().flatten());
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}

/// Makes the page as high as what a phone's keyboard leaves of the window, in browsers that only lay the keyboard over it.
pub fn follow_visible_height() {
    let Some(visible) = js_sys::Reflect::get(&window(), &"visualViewport".into()).ok() else { return };
    let Ok(visible) = visible.dyn_into::<web_sys::VisualViewport>() else { return };
    let seen = visible.clone();
    let changed = Closure::<dyn Fn()>::new(move || {
        let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
        let Some(root) = root else { return };
        // Zoomed in by fingers it is smaller too, and the page is to stay as it is.
        let _ = if (seen.scale() - 1.0).abs() < 0.01 {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            root.style().set_property("--visible", &format!("{}px", seen.height()))
        } else {
            root.style().remove_property("--visible").map(drop)
        };
    });
    if visible.add_event_listener_with_callback("resize", changed.as_ref().unchecked_ref()).is_ok() {
        // The page lives as long as this.
        changed.forget();
    }
}
