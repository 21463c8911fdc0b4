//! What a person sees of scheduled work: the list, as a tab beside the thread and as a page of the project.

mod page;
mod panel;
mod task;

pub use self::{page::ScheduledPage, panel::ScheduledPanel};
