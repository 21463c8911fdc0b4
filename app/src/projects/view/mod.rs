//! The list of projects, a project's page, the frame of its panels, and the dialogs that change one.

pub mod acts;
pub mod add;
pub mod known;
pub mod list;
pub mod page;
pub mod panels;
pub mod parts;
pub mod paths;
pub mod trust;

pub use self::{list::ProjectsPage, page::ProjectPage, panels::ProjectPanel};
