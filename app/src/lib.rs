//! What both sides agree on, plus every view. One folder is one feature; the server has a folder of the same name.
//! Never here: tokio, SQL, processes. `model`, `port`, `error` and `events` never import Leptos' views.

// A view is one nested type until it is erased; drawing it asynchronously nests deeper than the default allows.
#![recursion_limit = "256"]
#![allow(clippy::needless_pass_by_value, reason = "component props are owned")]

pub mod approvals;
pub mod auth;
pub mod boot;
#[cfg(feature = "ssr")]
pub mod engine;
pub mod error;
pub mod events;
pub mod files;
pub mod git;
pub mod ids;
pub mod json;
pub mod layout;
pub mod live;
pub mod memories;
pub mod previews;
pub mod projects;
pub mod routes;
pub mod scheduled;
pub mod sessions;
pub mod settings;
pub mod terminals;
pub mod time;
pub mod ui;
pub mod worktrees;
