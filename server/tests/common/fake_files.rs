//! The port of files, answering with samples; see `fakes`.

use std::io;

use app::{
    auth::model::Viewer,
    error::AppError,
    files::{
        model::{
            Changed, Clash, CompareFile, FileDifference, FileText, FileView, Found, ListOptions, Listing,
            MoveEntry, Names, NewEntry, PageFrom, SaveFile, SearchOptions, Trashed,
        },
        port::{Archive, Files, OpenFile},
    },
    ids::{ProjectId, TrashId},
};
use async_trait::async_trait;
use axum::body::Bytes;
use futures::stream::{self, BoxStream, StreamExt};

use super::{
    fakes::{Fakes, known},
    sample_files,
};

#[async_trait]
impl Files for Fakes {
    async fn list(
        &self,
        _who: &Viewer,
        project: ProjectId,
        path: &str,
        options: ListOptions,
    ) -> Result<Listing, AppError> {
        self.note(format!("files {path} {options:?}"));
        known(project.0, "project").map(|()| sample_files::listing())
    }
    async fn read(
        &self,
        _who: &Viewer,
        project: ProjectId,
        path: &str,
        from: PageFrom,
    ) -> Result<FileView, AppError> {
        self.note(format!("file {path} {from:?}"));
        known(project.0, "project").map(|()| sample_files::file_view())
    }
    async fn open(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<OpenFile, AppError> {
        known(project.0, "project")?;
        Ok(sample_files::open_file(path))
    }
    async fn names(
        &self,
        _who: &Viewer,
        project: ProjectId,
        typed: &str,
        options: ListOptions,
    ) -> Result<Names, AppError> {
        self.note(format!("names {typed} {options:?}"));
        known(project.0, "project").map(|()| sample_files::names())
    }
    async fn search(
        &self,
        _who: &Viewer,
        project: ProjectId,
        text: &str,
        options: SearchOptions,
    ) -> Result<BoxStream<'static, Found>, AppError> {
        self.note(format!("search {text} {options:?}"));
        known(project.0, "project")?;
        Ok(stream::empty().boxed())
    }
    async fn text(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<FileText, AppError> {
        self.note(format!("text {path}"));
        known(project.0, "project").map(|()| sample_files::file_text())
    }
    async fn save(&self, _who: &Viewer, project: ProjectId, save: SaveFile) -> Result<FileText, AppError> {
        self.note(format!("save {save:?}"));
        known(project.0, "project").map(|()| sample_files::file_text())
    }
    async fn compare(
        &self,
        _who: &Viewer,
        project: ProjectId,
        compare: CompareFile,
    ) -> Result<FileDifference, AppError> {
        self.note(format!("compare {compare:?}"));
        known(project.0, "project").map(|()| sample_files::file_difference())
    }
    async fn make(&self, _who: &Viewer, project: ProjectId, entry: NewEntry) -> Result<(), AppError> {
        self.note(format!("make {entry:?}"));
        known(project.0, "project")
    }
    async fn rename(&self, _who: &Viewer, project: ProjectId, entry: MoveEntry) -> Result<(), AppError> {
        self.note(format!("rename {entry:?}"));
        known(project.0, "project")
    }
    async fn remove(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<Trashed, AppError> {
        self.note(format!("remove {path}"));
        known(project.0, "project").map(|()| sample_files::trashed())
    }
    async fn trash(&self, _who: &Viewer, project: ProjectId) -> Result<Vec<Trashed>, AppError> {
        known(project.0, "project").map(|()| vec![sample_files::trashed()])
    }
    async fn put_back(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<Trashed, AppError> {
        self.note(format!("put back {id}"));
        known(project.0, "project").map(|()| sample_files::trashed())
    }
    async fn forget(&self, _who: &Viewer, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        self.note(format!("forget {id}"));
        known(project.0, "project")
    }
    async fn upload(
        &self,
        _who: &Viewer,
        project: ProjectId,
        path: &str,
        clash: Clash,
        bytes: BoxStream<'static, io::Result<Bytes>>,
    ) -> Result<String, AppError> {
        known(project.0, "project")?;
        let size: usize =
            bytes.map(|piece| piece.map_or(0, |piece| piece.len())).collect::<Vec<_>>().await.iter().sum();
        self.note(format!("upload {path} {clash:?} {size}"));
        Ok(path.to_owned())
    }
    async fn watch(
        &self,
        _who: &Viewer,
        project: ProjectId,
    ) -> Result<BoxStream<'static, Changed>, AppError> {
        self.note("watch");
        known(project.0, "project")?;
        Ok(stream::iter([sample_files::changed()]).chain(stream::pending()).boxed())
    }
    async fn archive(&self, _who: &Viewer, project: ProjectId, path: &str) -> Result<Archive, AppError> {
        self.note(format!("archive {path}"));
        known(project.0, "project")?;
        let bytes = stream::iter([Ok(Bytes::from_static(b"bytes"))]).boxed();
        Ok(Archive { name: "ä \"b\".tar.gz".to_owned(), bytes })
    }
}
