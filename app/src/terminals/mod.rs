//! Shells on terminals of their own: cards, the frames of a terminal's socket, and the pages. What is on a screen is the
//! keeper's: the page only shows it.

pub mod api;
pub mod copies;
pub mod keys;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod screen;
pub mod store;
pub mod view;
pub mod wire;
