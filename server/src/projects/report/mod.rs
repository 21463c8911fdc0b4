//! What would run or apply once a directory is trusted, read from its files. Never runs any of it, never follows a
//! link out of the directory, and rather says too much: a setting that Roost does not know is shown too.

mod git_config;
#[cfg(test)]
mod tests;
mod words;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use app::projects::model::TrustReport;
use serde_json::Value;

use self::{
    git_config::programs,
    words::{describe, each, finding, lines, secret, short},
};

/// Larger files are named as unreadable.
const MAX_FILE: u64 = 256 * 1024;
/// How many files of agents, skills, commands and rules are looked at.
const MAX_FILES: usize = 200;
/// How deep their folders are.
const MAX_DEPTH: usize = 4;

/// Reads the report of a directory whose path has no links left in it. Waits for the disk: not for a worker.
pub(in crate::projects) fn read(root: &Path) -> TrustReport {
    let mut reader = Reader { root, report: TrustReport::default() };
    for file in [".claude/settings.json", ".claude/settings.local.json"] {
        if let Some(settings) = reader.json(file) {
            reader.settings(file, &settings);
        }
    }
    if let Some(config) = reader.json(".mcp.json") {
        reader.mcp_servers(".mcp.json", config.get("mcpServers").unwrap_or(&config));
    }
    for file in ["CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md"] {
        if let Some(text) = reader.text(file) {
            reader.instruct(file, format!("instructions, {}", lines(&text)));
        }
    }
    let mut left = MAX_FILES;
    for kind in ["agents", "skills", "commands", "rules", "output-styles"] {
        reader.folder(&format!(".claude/{kind}"), kind.trim_end_matches('s'), MAX_DEPTH, &mut left);
    }
    reader.git();
    reader.report
}

struct Reader<'a> {
    root: &'a Path,
    report: TrustReport,
}

