//! What a person sees of memories: the hierarchy, and beside it or in its place one file with an editor.

mod editor;
mod list;
mod page;
mod panel;
mod words;

pub use self::{page::MemoriesPage, panel::MemoryPanel};
