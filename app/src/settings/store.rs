//! What the page keeps of Settings: the look, and what is missing to use the agent. Never fetches by itself.

use leptos::prelude::*;

use super::model::{Claude, THEME_COOKIE, Theme};
use crate::{boot::Boot, ui::browser};

/// A cheap handle.
#[derive(Clone, Copy)]
pub struct SettingsStore {
    /// The look chosen in this browser.
    pub theme: RwSignal<Theme>,
    /// The agent's binary and account, as last heard.
    pub claude: RwSignal<Claude>,
}

impl SettingsStore {
    /// What the server drew the page with.
    #[must_use]
    pub fn new(boot: &Boot) -> Self {
        Self { theme: RwSignal::new(boot.theme), claude: RwSignal::new(boot.claude.clone()) }
    }

    /// Changes the look at once and for a year; the cookie makes the server's next first paint right.
    pub fn choose(self, theme: Theme) {
        self.theme.set(theme);
        browser::set_cookie(THEME_COOKIE, theme.as_str());
        browser::set_root_attribute("data-theme", (theme != Theme::System).then(|| theme.as_str()));
        for side in [Theme::Light, Theme::Dark] {
            let shown = if theme == Theme::System { side } else { theme };
            browser::set_attribute(&format!("theme-{}", side.as_str()), "content", shown.paint());
        }
    }
}

impl Theme {
    /// The colour of the window's frame on a phone: `--panel` of that side.
    #[must_use]
    pub fn paint(self) -> &'static str {
        match self {
            Self::Dark => "#1a1a18",
            Self::Light | Self::System => "#fdfcfa",
        }
    }
}