impl Reader<'_> {
    fn json(&mut self, file: &str) -> Option<Value> {
        let text = self.text(file)?;
        match serde_json::from_str::<Value>(&text) {
            Ok(value) if value.is_object() => Some(value),
            Ok(_) => self.unreadable(file, "it is not an object"),
            Err(error) => self.unreadable(file, &format!("it is not valid JSON: {error}")),
        }
    }

    /// The file's text; nothing, and why, unless it is a small regular file inside the project.
    fn text(&mut self, file: &str) -> Option<String> {
        let path = self.inside(file)?;
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(file, &error.to_string()),
        };
        if !metadata.is_file() {
            return self.unreadable(file, "it is not a regular file");
        }
        if metadata.len() > MAX_FILE {
            return self.unreadable(file, "it is larger than 256 KB");
        }
        let mut bytes = Vec::new();
        match fs::File::open(&path).and_then(|opened| opened.take(MAX_FILE).read_to_end(&mut bytes)) {
            Ok(_) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => self.unreadable(file, &error.to_string()),
        }
    }

    /// Where the file really is; nothing if there is none, and nothing but a word of it if that is elsewhere.
    fn inside(&mut self, file: &str) -> Option<PathBuf> {
        let path = self.root.join(file);
        match path.canonicalize() {
            Ok(real) if real.starts_with(self.root) => Some(real),
            Ok(real) => {
                self.unreadable(file, &format!("it leads outside the project, to {}", real.display()))
            }
            Err(_) if path.symlink_metadata().is_err() => None,
            Err(error) => self.unreadable(file, &error.to_string()),
        }
    }

    fn unreadable<T>(&mut self, file: &str, reason: &str) -> Option<T> {
        self.report.unreadable.push(finding(file, reason));
        None
    }

    fn set(&mut self, file: &str, what: impl AsRef<str>) {
        self.report.settings.push(finding(file, what.as_ref()));
    }

    fn hook(&mut self, file: &str, what: impl AsRef<str>) {
        self.report.hooks.push(finding(file, what.as_ref()));
    }

    fn instruct(&mut self, file: &str, what: impl AsRef<str>) {
        self.report.instructions.push(finding(file, what.as_ref()));
    }

    fn settings(&mut self, file: &str, settings: &Value) {
        for (key, value) in settings.as_object().into_iter().flatten() {
            match key.as_str() {
                "$schema" => {}
                "hooks" => self.hooks(file, value),
                "mcpServers" => self.mcp_servers(file, value),
                "permissions" => self.permissions(file, value),
                "env" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        self.set(file, format!("env: {name}={}", secret(name, value)));
                    }
                }
                _ => self.set(file, format!("{key}: {}", short(value))),
            }
        }
    }

    fn hooks(&mut self, file: &str, hooks: &Value) {
        let Some(events) = hooks.as_object() else {
            return self.hook(file, format!("hooks: {}", short(hooks)));
        };
        for (event, matchers) in events {
            for matcher in each(matchers) {
                let on = match matcher.get("matcher").and_then(Value::as_str) {
                    Some("" | "*") | None => event.clone(),
                    Some(tools) => format!("{event} ({tools})"),
                };
                for hook in matcher.get("hooks").map_or_else(|| each(matcher), each) {
                    let what =
                        ["command", "url", "prompt"].iter().find_map(|key| hook.get(key)).unwrap_or(hook);
                    self.hook(file, format!("{on}: {}", short(what)));
                }
            }
        }
    }

    fn permissions(&mut self, file: &str, permissions: &Value) {
        for (key, value) in permissions.as_object().into_iter().flatten() {
            match key.as_str() {
                // These only narrow what may run.
                "deny" | "ask" => {}
                _ => each(value).iter().for_each(|rule| self.set(file, format!("{key}: {}", short(rule)))),
            }
        }
    }

    fn mcp_servers(&mut self, file: &str, servers: &Value) {
        for (name, server) in servers.as_object().into_iter().flatten() {
            let command = server.get("command").and_then(Value::as_str);
            let what = match (command, server.get("url")) {
                (Some(command), _) => {
                    let args = server.get("args").map_or(&[][..], each).iter().map(short);
                    std::iter::once(command.to_owned()).chain(args).collect::<Vec<_>>().join(" ")
                }
                (None, Some(url)) => short(url),
                (None, None) => short(server),
            };
            self.report.mcp_servers.push(finding(file, &format!("{name}: {what}")));
        }
    }

    /// Markdown files of a folder, with a word on those that bring more than text.
    fn folder(&mut self, folder: &str, kind: &str, depth: usize, left: &mut usize) {
        let Some(path) = self.inside(folder) else { return };
        let mut names: Vec<String> = match fs::read_dir(path) {
            Ok(entries) => {
                entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
            }
            Err(error) => return self.unreadable(folder, &error.to_string()).unwrap_or_default(),
        };
        names.sort_unstable();
        for name in names {
            let file = format!("{folder}/{name}");
            if *left == 0 || depth == 0 {
                return self.unreadable(folder, "it holds more than is looked at").unwrap_or_default();
            }
            if self.root.join(&file).is_dir() {
                self.folder(&file, kind, depth - 1, left);
            } else if name.ends_with(".md") {
                *left -= 1;
                if let Some(text) = self.text(&file) {
                    self.instruct(&file, describe(kind, &text));
                }
            }
        }
    }

    /// What git itself would run: hooks, and programs that the repository's configuration names.
    fn git(&mut self) {
        if self.root.join(".git").is_file() {
            return self.set(".git", "the repository's own files are elsewhere and were not read");
        }
        let hooks = self.root.join(".git/hooks");
        let mut names: Vec<_> =
            fs::read_dir(hooks).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
        names.sort_unstable();
        for name in names {
            let name = name.to_string_lossy();
            if !name.ends_with(".sample") {
                self.hook(&format!(".git/hooks/{name}"), format!("git {name}: a program"));
            }
        }
        if self.root.join(".git/config").exists()
            && let Some(config) = self.text(".git/config")
        {
            for line in programs(&config) {
                self.hook(".git/config", line);
            }
        }
    }
}
