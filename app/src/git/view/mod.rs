//! The changed files of a work tree as a panel and as a page, the choice of its branch, and its short form on a card.

pub mod branch;
pub mod changes;
mod choice;
pub mod comments;
pub mod diff;
mod discard;
pub mod file;
mod hunk;
mod image;
pub mod page;
pub mod parts;
mod rows;
pub mod state;

pub use self::{
    branch::BranchField,
    changes::{Changes, Touched},
    page::ChangesPage,
    parts::{GitChip, commits_in_words, count_in_words},
};
