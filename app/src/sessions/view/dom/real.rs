//! Each of them where there is a browser.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    ClipboardEvent, DragEvent, Element, Event, FileList, FileReader, HtmlElement, HtmlInputElement,
    HtmlTextAreaElement, MutationObserver, MutationObserverInit, ResizeObserver, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

use super::{Ends, Loaded, MessageId};

/// A new id for a message.
#[must_use]
pub fn new_id() -> MessageId {
    let mut bytes = [0; 16];
    // Unlike `randomUUID` this is there on plain HTTP too.
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Makes the field as tall as its text; the style sheet bounds it.
pub fn grow(field: &HtmlTextAreaElement) {
    let style = HtmlElement::style(field);
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", field.scroll_height() + 2));
}

/// How far the scroller is from its ends.
#[must_use]
pub fn ends(scroller: &Element) -> Ends {
    let bottom = -f64::from(scroller.scroll_top());
    let room = f64::from(scroller.scroll_height() - scroller.client_height());
    Ends { top: room - bottom, bottom }
}

/// Shows the newest.
pub fn to_end(scroller: &Element) {
    scroller.set_scroll_top(0);
}

thread_local! {
    // The entry that is read now, and where it stands on the screen; there is one thread on a page.
    static ANCHOR: RefCell<Option<(Element, f64)>> = const { RefCell::new(None) };
    // Where the scroller was put to hold it.
    static HELD: Cell<Option<i32>> = const { Cell::new(None) };
}

/// Remembers which entry is read now, or that none has to be held.
pub fn mark(scroller: &Element, reads: bool) {
    // Nobody has scrolled: remembering it anew would add up what rounding left over.
    let held = HELD.get() == Some(scroller.scroll_top());
    if held
        && reads
        && ANCHOR.with_borrow(|anchor| anchor.as_ref().is_some_and(|(entry, _)| entry.is_connected()))
    {
        return;
    }
    HELD.set(None);
    ANCHOR.set(reads.then(|| anchor(scroller)).flatten());
}

fn anchor(scroller: &Element) -> Option<(Element, f64)> {
    let top = scroller.get_bounding_client_rect().top();
    let list = scroller.first_element_child()?.children();
    (0..list.length()).filter_map(|n| list.item(n)).find_map(|entry| {
        let place = entry.get_bounding_client_rect();
        (place.bottom() > top + 1.0 && place.height() > 0.0).then(|| (entry, place.top()))
    })
}

/// Scrolls so that the remembered entry stands where it stood.
fn hold(scroller: &Element) {
    let Some((entry, stood)) = ANCHOR.with_borrow(Clone::clone) else { return };
    let moved = entry.get_bounding_client_rect().top() - stood;
    if entry.is_connected() && moved.abs() >= 1.0 {
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        scroller.set_scroll_top(scroller.scroll_top() + moved.round() as i32);
        HELD.set(Some(scroller.scroll_top()));
    }
}

/// The entry that was touched is held until the page has been drawn again, wherever the reader stands: what opens,
/// opens below the finger.
pub fn mark_touched(scroller: &Element, event: &Event) {
    let list = scroller.first_element_child();
    let mut at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    while let Some(element) = at {
        if element.parent_element() == list {
            let top = element.get_bounding_client_rect().top();
            return ANCHOR.set(Some((element, top)));
        }
        at = element.parent_element();
    }
}

/// Holds what is read whenever the scroller's content or size changes, before that is painted.
pub struct Holding {
    content: MutationObserver,
    size: ResizeObserver,
    // The observers call it for as long as they live.
    _changed: Closure<dyn Fn()>,
}

impl Holding {
    /// Begins; dropping it ends it.
    #[must_use]
    pub fn begin(scroller: &Element) -> Option<Self> {
        let held = scroller.clone();
        let changed = Closure::<dyn Fn()>::new(move || hold(&held));
        let content = MutationObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        let size = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        what.set_character_data(true);
        content.observe_with_options(scroller, &what).ok()?;
        size.observe(scroller);
        if let Some(list) = scroller.first_element_child() {
            size.observe(&list);
        }
        Some(Self { content, size, _changed: changed })
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.content.disconnect();
        self.size.disconnect();
    }
}

/// Whether what is dragged over or dropped, pasted or chosen has files.
#[must_use]
pub fn has_files(event: &Event) -> bool {
    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().iter().any(|kind| kind == "Files"))
}

fn files(event: &Event) -> Option<FileList> {
    if let Some(drag) = event.dyn_ref::<DragEvent>() {
        return drag.data_transfer()?.files();
    }
    if let Some(paste) = event.dyn_ref::<ClipboardEvent>() {
        return paste.clipboard_data()?.files();
    }
    event.target()?.dyn_into::<HtmlInputElement>().ok()?.files()
}

/// Reads the files that were dropped, pasted or chosen; those that `wanted` refuses arrive without their bytes.
/// Says how many there are.
pub fn read_files(
    event: &Event,
    wanted: impl Fn(&str, u64) -> bool,
    done: impl Fn(Loaded) + Clone + 'static,
) -> u32 {
    let Some(files) = files(event) else { return 0 };
    for n in 0..files.length() {
        let Some(file) = files.item(n) else { continue };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in bytes")]
        let bytes = file.size() as u64;
        let loaded = Loaded { name: file.name(), media_type: file.type_(), bytes, url: String::new() };
        let reader = wanted(&loaded.media_type, bytes).then(FileReader::new).and_then(Result::ok);
        let Some(reader) = reader else {
            done(loaded);
            continue;
        };
        let (done, read) = (done.clone(), reader.clone());
        let end = Closure::once_into_js(move || {
            let url = read.result().ok().and_then(|result| result.as_string()).unwrap_or_default();
            done(Loaded { url, ..loaded });
        });
        reader.set_onloadend(Some(end.unchecked_ref()));
        let _ = reader.read_as_data_url(&file);
    }
    files.length()
}

/// Forgets what a file field chose, so that the same file can be chosen again.
pub fn clear_field(event: &Event) {
    if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value("");
    }
}

/// Closes the menus that are open. Says whether there were any.
pub fn close_menus() -> bool {
    let Ok(open) = document().query_selector_all("[popover]:popover-open") else { return false };
    let menus = (0..open.length()).filter_map(|n| open.get(n)?.dyn_into::<HtmlElement>().ok());
    menus.inspect(|menu| drop(menu.hide_popover())).count() > 0
}

/// Opens the file field behind a button.
pub fn click(id: &str) {
    let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlElement>().ok());
    if let Some(field) = field {
        field.click();
    }
}

/// Brings the element with this id into view, without moving more than needed.
pub fn reveal(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Moves the focus to the link before or after the focused one among those that match.
pub fn step_focus(selector: &str, forward: bool) {
    let Ok(found) = document().query_selector_all(selector) else { return };
    let all: Vec<HtmlElement> = (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = all.iter().position(|one| active.as_ref().is_some_and(|active| active.is_same_node(Some(one))));
    let current = || all.iter().position(|one| one.has_attribute("aria-current"));
    let to = match (at.or_else(current), forward) {
        (Some(at), true) => at + 1,
        (Some(at), false) => at.saturating_sub(1),
        (None, _) => 0,
    };
    if let Some(one) = all.get(to.min(all.len().saturating_sub(1))) {
        let _ = one.focus();
    }
}
