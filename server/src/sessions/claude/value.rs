//! Short ways to read the CLI's JSON: an absent or mistyped field is an absent value, never an error.

use app::time::Millis;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The text at this key, or the empty one.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The text at this key if there is one.
pub(super) fn maybe(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The whole number at this key, or 0.
pub(super) fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// The same, where 32 bits are plenty.
pub(super) fn small(value: &Value, key: &str) -> u32 {
    u32::try_from(number(value, key)).unwrap_or(u32::MAX)
}

/// Milliseconds at this key, or 0.
pub(super) fn millis(value: &Value, key: &str) -> i64 {
    value.get(key).and_then(Value::as_f64).unwrap_or_default() as i64
}

/// When this line or record was written, if it says so.
pub(crate) fn written_at(line: &Value) -> Option<Millis> {
    let at: jiff::Timestamp = line.get("timestamp")?.as_str()?.parse().ok()?;
    Some(Millis(at.as_millisecond()))
}

/// Whether the flag at this key is set.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// The list at this key, or an empty one.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What a tool result says: a plain string, or the text blocks of a list.
pub(super) fn content_text(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(blocks)) => {
            let texts: Vec<&str> = blocks.iter().filter_map(|block| block.get("text")?.as_str()).collect();
            texts.join("\n")
        }
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// The whole output of the tool result in this line, for a reader who asks for all of it.
#[must_use]
pub(crate) fn result_text(line: &Value) -> Option<String> {
    // A line of the chat and a record of the transcript spell it differently.
    if let Some(done) = line.get("tool_use_result").or_else(|| line.get("toolUseResult")) {
        let out = text(done, "stdout");
        let err = text(done, "stderr");
        if !out.is_empty() || !err.is_empty() {
            return Some(if err.is_empty() { out.to_owned() } else { format!("{out}\n{err}") });
        }
        if let Some(content) = done.pointer("/file/content").and_then(Value::as_str) {
            return Some(content.to_owned());
        }
    }
    let blocks = line.pointer("/message/content")?.as_array()?;
    let result = blocks.iter().find(|block| text(block, "type") == "tool_result")?;
    Some(content_text(result.get("content")))
}

/// Every image in the tool results of this line, as media type and bytes, in order.
#[must_use]
pub(crate) fn find_images(line: &Value) -> Vec<(String, Vec<u8>)> {
    let blocks = line.pointer("/message/content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let inner = blocks.iter().flat_map(|block| list(block, "content"));
    inner
        .filter(|block| text(block, "type") == "image")
        .filter_map(|block| {
            let source = block.get("source")?;
            Some((text(source, "media_type").to_owned(), STANDARD.decode(text(source, "data")).ok()?))
        })
        .collect()
}

/// How many images the content of one tool result holds.
pub(super) fn count_images(content: Option<&Value>) -> u32 {
    let blocks = content.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    u32::try_from(blocks.iter().filter(|block| text(block, "type") == "image").count()).unwrap_or(u32::MAX)
}
