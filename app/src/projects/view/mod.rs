//! The list of projects, a project's page, and the dialogs that change one.

pub mod acts;
pub mod add;
pub mod list;
pub mod page;
pub mod parts;
pub mod paths;
pub mod trust;

pub use self::{list::ProjectsPage, page::ProjectPage};
