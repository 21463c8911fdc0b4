//! The list of projects, a project's page, the dialogs that change one, and the choice of its branch.

pub mod acts;
pub mod add;
pub mod branch;
pub mod list;
pub mod page;
pub mod parts;
pub mod paths;
pub mod trust;

pub use self::{branch::BranchField, list::ProjectsPage, page::ProjectPage};
