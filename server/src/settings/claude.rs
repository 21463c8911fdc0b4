//! Finds the agent's binary and asks it who it is. Never starts a conversation, never reads its credentials.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use app::settings::model::Claude;
use serde::Deserialize;

use crate::{
    config::{Config, expand},
    keeper::{Exec, ExecError, Output, exec},
};

/// How long the CLI may take to answer; the first start after an update is slow.
const LIMIT: Duration = Duration::from_secs(20);

/// What `claude auth status --json` says; more fields come with every version.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthStatus {
    logged_in: bool,
    #[serde(default)]
    auth_method: String,
    #[serde(default)]
    email: Option<String>,
}

/// Looks for the binary and asks for version and account, all at once. What is missing is said in `problem`.
pub async fn look(config: &Config) -> Claude {
    let env = config.agent_env();
    let path = match find(config, &env).await {
        Ok(path) => path,
        Err(problem) => return Claude { problem: Some(problem), ..Claude::default() },
    };
    let (version, status) =
        tokio::join!(ask(&path, &env, &["--version"]), ask(&path, &env, &["auth", "status", "--json"]));
    let mut claude = Claude { path: Some(path.display().to_string()), ..Claude::default() };
    match version {
        Ok(output) if output.success() => claude.version = version_in(&output.stdout),
        Ok(output) => claude.problem = Some(broken(&path, &words(&output.stderr))),
        Err(error) => claude.problem = Some(broken(&path, &error.to_string())),
    }
    if claude.problem.is_none() {
        // An older CLI has no such command; then only a session will tell.
        let status = status.ok().and_then(|output| serde_json::from_slice::<AuthStatus>(&output.stdout).ok());
        match status {
            Some(status) if status.logged_in => claude.account = Some(account(&status)),
            Some(_) => claude.problem = Some(SIGNED_OUT.to_owned()),
            None => {}
        }
    }
    claude
}

const SIGNED_OUT: &str = "Claude Code is not signed in. Run `claude` in a terminal on this machine and type /login, \
    or start Roost with ANTHROPIC_API_KEY set.";
const MISSING: &str = "Claude Code was not found. Install it with `npm install -g @anthropic-ai/claude-code`, \
    or set `claude.binary` in roost.toml to where it is.";

fn broken(path: &Path, why: &str) -> String {
    format!("{} does not run: {why}", path.display())
}

/// The configured binary, or the first `claude` in the `PATH` that agents get.
async fn find(config: &Config, env: &[(String, String)]) -> Result<PathBuf, String> {
    if let Some(binary) = &config.claude.binary {
        let binary = expand(binary);
        if binary.components().count() > 1 {
            return if is_program(&binary).await {
                Ok(binary)
            } else {
                Err(format!("`claude.binary` is {}, which is no program that can be run.", binary.display()))
            };
        }
        return in_path(&binary, env)
            .await
            .ok_or_else(|| format!("`claude.binary` is {}, which is not in PATH.", binary.display()));
    }
    in_path(Path::new("claude"), env).await.ok_or_else(|| MISSING.to_owned())
}

async fn in_path(name: &Path, env: &[(String, String)]) -> Option<PathBuf> {
    let (_, path) = env.iter().find(|(key, _)| key == "PATH")?;
    for dir in std::env::split_paths(path) {
        let candidate = dir.join(name);
        if dir.is_absolute() && is_program(&candidate).await {
            return Some(candidate);
        }
    }
    None
}

async fn is_program(path: &Path) -> bool {
    let found = tokio::fs::metadata(path).await;
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

async fn ask(path: &Path, env: &[(String, String)], args: &[&str]) -> Result<Output, ExecError> {
    let mut command = Exec::new(path, Path::new("/")).args(args).timeout(LIMIT).max_output(1 << 20);
    for (key, value) in env {
        command = command.env(key, value);
    }
    exec(command).await
}

/// `2.1.329` of `2.1.329 (Claude Code)`.
fn version_in(stdout: &[u8]) -> Option<String> {
    words(stdout).split_whitespace().next().map(str::to_owned)
}

fn account(status: &AuthStatus) -> String {
    let method = match status.auth_method.as_str() {
        "api_key" => "API key",
        "claude.ai" => "claude.ai account",
        "oauth_token" => "long-lived token",
        "" | "none" => "signed in",
        other => other,
    };
    status.email.as_ref().map_or_else(|| method.to_owned(), |email| format!("{method} {email}"))
}

/// The first 300 characters of what a program said.
fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().chars().take(300).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// A `claude` that answers like the real one.
    fn fake(dir: &Path, status: &str) -> Config {
        let path = dir.join("claude");
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '2.1.329 (Claude Code)'; else {status}; fi\n"
        );
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut config = Config::default();
        config.claude.binary = Some(path);
        config
    }

    #[tokio::test]
    async fn version_and_account_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let status = r#"echo '{"loggedIn":true,"authMethod":"api_key","apiProvider":"firstParty","new":1}'"#;
        let claude = look(&fake(dir.path(), status)).await;
        assert_eq!(
            (claude.version.as_deref(), claude.account.as_deref(), claude.problem),
            (Some("2.1.329"), Some("API key"), None)
        );
    }

    #[tokio::test]
    async fn what_is_missing_is_said_with_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let out = look(&fake(dir.path(), r#"echo '{"loggedIn":false,"authMethod":"none"}'; exit 1"#)).await;
        assert!(out.problem.unwrap().contains("/login") && out.account.is_none());

        let old = look(&fake(dir.path(), "echo 'unknown command' >&2; exit 1")).await;
        assert_eq!((old.problem, old.account), (None, None), "an older CLI cannot tell");

        let mut config = Config::default();
        config.claude.binary = Some(dir.path().join("nothing"));
        assert!(look(&config).await.problem.unwrap().contains("claude.binary"));

        let mut config = Config::default();
        config.claude.env.insert("PATH".to_owned(), dir.path().join("empty").display().to_string());
        assert!(look(&config).await.problem.unwrap().contains("npm install"));
    }

    #[tokio::test]
    async fn a_binary_that_fails_is_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let config = fake(dir.path(), "true");
        std::fs::write(dir.path().join("claude"), "#!/bin/sh\necho 'wrong libc' >&2; exit 127\n").unwrap();
        assert!(look(&config).await.problem.unwrap().contains("wrong libc"));
    }
}
