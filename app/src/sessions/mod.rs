//! Sessions: conversations with agents. `model` and `event` are data, `machine` is the only place that sets a status.

pub mod event;
pub mod machine;
pub mod model;
#[cfg(feature = "ssr")]
pub mod port;
