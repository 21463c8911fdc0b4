//! The views of files: the page of a project, and the panel beside a session.

mod acts;
mod blame;
mod browse;
mod editor;
mod find;
mod lines;
mod marks;
mod newer;
mod page;
mod pdf;
mod pdf_box;
mod place;
mod text_box;
mod trash;
mod tree;
mod uploads;
mod viewer;

pub use self::{
    page::{FilesPage, FilesPanel},
    place::Shelf,
};
