//! Git: what changed in a project's work tree, and its branches. `model` is data, `port` what the engine must do, `api` and
//! `run_api` the server functions, `offers` which branches fit what was typed, `review` comments on changes as a message,
//! `graph` the lanes of a log, `view` what is drawn.

pub mod api;
pub mod graph;
pub mod model;
pub mod offers;
#[cfg(feature = "ssr")]
pub mod port;
pub mod review;
pub mod run_api;
pub mod view;
