//! Projects: directories agents work in, and the trust in them. `model` is data, `port` what the engine must do, `api` the server functions, `view` the pages.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod store;
pub mod view;
