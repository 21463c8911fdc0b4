//! The list of terminals, a terminal's page, and the terminal itself, which a session's inspector shows too.

pub mod acts;
pub mod keys;
pub mod list;
pub mod new;
pub mod page;
pub mod pane;
pub mod search;
pub mod strips;
pub mod tabs;
pub mod workspace;

pub use self::{list::TerminalsPage, new::NewTerminal, page::TerminalPage, pane::Pane, workspace::Workspace};
