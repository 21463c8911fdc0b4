//! Worktrees: directories beside a project, each with a branch of its own, for sessions that keep out of each other's way.
//! `model` is data and pure rules, `port` what the engine must do, `api` the server functions, `view` what is drawn.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod view;
