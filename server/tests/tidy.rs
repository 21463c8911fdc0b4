//! The house rules as tests: what a reviewer would have to say again and again. Each failure names the file.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// No file of ours is longer.
const FILE_MAX: usize = 500;
/// Nine of ten files are at most this long.
const FILE_P90: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

struct Source {
    name: String,
    text: String,
}

impl Source {
    /// Whether it is only compiled for tests.
    fn is_test(&self) -> bool {
        ["/tests/", "/tests.rs", "_tests.rs", "/benches/"].iter().any(|part| self.name.contains(part))
    }

    /// The part before the inline tests.
    fn product(&self) -> &str {
        self.text.split("\n#[cfg(test)]\n").next().unwrap()
    }
}

fn walk(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git", ".tools", "fixtures", "test-results"]
                .contains(&name.as_str())
            {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), endings, &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| Source {
        name: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.into_iter().map(read).collect()
}

fn rust() -> Vec<Source> {
    sources(&["app", "server", "frontend", "xtask", "end2end"], &[".rs"])
}

fn none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_file_says_what_it_is_for() {
    let wrong: Vec<String> = rust()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.name)
        .collect();
    none(&wrong, "a Rust file opens with `//!`: what it is for and what it never does");
    let sheets = sources(&["style", "end2end"], &[".css", ".ts"]);
    let wrong: Vec<String> = sheets
        .into_iter()
        .filter(|source| !source.text.starts_with("/*") && !source.text.starts_with("//"))
        .map(|source| source.name)
        .collect();
    none(&wrong, "a sheet or a spec opens with a comment: what it is for");
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, String)> = rust()
        .into_iter()
        .chain(sources(&["style", "end2end"], &[".css", ".ts"]))
        .map(|source| (source.text.lines().count(), source.name))
        .collect();
    lengths.sort();
    let long: Vec<String> = lengths
        .iter()
        .filter(|(lines, _)| *lines > FILE_MAX)
        .map(|(lines, name)| format!("{lines} {name}"))
        .collect();
    none(&long, "a file has at most 500 lines: split it by what it is about");
    let p90 = lengths[lengths.len() * 9 / 10].0;
    assert!(p90 <= FILE_P90, "nine of ten files have at most {FILE_P90} lines; now it is {p90}");
}

#[test]
fn a_feature_has_its_twin() {
    /// Not features: what both sides stand on, and the hub, which is a client of all of them.
    const APP: [&str; 3] = ["ui", "layout", "live"];
    const SERVER: [&str; 7] = ["bus", "cli", "db", "http", "hub", "keeper", "render"];
    let folders = |side: &str, others: &[&str]| -> BTreeSet<String> {
        std::fs::read_dir(root().join(side))
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !others.contains(&name.as_str()))
            .collect()
    };
    assert_eq!(folders("app/src", &APP), folders("server/src", &SERVER), "a feature folder has its twin");
}

#[test]
fn sql_lives_in_queries() {
    /// How a statement begins.
    const STARTS: [&str; 5] =
        ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"with recursive "];
    let wrong: Vec<String> = rust()
        .into_iter()
        .filter(|source| source.name.starts_with("server/src") && !source.is_test())
        .filter(|source| !source.name.contains("queries"))
        .filter(|source| STARTS.iter().any(|start| source.product().contains(start)))
        .map(|source| source.name)
        .collect();
    none(&wrong, "SQL is written in queries.rs and nowhere else");
}

#[test]
fn processes_are_started_in_the_keeper_only() {
    let wrong: Vec<String> = rust()
        .into_iter()
        .filter(|source| {
            source.name.starts_with("server/src") && !source.name.starts_with("server/src/keeper")
        })
        .filter(|source| !source.is_test() && source.product().contains("Command::new("))
        .map(|source| source.name)
        .collect();
    none(&wrong, "only keeper/ starts processes");
}

#[test]
fn only_auth_makes_a_viewer() {
    let wrong: Vec<String> = rust()
        .into_iter()
        .filter(|source| source.name.starts_with("server/src") && !source.name.starts_with("server/src/auth"))
        .filter(|source| !source.is_test() && source.product().contains("Viewer {"))
        .filter(|source| {
            source.product().lines().any(|line| line.contains("Viewer {") && !line.contains("let Viewer {"))
        })
        .map(|source| source.name)
        .collect();
    none(&wrong, "a Viewer proves that identity was checked: only auth makes one");
}

#[test]
fn the_contract_knows_no_views_and_the_engine_no_leptos() {
    let contract = ["/model.rs", "/port.rs", "/event.rs", "/machine.rs", "src/events.rs"];
    let wrong: Vec<String> = rust()
        .into_iter()
        .filter(|source| {
            let contract =
                source.name.starts_with("app/src") && contract.iter().any(|end| source.name.ends_with(end));
            let engine = source.name.starts_with("server/src")
                && !source.name.starts_with("server/src/http")
                && source.name != "server/src/cli/serve.rs";
            (contract || engine)
                && source.product().lines().any(|line| line.trim_start().starts_with("use leptos"))
        })
        .map(|source| source.name)
        .collect();
    none(&wrong, "Leptos is for views and for http/");
}

#[test]
fn a_slice_does_not_reach_into_another() {
    let private = ["view", "store", "api", "actor", "queries"];
    let features: Vec<String> = std::fs::read_dir(root().join("server/src"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut wrong = Vec::new();
    for source in rust().iter().filter(|source| source.name.starts_with("server/src") && !source.is_test()) {
        for feature in &features {
            let own = source.name.starts_with(&format!("server/src/{feature}/"));
            for part in private {
                if !own && source.product().contains(&format!("crate::{feature}::{part}")) {
                    wrong.push(format!("{}: {feature}::{part}", source.name));
                }
            }
        }
    }
    none(&wrong, "slices meet in models, ports and the bus");
}

#[test]
fn nothing_is_left_unfinished() {
    let marks = [
        concat!("TO", "DO:"),
        concat!("FIX", "ME"),
        concat!("X", "XX"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let all = sources(
        &["app", "server", "frontend", "xtask", "end2end", "style", "migrations"],
        &[".rs", ".ts", ".css", ".sql"],
    );
    let wrong: Vec<String> = all
        .into_iter()
        .filter(|source| marks.iter().any(|mark| source.text.contains(mark)))
        .map(|source| source.name)
        .collect();
    none(&wrong, "what is not done is an issue, not a mark in the code");
}

#[test]
fn colours_are_tokens() {
    let sheets = sources(&["style"], &[".css"]);
    let wrong: Vec<String> = sheets
        .iter()
        .filter(|source| !source.name.ends_with("tokens.css") && !source.name.ends_with("highlight.css"))
        .flat_map(|source| {
            let lines = source.text.lines().enumerate();
            lines
                .filter(|(_, line)| is_colour(line))
                .map(|(n, line)| format!("{}:{} {}", source.name, n + 1, line.trim()))
        })
        .collect();
    none(&wrong, "colours are written in tokens.css and nowhere else");
}

/// A hexadecimal colour, or a colour function with numbers.
fn is_colour(line: &str) -> bool {
    let hex = line.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        [3, 4, 6, 8].contains(&digits)
            && !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
    });
    hex && line.contains(':') || line.contains("rgb(") || line.contains("hsl(")
}

#[test]
fn migrations_open_with_why() {
    let wrong: Vec<String> = sources(&["migrations"], &[".sql"])
        .into_iter()
        .filter(|source| !source.text.starts_with("-- "))
        .map(|source| source.name)
        .collect();
    none(&wrong, "a migration opens with why");
}
