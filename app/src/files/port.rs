//! What the engine must do with files. Every call takes the viewer who asks, a project and a path below it; nothing outside
//! of the project is ever opened, wherever a path or a link leads.

use async_trait::async_trait;
use futures::stream::BoxStream;

use super::model::{FileView, Found, ListOptions, Listing, Names, PageFrom, SearchOptions};
use crate::{auth::model::Viewer, error::AppError, ids::ProjectId};

/// A file that is open for reading.
#[derive(Debug)]
pub struct OpenFile {
    /// Its name.
    pub name: String,
    /// Its bytes when it was opened.
    pub size: u64,
    /// What kind of image it is, if its first bytes say so and a browser shows it safely.
    pub image: Option<&'static str>,
    /// Itself, at its beginning.
    pub file: std::fs::File,
}

/// The files of projects, to be looked at. 400 for a path that cannot be one, 403 for one that leads out of the project, 404
/// where there is nothing, 409 for what is not what was asked for.
#[async_trait]
pub trait Files: Send + Sync {
    /// One level of the tree, a page of it.
    async fn list(
        &self,
        who: &Viewer,
        project: ProjectId,
        path: &str,
        options: ListOptions,
    ) -> Result<Listing, AppError>;
    /// One file, a page of it if it is a text.
    async fn read(
        &self,
        who: &Viewer,
        project: ProjectId,
        path: &str,
        from: PageFrom,
    ) -> Result<FileView, AppError>;
    /// One file, to be sent as it is.
    async fn open(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<OpenFile, AppError>;
    /// The files whose paths fit what was typed.
    async fn names(
        &self,
        who: &Viewer,
        project: ProjectId,
        typed: &str,
        options: ListOptions,
    ) -> Result<Names, AppError>;
    /// The lines that hold a text, as they are found; at most 1,000. It ends when the stream is dropped.
    async fn search(
        &self,
        who: &Viewer,
        project: ProjectId,
        text: &str,
        options: SearchOptions,
    ) -> Result<BoxStream<'static, Found>, AppError>;
}
