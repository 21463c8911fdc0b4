//! Approvals: what agents wait for, across all projects. `model` is data, `port` what the engine must do, `api` the server functions, `view` the pages.

pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
