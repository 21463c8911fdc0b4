//! The engine behind every page and every call. One folder is one feature, with the name it has in `app`; beside them
//! the ground they stand on: `keeper` (processes), `db`, `bus`, `http`, `render`. Never here: markup, Leptos (but in `http`).

// A page is one deeply nested type until it is erased at its borders.
#![recursion_limit = "512"]

pub mod approvals;
pub mod auth;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod files;
pub mod git;
pub mod http;
pub mod hub;
pub mod keeper;
pub mod memories;
mod offload;
pub mod previews;
pub mod projects;
pub mod render;
pub mod scheduled;
pub mod sessions;
pub mod settings;
pub mod terminals;
pub mod worktrees;
