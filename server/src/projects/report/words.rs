//! How findings are put into words: one line each, with nothing hidden in it. Pure.

use app::projects::model::Finding;
use serde_json::Value;

/// The longest line of a report in characters.
pub(super) const MAX_LINE: usize = 400;

/// One line on a file of instructions, with what it brings beside text.
pub(super) fn describe(kind: &str, text: &str) -> String {
    let head =
        text.strip_prefix("---").and_then(|rest| rest.split_once("\n---")).map_or("", |(head, _)| head);
    let brings = |key: &str| head.lines().any(|line| line.trim_start().starts_with(key));
    let mut what = format!("{kind}, {}", lines(text));
    for (key, words) in [
        ("hooks:", "brings hooks"),
        ("mcpServers:", "brings MCP servers"),
        ("allowed-tools:", "allows tools"),
        ("permissionMode:", "sets a permission mode"),
    ] {
        if brings(key) {
            what.push_str(", ");
            what.push_str(words);
        }
    }
    if text.contains("!`") {
        what.push_str(", runs commands when used");
    }
    what
}

/// How many lines it has, in words.
pub(super) fn lines(text: &str) -> String {
    match text.lines().count() {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    }
}

/// The items of a list; a single value is a list of one.
pub(super) fn each(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// A text as it is, anything else as JSON.
pub(super) fn short(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The value of a variable, but for those that look like a secret.
pub(super) fn secret(name: &str, value: &Value) -> String {
    let name = name.to_ascii_uppercase();
    let hidden = ["KEY", "TOKEN", "SECRET", "PASSWORD", "AUTH"].iter().any(|word| name.contains(word));
    if hidden { "•••".to_owned() } else { short(value) }
}

/// One line of at most 400 characters that hides neither its beginning nor its end.
pub(super) fn finding(file: &str, what: &str) -> Finding {
    let line: Vec<char> =
        what.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(visible).collect();
    let what = if line.len() > MAX_LINE {
        let (head, tail) = (&line[..MAX_LINE - 100], &line[line.len() - 97..]);
        head.iter().chain(&[' ', '…', ' ']).chain(tail).collect()
    } else {
        line.into_iter().collect()
    };
    Finding { file: file.to_owned(), what }
}

/// Characters that would hide or reorder others become a sign.
fn visible(c: char) -> char {
    match c {
        c if c.is_control() => '\u{fffd}',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            '\u{fffd}'
        }
        c => c,
    }
}
