//! Sessions: conversations with agents. `model`, `choice` and `event` are data, `machine` is the only place that sets a
//! status, `thread` is what a reader sees of the events, `store` and `open` what the page knows, `api` the server
//! functions, `view` the pages.

pub mod api;
pub mod choice;
pub mod event;
pub mod machine;
pub mod model;
pub mod open;
#[cfg(feature = "ssr")]
pub mod port;
pub mod store;
pub mod thread;
pub mod view;
mod wire_enum;
