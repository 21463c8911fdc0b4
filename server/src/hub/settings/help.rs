//! What `roost.toml` may say, shown in the editor where the person's file does not say it. It is taken out again before anything
//! is saved. Pure.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

/// How a line of help begins.
const MARK: &str = "#: ";
/// What is said first.
const ABOUT: &str =
    "Lines that begin with \"#:\" are help and are not kept. To set a value, take the \"#:\" away.";

/// A key, a value for it and what it is for.
const KEYS: [[&str; 3]; 12] = [
    ["listen", "\"127.0.0.1:7676\"", "where the server listens"],
    ["projects_root", "\"~/projects\"", "where projects made by name are put"],
    ["server.hosts", "[]", "names a browser may use beside loopback's own, such as \"roost.example:443\""],
    [
        "server.previews",
        "true",
        "open what agents serve through Roost; if absent, only while it listens on loopback",
    ],
    [
        "auth.loopback",
        "\"enforced\"",
        "\"open\" lets anyone on this machine in; refused on any other address",
    ],
    ["claude.binary", "\"/usr/local/bin/claude\"", "if this is not set, the one on the PATH"],
    ["claude.pass_env", "[]", "variables the agents get beside the usual ones, such as \"JAVA_HOME\""],
    ["claude.env", "{}", "variables to set for the agents, such as { NAME = \"value\" }"],
    ["sessions.max_running", "8", "turns under way at once; the others are queued"],
    ["sessions.grace_seconds", "300", "how long a job rests before it completes by itself"],
    ["approvals.limit_seconds", "0", "deny an approval that nobody answered for so long; 0 is never"],
    [
        "projects.\"/home/you/a-project\".allow_bypass_permissions",
        "true",
        "consent to sessions that ask for nothing",
    ],
];

/// The text with help for every key that it does not set: under the table that the key belongs to, else at the top. A text that
/// cannot be read, or has such lines of its own, is left as it is.
pub(in crate::hub) fn with_help(text: &str) -> String {
    let Ok(document) = DeTable::parse(text) else { return text.to_owned() };
    if has_marks(text) {
        return text.to_owned();
    }
    let mut set = BTreeSet::new();
    collect(document.get_ref(), "", &mut set);
    let missing: Vec<_> = KEYS.into_iter().filter(|[key, ..]| !set.contains(*key)).collect();
    let line = |key: &str, value: &str, words: &str| format!("{MARK}{key} = {value}  # {words}\n");
    let (mut top, mut rest) = (format!("{MARK}{ABOUT}\n"), String::new());
    let mut placed = BTreeSet::new();
    for known in text.split_inclusive('\n') {
        rest.push_str(known);
        for [key, value, words] in &missing {
            let Some((table, short)) = key.split_once('.') else { continue };
            let heads = known.trim_start().starts_with(&format!("[{table}]")) && known.ends_with('\n');
            if heads && placed.insert(*key) {
                rest.push_str(&line(short, value, words));
            }
        }
    }
    for [key, value, words] in missing.into_iter().filter(|[key, ..]| !placed.contains(key)) {
        top.push_str(&line(key, value, words));
    }
    top + &rest
}

/// What the editor left, without the help that was put into `before`.
pub(super) fn without(before: &str, edited: &str) -> String {
    if has_marks(before) {
        return edited.to_owned();
    }
    edited.split_inclusive('\n').filter(|line| !is_help(line)).collect()
}

fn is_help(line: &str) -> bool {
    line.trim_start().starts_with(MARK.trim_end())
}

fn has_marks(text: &str) -> bool {
    text.lines().any(is_help)
}

/// The names of what is set.
fn collect(table: &DeTable, before: &str, set: &mut BTreeSet<String>) {
    for (key, value) in table {
        let name = format!("{before}{}", key.get_ref());
        if let DeValue::Table(table) = value.get_ref() {
            collect(table, &format!("{name}."), set);
        }
        set.insert(name);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, to_value};

    use super::*;
    use crate::config::Config;

    #[test]
    fn help_is_taken_out_as_it_was_put_in() {
        for text in [
            "",
            "# mine\n",
            "listen = \"127.0.0.1:1\"\n\n# mine\n[sessions]\nmax_running = 3\n\n[projects.\"/a\"]\n",
            "[sessions]",
            "[sessions] # mine\r\ngrace_seconds = 1\r\n",
            "no toml [\n",
            "#: a person's own\n",
        ] {
            assert_eq!(without(text, &with_help(text)), text, "{text:?}");
        }
        assert_eq!(without("", "a = 1\n#: b\n  #:c\n"), "a = 1\n", "however it was moved");
        assert_eq!(without("#: mine\n", "#: mine too\n"), "#: mine too\n");
    }

    #[test]
    fn help_stands_where_its_key_may_be_set() {
        let text = "listen = \"127.0.0.1:1\"\n[sessions]\nmax_running = 3\n";
        let helped = with_help(text);
        let (top, table) = helped.split_once("[sessions]\n").unwrap();
        assert!(!top.contains("#: listen") && top.contains("#: approvals.limit_seconds = 0"), "{helped}");
        assert!(table.starts_with("#: grace_seconds = 300  # how long"), "{helped}");
        for text in
            ["", text, "claude.binary = \"x\"\n", "[claude.env]\nA = \"1\"\n", "[server]\n[claude]\n[auth]\n"]
        {
            let set = with_help(text).replace(&format!("{MARK}{ABOUT}\n"), "").replace(MARK, "");
            Config::read(&set).unwrap_or_else(|error| panic!("{error}: {set}"));
        }
    }

    #[test]
    fn every_key_has_help_and_what_it_shows_is_the_default() {
        let set: String = KEYS.iter().map(|[key, value, _]| format!("{key} = {value}\n")).collect();
        let mut set = to_value(Config::read(&set).unwrap()).unwrap();
        let mut default = to_value(Config::default()).unwrap();
        let all = default.clone();
        // These have an example, as their default is nothing or a path of this machine.
        for example in ["/claude/binary", "/projects", "/projects_root", "/server/previews"] {
            for all in [&mut set, &mut default] {
                all.pointer_mut(example).unwrap().take();
            }
        }
        assert_eq!(set, default);
        let mut names = BTreeSet::new();
        for (table, value) in all.as_object().unwrap() {
            match value {
                Value::Object(keys) => names.extend(keys.keys().map(|key| format!("{table}.{key}"))),
                _ => drop(names.insert(table.clone())),
            }
        }
        let known = KEYS.map(|[key, ..]| key.to_owned());
        for name in names {
            assert!(known.iter().any(|key| key.starts_with(&name)), "{name}");
        }
    }
}
