//! Parts of the page that are fetched when they are needed: modules that the page's head names. Never runs anything of them.

use std::cell::Cell;

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(inline_js = "export const load = (address) => import(address);")]
extern "C" {
    fn load(address: &str) -> Promise;
}

thread_local! {
    /// How often a module could not be fetched.
    static FAILED: Cell<u32> = const { Cell::new(0) };
}

/// The module of this name; it is fetched the first time.
///
/// # Errors
/// Whatever the browser says if it cannot be fetched.
pub async fn fetch(name: &str) -> Result<JsValue, JsValue> {
    let address = address(name)?;
    // A browser may remember that an address failed.
    let tries = FAILED.get();
    let address = if tries == 0 { address } else { format!("{address}?again={tries}") };
    JsFuture::from(load(&address)).await.inspect_err(|_| FAILED.set(tries + 1))
}

/// Where the module of this name is; empty where the site was not built.
///
/// # Errors
/// Whatever the browser says to a name that cannot be one.
pub fn address(name: &str) -> Result<String, JsValue> {
    let meta = document().query_selector(&format!("meta[name={name}-module]"))?;
    Ok(meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default())
}
