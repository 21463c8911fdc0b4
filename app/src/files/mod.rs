//! The files of a project: its tree, one file as it is shown and as it is edited, names and contents. `model` is data, `port` what the engine must do, `api` the server functions, `view` the page and the panel.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod store;
pub mod upload;
pub mod view;
