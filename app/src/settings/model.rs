//! What the Settings page shows of this installation, and the look a person chose.

use serde::{Deserialize, Serialize};

/// Light, dark, or whatever the system says; kept in a cookie, so that the first paint is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The cookie the theme is kept in.
pub const THEME_COOKIE: &str = "roost_theme";

impl Theme {
    /// Every choice, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the cookie and in `data-theme`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice in a `Cookie` header, or the system's.
    #[must_use]
    pub fn from_cookies(header: &str) -> Self {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == THEME_COOKIE)
            .and_then(|(_, value)| Self::ALL.into_iter().find(|theme| theme.as_str() == value))
            .unwrap_or_default()
    }
}

/// This installation, in facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// Roost's version and build.
    pub version: String,
    /// Where its database and keepers are.
    pub home: String,
    /// Where new projects are made.
    pub projects_root: String,
    /// The address it listens on.
    pub listen: String,
    /// The agent's binary.
    pub claude: Claude,
    /// How many sessions may run at once.
    pub max_running: u32,
    /// A job's grace time in seconds.
    pub grace_seconds: u64,
    /// Keepers that belong to no session: the keeper's process id and its directory.
    pub orphans: Vec<Orphan>,
}

/// The `claude` binary, and what is missing to use it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claude {
    /// The path found.
    pub path: Option<String>,
    /// What it answers to `--version`.
    pub version: Option<String>,
    /// How it is signed in: `claude.ai account`, `API key`; none if it is not.
    pub account: Option<String>,
    /// What to do next, if something is missing.
    pub problem: Option<String>,
}

/// A keeper without a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphan {
    /// The name of its directory; ends it.
    pub id: String,
    /// Its process id.
    pub pid: u32,
    /// What it runs.
    pub command: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_is_read_from_any_place_in_the_header() {
        assert_eq!(Theme::from_cookies("a=b; roost_theme=dark; c=d"), Theme::Dark);
        assert_eq!(Theme::from_cookies("roost_theme=<script>"), Theme::System);
        assert_eq!(Theme::from_cookies(""), Theme::System);
    }
}
