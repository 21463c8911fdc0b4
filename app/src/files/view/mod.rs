//! The views of files: the page of a project, and the panel beside a session.

mod browse;
mod find;
mod lines;
mod page;
mod stream;
mod tree;
mod viewer;

pub use self::{
    browse::Shelf,
    page::{FilesPage, FilesPanel},
};
