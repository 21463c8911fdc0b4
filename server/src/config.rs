//! The configuration: flags over environment over file over default, read once at start. Never read again by the engine.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// Everything `roost.toml` may say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where projects made by name are put.
    pub projects_root: PathBuf,
    /// How requests are recognised.
    pub server: Server,
    /// Who may come in.
    pub auth: Auth,
    /// The agent.
    pub claude: Claude,
    /// How sessions run.
    pub sessions: Sessions,
    /// How approvals wait.
    pub approvals: Approvals,
    /// Consents, by the project's absolute path.
    pub projects: BTreeMap<String, Project>,
    /// `$ROOST_HOME`: database, keepers, configuration. Never in the file itself.
    #[serde(skip)]
    pub home: PathBuf,
}

/// How requests are recognised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Host names, with port if not the default one, that a browser may use beside loopback's own.
    pub hosts: Vec<String>,
    /// Whether what agents and terminals serve can be opened through Roost; if absent, only while it listens on loopback.
    pub previews: Option<bool>,
}

/// Who may come in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Whether a browser on this machine must sign in.
    pub loopback: Loopback,
}

/// Whether a browser on this machine must sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loopback {
    /// Yes.
    #[default]
    Enforced,
    /// No: anyone who can reach the port comes in. Refused on any other address.
    Open,
}

/// The agent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Claude {
    /// Its binary; from `PATH` if absent.
    pub binary: Option<PathBuf>,
    /// Names of environment variables to pass on beside the usual ones; a trailing `*` matches any ending.
    pub pass_env: Vec<String>,
    /// Variables to set for it.
    pub env: BTreeMap<String, String>,
}

/// How sessions run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// How many turns may be under way at once; the others are queued.
    pub max_running: u32,
    /// How long a job rests before it completes by itself, in seconds.
    pub grace_seconds: u64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { max_running: 8, grace_seconds: 300 }
    }
}

/// How approvals wait.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    /// After how many seconds an unanswered approval is denied; 0 is never.
    pub limit_seconds: u64,
}

/// Consents for one project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Project {
    /// Whether its sessions may run without asking for anything.
    pub allow_bypass_permissions: bool,
}

impl Default for Config {
    fn default() -> Self {
        let home = user_home();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7676)),
            projects_root: home.join("projects"),
            server: Server::default(),
            auth: Auth::default(),
            claude: Claude::default(),
            sessions: Sessions::default(),
            approvals: Approvals::default(),
            projects: BTreeMap::new(),
            home: home.join(".roost"),
        }
    }
}

/// The scalars that a variable may set: `claude.binary` is `ROOST_CLAUDE_BINARY`.
const SCALARS: [&str; 7] = [
    "listen",
    "projects_root",
    "auth.loopback",
    "claude.binary",
    "sessions.max_running",
    "sessions.grace_seconds",
    "approvals.limit_seconds",
];

impl Config {
    /// Reads `roost.toml` in `home` (`$ROOST_HOME`, `~/.roost` if none is given) and the environment over it.
    ///
    /// # Errors
    /// When the file or a variable does not say what it should; the message names the key.
    pub fn load(home: Option<PathBuf>) -> anyhow::Result<Self> {
        let home =
            home.or_else(|| env("ROOST_HOME").map(PathBuf::from)).unwrap_or_else(|| Self::default().home);
        let mut config: Self = Self::figment(&home).extract()?;
        config.home = std::path::absolute(home)?;
        config.projects_root = expand(&config.projects_root);
        Ok(config)
    }

    /// What this text of a `roost.toml` says, over the defaults; the environment has no say in it.
    ///
    /// # Errors
    /// When it does not say what it should; the error names the key.
    pub fn read(text: &str) -> Result<Self, Box<figment::Error>> {
        let defaults = Serialized::defaults(Self::default());
        Figment::from(defaults).merge(Toml::string(text)).extract().map_err(Box::new)
    }

    /// Anyone may come in only where nobody else can reach the port.
    ///
    /// # Errors
    /// When somebody else can.
    pub fn refuse_open_door(&self) -> anyhow::Result<()> {
        if self.auth.loopback == Loopback::Open && !self.listen.ip().is_loopback() {
            anyhow::bail!(
                "auth.loopback = \"open\" is only possible on a loopback address, and {} is none",
                self.listen
            );
        }
        Ok(())
    }

