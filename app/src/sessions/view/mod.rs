//! The list of sessions, a session's page, and the form that starts one. A view changes no store: it asks the server, and
//! what follows arrives as a push.

mod actions;
mod aftermath;
mod bypass;
mod changes;
mod choices;
mod composer;
mod details;
mod dock;
mod dom;
mod fork;
mod header;
mod here;
mod images;
mod list;
mod new;
mod page;
mod queue;
mod rename;
mod row;
mod thread;
mod words;

pub use self::{aftermath::Aftermath, dom::reveal, list::SessionList, new::NewSession, page::SessionPage};
