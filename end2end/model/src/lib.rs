//! A Messages API on loopback whose answers are written in the prompt, so that the real CLI can be tested and shown offline.
//! Never calls out, never keeps a conversation: everything is found in the request, as with the real API.

mod conversation;
pub mod demo;
mod reply;
pub mod script;
mod server;
mod stream;

pub use script::Script;
pub use server::{Options, serve};
