//! Worktrees: directories beside a project, each with a branch of its own, for sessions that keep out of each other's way.
//! `model` is data and pure rules, `view` what is drawn.

pub mod model;
pub mod view;
