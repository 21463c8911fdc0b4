//! Scheduled by Claude: the prompts that agents left for later. `model` is data, `port` what the engine must do, `api` the server functions, `view` the panel and the page.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod view;
