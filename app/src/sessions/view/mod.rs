//! The list of sessions, a session's page, and the form that starts one. A view changes no store: it asks the server, and
//! what follows arrives as a push.

pub mod actions;
pub mod aftermath;
pub mod bypass;
pub mod choices;
pub mod composer;
pub mod details;
pub mod dock;
pub mod dom;
pub mod draft;
pub mod fork;
pub mod header;
pub mod here;
pub mod images;
pub mod inspector;
pub mod list;
pub mod new;
pub mod page;
pub mod queue;
pub mod rename;
pub mod row;
pub mod setup;
pub mod terminal;
pub mod thread;
pub mod words;

pub use self::{aftermath::Aftermath, dom::reveal, list::SessionList, new::NewSession, page::SessionPage};
