//! What is drawn of a repository: `changes` lists what is not committed and opens its diffs, `ship` commits, pulls and pushes
//! below them, `history` is what was committed, `diff` how a file's change is drawn. Beside them what all share: how the branch
//! stands, a run of git as it goes, the choice of a branch in a form.

pub mod author;
pub mod branch;
pub mod changes;
pub mod diff;
pub mod history;
pub mod parts;
pub mod run;
pub mod ship;
pub mod state;

pub use self::{
    author::Author,
    branch::BranchField,
    changes::{Changes, Touched, page::ChangesPage},
    history::HistoryPage,
    parts::{GitChip, commits_in_words, count_in_words},
    run::{LastRun, use_desk},
    ship::remote::OpenPullRequest,
};
