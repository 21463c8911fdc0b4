//! What the engine must do with files. Every call takes the viewer who asks, a project and a path below it; nothing outside
//! of the project is ever opened, wherever a path or a link leads.

use std::io;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::model::{
    Changed, Clash, CompareFile, FileDifference, FileText, FileView, Found, ListOptions, Listing, MoveEntry,
    Names, NewEntry, PageFrom, SaveFile, SearchOptions, Trashed,
};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{ProjectId, TrashId},
};

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

/// A folder as it is packed, bit by bit.
pub struct Archive {
    /// What it is called.
    pub name: String,
    /// A compressed tar; an error in it says that there was too much, or that the disk refused.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

/// The files of projects, to be looked at and edited. 400 for a path that cannot be one, 403 for one that leads out of the project, 404
/// where there is nothing, 409 for what is not what was asked for. Nothing is changed in a project that nobody trusted.
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
    /// One text whole, to be edited. 409 for what is no text in UTF-8, 413 above 2 MB.
    async fn text(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<FileText, AppError>;
    /// Writes a text, and makes the file if there was none. 409 if it is not what was edited any more, with its hash.
    async fn save(&self, who: &Viewer, project: ProjectId, save: SaveFile) -> Result<FileText, AppError>;
    /// The file as it is now, and how one's own text differs from it.
    async fn compare(
        &self,
        who: &Viewer,
        project: ProjectId,
        compare: CompareFile,
    ) -> Result<FileDifference, AppError>;
    /// Makes an empty file or a folder. 409 if something has the name.
    async fn make(&self, who: &Viewer, project: ProjectId, entry: NewEntry) -> Result<(), AppError>;
    /// Gives an entry another place or another name. 409 if something is there.
    async fn rename(&self, who: &Viewer, project: ProjectId, entry: MoveEntry) -> Result<(), AppError>;
    /// Puts an entry into the trash; a link itself, not what it leads to.
    async fn remove(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<Trashed, AppError>;
    /// What is in the trash of a project, the last one first.
    async fn trash(&self, who: &Viewer, project: ProjectId) -> Result<Vec<Trashed>, AppError>;
    /// Puts an entry back where it was, in folders that are made if they are gone. 409 if something is there.
    async fn put_back(&self, who: &Viewer, project: ProjectId, id: TrashId) -> Result<Trashed, AppError>;
    /// Removes an entry of the trash for good.
    async fn forget(&self, who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError>;
    /// Writes a file as it comes, in folders that are made if they are missing; its path. 413 above 512 MB.
    async fn upload(
        &self,
        who: &Viewer,
        project: ProjectId,
        path: &str,
        clash: Clash,
        bytes: BoxStream<'static, io::Result<Bytes>>,
    ) -> Result<String, AppError>;
    /// What changes in the project from now on, until the stream is dropped. 503 if it cannot be watched.
    async fn watch(&self, who: &Viewer, project: ProjectId) -> Result<BoxStream<'static, Changed>, AppError>;
    /// A folder packed into one file. Links are in it as links; git's own files are not.
    async fn archive(&self, who: &Viewer, project: ProjectId, path: &str) -> Result<Archive, AppError>;
}
