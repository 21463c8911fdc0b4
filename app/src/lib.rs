//! What both sides agree on, plus every view. One folder is one feature; the server has a folder of the same name.
//! Never here: tokio, SQL, processes. `model`, `port`, `error` and `events` never import Leptos' views.

#![allow(clippy::needless_pass_by_value, reason = "component props are owned")]

pub mod approvals;
pub mod auth;
pub mod boot;
#[cfg(feature = "ssr")]
pub mod engine;
pub mod error;
pub mod events;
pub mod ids;
pub mod layout;
pub mod live;
pub mod projects;
pub mod routes;
pub mod sessions;
pub mod settings;
pub mod time;
pub mod ui;
