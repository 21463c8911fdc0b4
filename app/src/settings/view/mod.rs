//! The Settings page and its cards.

pub mod orphans;
pub mod page;
pub mod system;
pub mod theme;

pub use self::page::SettingsPage;
