//! The choice of a worktree in the form of a new session.

pub mod field;

pub use self::field::{WorktreeField, WorktreeWish};
