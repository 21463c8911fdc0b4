//! Faults on purpose: a real server process is killed again and again while agents work, a keeper dies, a journal is torn,
//! the disk is full. Whatever happens, the history is the one of an undisturbed run. Nothing here is timed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod disk;
mod follower;
mod history;
mod home;
mod keepers;
mod kills;
mod life;
mod worktrees;
