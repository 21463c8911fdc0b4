//! Whether a server would start with a configuration, by the very parser that the server uses. Pure but for the home directory
//! that a default stands on.

use figment::error::Kind;
use toml::de::{DeTable, DeValue};

use crate::config::Config;

/// What is wrong with this text, in words that begin with the line; none if nothing is.
pub(super) fn wrong(text: &str) -> Option<String> {
    match Config::read(text) {
        Ok(config) => config.refuse_open_door().err().map(|error| format!("{error}.")),
        Err(error) => Some(words(text, &error)),
    }
}

fn words(text: &str, error: &figment::Error) -> String {
    let document = match DeTable::parse(text) {
        Ok(document) => document.into_inner(),
        Err(syntax) => {
            let start = syntax.span().map_or(0, |span| span.start);
            return format!("Line {}: {}.", line(text, start), syntax.message());
        }
    };
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    let start = place(&document, &path).unwrap_or(0);
    let said = match &error.kind {
        Kind::UnknownField(_, known) => format!("there is no such key here, but {}", known.join(", ")),
        Kind::UnknownVariant(found, known) => format!("{found:?} is none of {}", known.join(", ")),
        other => other.to_string(),
    };
    // What it says of a whole text is on several lines, of which the last is the reason.
    let said = said.lines().next_back().unwrap_or_default();
    format!("Line {}, {}: {said}.", line(text, start), path.join("."))
}

/// The line of a place in the text.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Where the deepest part of this path that is in the table begins.
fn place(table: &DeTable, path: &[String]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == first.as_str())?;
    let deeper = match value.get_ref() {
        DeValue::Table(table) => place(table, rest),
        _ => None,
    };
    Some(deeper.unwrap_or(key.span().start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, words) in [
            ("", None),
            ("# nothing\n[sessions]\nmax_running = 3\n", None),
            (
                "listen = \"127.0.0.1:1\"\n\n[sessions]\nmax_runing = 3\n",
                Some(
                    "Line 4, sessions.max_runing: there is no such key here, but max_running, grace_seconds.",
                ),
            ),
            ("[sessions]\nmax_running = \"many\"\n", Some("Line 2, sessions.max_running: invalid type")),
            ("# a\nsessions.max_running = -1\n", Some("Line 2, sessions.max_running: ")),
            ("\nlisten = \"here\"\n", Some("Line 2, listen: ")),
            (
                "[auth]\nloopback = \"shut\"\n",
                Some("Line 2, auth.loopback: \"shut\" is none of enforced, open."),
            ),
            ("[auth]\nloopback = \"enforced\"\n[auth]\n", Some("Line 3: duplicate key")),
            ("a = 1\nlisten = \n", Some("Line 2: ")),
            ("[claude]\nenv = { A = 1 }\n", Some("Line 2, claude.env.A: invalid type")),
            (
                "listen = \"0.0.0.0:1\"\n[auth]\nloopback = \"open\"\n",
                Some(
                    "auth.loopback = \"open\" is only possible on a loopback address, and 0.0.0.0:1 is none.",
                ),
            ),
        ] {
            let said = wrong(text);
            match (&said, words) {
                (None, None) => {}
                (Some(said), Some(words)) => {
                    assert!(said.starts_with(words) && !said.contains('\n'), "{text:?}: {said}");
                }
                _ => panic!("{text:?}: {said:?}"),
            }
        }
    }
}
