//! The CLI's command line. By argv only, never through a shell, and without a secret on it.

use app::sessions::model::{Effort, PermissionMode};

/// Which conversation the process is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// A new one with this id.
    Fresh(String),
    /// This one, to go on with.
    Resume(String),
    /// A copy of `from` up to the line `at`, under the id `to`.
    Fork {
        /// The conversation to copy.
        from: String,
        /// The uuid of the last line to keep; all of it if none.
        at: Option<String>,
        /// The id of the copy.
        to: String,
    },
}

/// The whole command line; `--flag=value` for every value, so that none can be taken for a flag.
#[must_use]
pub(crate) fn arguments(
    binary: &str,
    launch: &Launch,
    model: Option<&str>,
    effort: Option<Effort>,
    mode: PermissionMode,
) -> Vec<String> {
    let fixed = [
        "-p",
        "--input-format=stream-json",
        "--output-format=stream-json",
        "--verbose",
        "--include-partial-messages",
        "--forward-subagent-text",
        "--permission-prompt-tool=stdio",
    ];
    let mut argv: Vec<String> = std::iter::once(binary).chain(fixed).map(str::to_owned).collect();
    match launch {
        Launch::Fresh(id) => argv.push(format!("--session-id={id}")),
        Launch::Resume(id) => argv.push(format!("--resume={id}")),
        Launch::Fork { from, at, to } => {
            argv.extend([
                format!("--resume={from}"),
                "--fork-session".to_owned(),
                format!("--session-id={to}"),
            ]);
            argv.extend(at.as_ref().map(|at| format!("--resume-session-at={at}")));
        }
    }
    argv.push(format!("--permission-mode={}", mode.as_str()));
    argv.extend(model.map(|model| format!("--model={model}")));
    argv.extend(effort.map(|effort| format!("--effort={}", effort.as_str())));
    if mode == PermissionMode::BypassPermissions {
        argv.push("--allow-dangerously-skip-permissions".to_owned());
    }
    argv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_names_source_place_and_copy() {
        let launch = Launch::Fork { from: "a".into(), at: Some("m".into()), to: "b".into() };
        let argv = arguments("claude", &launch, Some("--evil"), Some(Effort::High), PermissionMode::Plan);
        for wanted in
            ["--resume=a", "--fork-session", "--session-id=b", "--resume-session-at=m", "--model=--evil"]
        {
            assert!(argv.iter().any(|arg| arg == wanted), "{wanted} in {argv:?}");
        }
        assert!(!argv.iter().any(|arg| arg.contains("dangerously")));
    }
}
