//! Shells on terminals of their own: cards, and the frames of a terminal's socket. What is on a screen is the keeper's.

pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
pub mod wire;
