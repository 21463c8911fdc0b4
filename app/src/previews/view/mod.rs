//! What a person sees of previews: the ports that are served, as a tab beside the thread and as a page of the project.

mod page;
mod panel;
mod served;

pub use self::{page::PreviewsPage, panel::PreviewsPanel};