    fn figment(home: &Path) -> Figment {
        let environment = Env::prefixed("ROOST_").filter_map(|key| {
            let name = key.as_str().to_ascii_lowercase();
            SCALARS.iter().find(|scalar| scalar.replace('.', "_") == name).map(|scalar| (*scalar).into())
        });
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(home.join("roost.toml")))
            .merge(environment)
    }

    /// Whether sessions in this directory may run without asking for anything.
    #[must_use]
    pub fn allows_bypass(&self, path: &str) -> bool {
        self.projects.get(path).is_some_and(|project| project.allow_bypass_permissions)
    }

    /// Where the CLI keeps its settings and transcripts: `CLAUDE_CONFIG_DIR`, or `~/.claude`.
    #[must_use]
    pub fn claude_dir(&self) -> PathBuf {
        self.claude_var("CLAUDE_CONFIG_DIR").map_or_else(|| user_home().join(".claude"), PathBuf::from)
    }

    /// The CLI's own file of trusted directories: inside `CLAUDE_CONFIG_DIR`, else beside `~/.claude`.
    #[must_use]
    pub fn claude_json_path(&self) -> PathBuf {
        match self.claude_var("CLAUDE_CONFIG_DIR") {
            Some(dir) => PathBuf::from(dir).join(".claude.json"),
            None => user_home().join(".claude.json"),
        }
    }

    fn claude_var(&self, name: &str) -> Option<String> {
        self.claude.env.get(name).cloned().or_else(|| env(name))
    }

    /// The environment an agent gets: the usual variables of this process, those named in `pass_env`, and `env` over
    /// them. Roost's own variables are never among them, nor what another agent set for its children.
    #[must_use]
    pub fn agent_env(&self) -> Vec<(String, String)> {
        let mut kept = self.usual_env();
        kept.extend(self.claude.env.clone());
        kept.retain(|name, _| !name.starts_with("ROOST_"));
        kept.into_iter().collect()
    }

    /// The environment a person's shell gets: the usual variables of this process and those named in `pass_env`, without
    /// what is configured for agents.
    #[must_use]
    pub fn shell_env(&self) -> Vec<(String, String)> {
        let mut kept = self.usual_env();
        kept.retain(|name, _| !name.starts_with("ROOST_"));
        kept.into_iter().collect()
    }

    #[expect(clippy::disallowed_methods, reason = "the configuration is where the environment is read")]
    fn usual_env(&self) -> BTreeMap<String, String> {
        let own = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        own.filter(|(name, _)| self.passes(name)).collect()
    }

    fn passes(&self, name: &str) -> bool {
        /// What a developer's tools and the CLI's own sign-in need.
        const USUAL: [&str; 36] = [
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LANGUAGE",
            "LC_*",
            "TZ",
            "TERM",
            "TMPDIR",
            "XDG_*",
            "SSH_AUTH_SOCK",
            "GPG_AGENT_INFO",
            "DBUS_SESSION_BUS_ADDRESS",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "all_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "NODE_EXTRA_CA_CERTS",
            "ANTHROPIC_*",
            "CLAUDE_CONFIG_DIR",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CODE_USE_*",
            "CLAUDE_CODE_MAX_RETRIES",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
            "DISABLE_TELEMETRY",
            "DISABLE_AUTOUPDATER",
            "DISABLE_ERROR_REPORTING",
            "IS_SANDBOX",
        ];
        USUAL
            .into_iter()
            .chain(self.claude.pass_env.iter().map(String::as_str))
            .any(|pattern| matches(pattern, name))
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

/// The home directory of the user who runs Roost; `/` if there is none.
#[must_use]
pub fn user_home() -> PathBuf {
    env("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from)
}

/// The path with a leading `~` made the home directory.
#[must_use]
pub fn expand(path: &Path) -> PathBuf {
    path.strip_prefix("~").map_or_else(|_| path.to_owned(), |rest| user_home().join(rest))
}

#[expect(clippy::disallowed_methods, reason = "the configuration is where the environment is read")]
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_is_a_key_of_the_configuration() {
        let all = serde_json::to_value(Config::default()).unwrap();
        for scalar in SCALARS {
            let pointer = format!("/{}", scalar.replace('.', "/"));
            assert!(all.pointer(&pointer).is_some(), "{scalar}");
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("roost.toml"), "[sessions]\nmax_runing = 2\n").unwrap();
        let error = Config::load(Some(dir.path().to_owned())).unwrap_err().to_string();
        assert!(error.contains("max_runing"), "{error}");
    }

    #[test]
    fn an_open_door_is_for_loopback_only() {
        let mut config = Config::default();
        config.auth.loopback = Loopback::Open;
        config.refuse_open_door().unwrap();
        for listen in ["0.0.0.0:7676", "192.0.2.1:7676", "[::]:7676"] {
            config.listen = listen.parse().unwrap();
            assert!(config.refuse_open_door().is_err(), "{listen}");
        }
        config.auth.loopback = Loopback::Enforced;
        config.refuse_open_door().unwrap();
    }

    #[test]
    fn an_agent_gets_the_usual_variables_and_nothing_of_roost() {
        let mut config = Config::default();
        config.claude.pass_env = vec!["JAVA_*".to_owned()];
        config.claude.env.insert("ROOST_SECRET".to_owned(), "x".to_owned());
        for (name, passes) in [
            ("PATH", true),
            ("LC_ALL", true),
            ("JAVA_HOME", true),
            ("CLAUDECODE", false),
            ("ROOST_HOME", false),
        ] {
            assert_eq!(config.passes(name), passes, "{name}");
        }
        assert!(config.agent_env().iter().all(|(name, _)| !name.starts_with("ROOST_")));
    }
}
