//! Stories of sessions: the engine and real keepers around an agent without a model.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod approvals;
mod life;
mod real;
mod restart;
mod stage;
mod trouble;
mod tui;
mod tui_real;
mod tui_trouble;
mod worktrees;
