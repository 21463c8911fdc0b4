//! What a repository's configuration would have git run. Reads text only; git itself is not asked, as it would obey it.

/// Lines of a git configuration that name a program or another file, as `section key = value`.
pub(super) fn programs(config: &str) -> Vec<String> {
    const KEYS: [&str; 17] = [
        "fsmonitor",
        "hookspath",
        "sshcommand",
        "askpass",
        "pager",
        "editor",
        "gitproxy",
        "clean",
        "smudge",
        "process",
        "textconv",
        "command",
        "external",
        "driver",
        "helper",
        "program",
        "path",
    ];
    let mut section = String::new();
    let mut found = Vec::new();
    for line in config.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.split(']').next().unwrap_or_default().to_owned();
        }
        // A key may stand on the line of its section.
        let line =
            line.rsplit_once(']').filter(|_| line.starts_with('[')).map_or(line, |(_, after)| after.trim());
        let Some((key, value)) = line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
            continue;
        };
        let alias = section.eq_ignore_ascii_case("alias") && value.trim_start_matches('"').starts_with('!');
        if alias || KEYS.contains(&key.to_ascii_lowercase().as_str()) {
            found.push(format!("git {section} {key} = {value}"));
        }
    }
    found
}
