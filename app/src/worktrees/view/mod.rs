//! The worktrees of a project as a panel, what can be done with each, and the choice of one in the form of a new session.

pub mod acts;
pub mod field;
pub mod page;
pub mod request;
pub mod row;
pub mod settings;
pub mod trash;
pub mod words;

pub use self::{
    field::{WorktreeField, WorktreeWish},
    page::WorktreesPage,
};
