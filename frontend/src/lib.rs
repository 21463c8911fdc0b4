//! What the browser runs: reads what the server drew the page with and takes the page over. Nothing else lives here.

// A page is one deeply nested type until it is erased at its borders.
#![recursion_limit = "512"]

use app::{boot::Boot, json, routes::App};
use leptos::{mount::hydrate_body, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server drew.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let text =
        document().get_element_by_id("boot").and_then(|element| element.text_content()).unwrap_or_default();
    match json::read::<Boot>(&text) {
        Ok(boot) => hydrate_body(move || {
            provide_context(boot);
            view! { <App /> }
        }),
        // The page stays as the server drew it; links still work.
        Err(error) => leptos::logging::error!("The page's data cannot be read: {error}"),
    }
}
