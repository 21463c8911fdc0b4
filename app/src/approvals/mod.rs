//! Approvals: what agents wait for, across all projects. `model` is data, `port` what the engine must do, `store` what
//! the page knows, `api` the server functions, `view` the pages.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod store;
pub mod view;
