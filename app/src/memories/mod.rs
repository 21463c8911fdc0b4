//! Memories: the instructions that the CLI reads for a project. `model` is data, `port` what the engine must do, `api` the server functions, `view` the panel and the page.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod store;
pub mod view;
