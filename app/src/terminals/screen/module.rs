//! The JavaScript side of a screen (`frontend/terminal`), as Rust calls it. Never decides anything.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use crate::ui::module;

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method)]
    fn open(this: &Module, host: &HtmlElement, font_size: f64, reader: bool, say: &Function) -> Promise;

    /// `Screen` of `terminal.ts`, where each of these is explained.
    #[derive(Clone)]
    pub type Screen;
    #[wasm_bindgen(method)]
    pub fn write(this: &Screen, bytes: &Uint8Array);
    #[wasm_bindgen(method)]
    pub fn picture(this: &Screen, columns: u16, rows: u16, bytes: &Uint8Array);
    #[wasm_bindgen(method)]
    pub fn room(this: &Screen) -> Array;
    #[wasm_bindgen(method)]
    pub fn drive(this: &Screen, drives: bool);
    #[wasm_bindgen(method)]
    pub fn font(this: &Screen, size: f64);
    #[wasm_bindgen(method)]
    pub fn reader(this: &Screen, on: bool);
    #[wasm_bindgen(method)]
    pub fn predict(this: &Screen, on: bool);
    #[wasm_bindgen(method)]
    pub fn typed(this: &Screen, text: &str);
    #[wasm_bindgen(method)]
    pub fn paste(this: &Screen, text: &str);
    #[wasm_bindgen(method)]
    pub fn arrows(this: &Screen) -> bool;
    #[wasm_bindgen(method)]
    pub fn text(this: &Screen) -> String;
    #[wasm_bindgen(method)]
    pub fn selection(this: &Screen) -> String;
    #[wasm_bindgen(method)]
    pub fn find(this: &Screen, text: &str, back: bool);
    #[wasm_bindgen(method)]
    pub fn focus(this: &Screen);
    #[wasm_bindgen(method)]
    pub fn close(this: &Screen);
}

/// Makes a screen inside `host`; the module is fetched the first time.
///
/// # Errors
/// Whatever the browser says if the module cannot be fetched.
pub async fn make(
    host: &HtmlElement,
    font_size: f64,
    reader: bool,
    say: &Function,
) -> Result<Screen, JsValue> {
    let module: Module = module::fetch("terminal").await?.unchecked_into();
    let screen = JsFuture::from(module.open(host, font_size, reader, say)).await?;
    Ok(screen.unchecked_into())
}

/// Columns and rows, if both are there.
pub fn size(pair: &Array) -> Option<(u16, u16)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in cells")]
    let number = |at| pair.get(at).as_f64().map(|number| number as u16);
    Some((number(0)?, number(1)?))
}
