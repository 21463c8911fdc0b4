//! Bounds: what an event stores of a long text. The whole of it stays in the agent's own line.

use app::sessions::event::Excerpt;
use serde_json::Value;

/// Bytes kept of the beginning of a long output; with `TAIL` it bounds one event at about 12 KB.
const HEAD: usize = 6 * 1024;
/// Bytes kept of its end, where a command says how it went.
const TAIL: usize = 6 * 1024;
/// Bytes kept of one text inside a tool's input.
const INPUT: usize = 4 * 1024;

/// The text, with its middle left out when it is long; never cut inside a character.
#[must_use]
pub(crate) fn cut(text: &str) -> Excerpt {
    if text.len() <= HEAD + TAIL {
        return Excerpt { head: text.to_owned(), ..Excerpt::default() };
    }
    let head = text.floor_char_boundary(HEAD);
    let tail = text.ceil_char_boundary(text.len() - TAIL);
    Excerpt { head: text[..head].to_owned(), tail: text[tail..].to_owned(), omitted: (tail - head) as u64 }
}

/// The value with every long text in it cut, and long lists too.
#[must_use]
pub(crate) fn shorten(value: &Value) -> Value {
    /// Entries kept of a list.
    const ENTRIES: usize = 100;
    match value {
        Value::String(text) if text.len() > INPUT => {
            let end = text.floor_char_boundary(INPUT);
            Value::String(format!("{}… [{} bytes more]", &text[..end], text.len() - end))
        }
        Value::Array(all) => Value::Array(all.iter().take(ENTRIES).map(shorten).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), shorten(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends_and_says_how_much_is_missing() {
        let text = "ä".repeat(20_000);
        let excerpt = cut(&text);
        assert_eq!(excerpt.head.len() + excerpt.tail.len() + excerpt.omitted as usize, text.len());
        assert!(excerpt.omitted > 0);
        assert_eq!(cut("short").omitted, 0);
    }

    #[test]
    fn only_long_texts_in_an_input_are_touched() {
        let input = serde_json::json!({"path": "a", "content": "x".repeat(10_000), "n": [1, 2]});
        let short = shorten(&input);
        assert_eq!(short["path"], "a");
        assert!(
            short["content"].as_str().is_some_and(|text| text.len() < 5_000 && text.ends_with("bytes more]"))
        );
    }
}
