//! The changed files of a work tree as a panel and as a page, the choice of its branch, and its short form on a card.

pub mod blame;
pub mod branch;
pub mod changes;
mod choice;
pub mod comments;
pub mod commit;
pub mod compare;
pub mod diff;
mod discard;
pub mod draft;
pub mod file;
pub mod history;
mod hunk;
mod image;
pub mod log;
pub mod page;
pub mod parts;
pub mod remote;
mod rows;
pub mod run;
pub mod ship;
pub mod shown_commit;
pub mod stash;
pub mod state;

pub use self::{
    branch::BranchField,
    changes::{Changes, Touched},
    history::HistoryPage,
    page::ChangesPage,
    parts::{GitChip, commits_in_words, count_in_words},
};
