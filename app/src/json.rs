//! Reading JSON in the browser: in one way, the one that Leptos' calls use, because serde's code for a type is in the wasm
//! once for each kind of reader.

use serde::de::DeserializeOwned;

/// What the text says.
///
/// # Errors
///
/// Why it is not JSON, or not JSON of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}
