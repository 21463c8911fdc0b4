//! Previews: what agents and terminals serve on a port of this machine, opened through Roost. `model` is data, `port` what the engine must do, `api` the server functions, `view` the panel and the page.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod view;
