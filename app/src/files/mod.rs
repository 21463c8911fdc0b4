//! The files of a project, to be looked at: its tree, one file, names and contents. `model` is data, `port` what the engine must do, `api` the server functions, `view` the page and the panel.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod view;
