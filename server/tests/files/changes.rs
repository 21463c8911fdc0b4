//! Entries made, moved, thrown away, put back, brought and taken along: what is done, and that nothing is ever put over
//! anything or done outside of the project.

use std::{collections::BTreeMap, io::Read};

use app::{
    error::{AppError, ErrorCode},
    files::{
        model::{Clash, MoveEntry, NewEntry, Trashed},
        port::Files,
    },
};
use axum::body::Bytes;
use futures::{StreamExt, stream};

use super::{ALL, Place};

impl Place {
    pub(super) async fn make(&self, path: &str, folder: bool) -> Result<(), AppError> {
        self.files.make(&self.who, self.id, NewEntry { path: path.to_owned(), folder }).await
    }

    pub(super) async fn rename(&self, from: &str, to: &str) -> Result<(), AppError> {
        let entry = MoveEntry { from: from.to_owned(), to: to.to_owned() };
        self.files.rename(&self.who, self.id, entry).await
    }

    pub(super) async fn remove(&self, path: &str) -> Result<Trashed, AppError> {
        self.files.remove(&self.who, self.id, path).await
    }

    pub(super) async fn upload(
        &self,
        path: &str,
        clash: Clash,
        text: &'static str,
    ) -> Result<String, AppError> {
        let bytes = stream::iter(text.as_bytes().chunks(3).map(|piece| Ok(Bytes::from_static(piece))));
        self.files.upload(&self.who, self.id, path, clash, bytes.boxed()).await
    }

    fn holds(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }
}

#[tokio::test]
async fn entries_are_made_and_moved_and_never_put_over_another() {
    let place = Place::trusted().await;
    place.make("src", true).await.unwrap();
    place.make("src/a.txt", false).await.unwrap();
    place.write("src/a.txt", "a");
    for (path, folder) in [("src", true), ("src/a.txt", false), ("src/a.txt", true)] {
        let taken = place.make(path, folder).await.unwrap_err();
        assert_eq!(taken.details.as_deref(), Some("taken"), "{path}");
    }
    assert_eq!(place.make("none/a.txt", false).await.unwrap_err().code, ErrorCode::NotFound);

    place.write("b.txt", "b");
    assert_eq!(place.rename("b.txt", "src/a.txt").await.unwrap_err().details.as_deref(), Some("taken"));
    assert_eq!(place.rename("src", "src/deep").await.unwrap_err().details.as_deref(), Some("inside"));
    assert_eq!(place.rename("none", "other").await.unwrap_err().code, ErrorCode::NotFound);
    place.rename("b.txt", "src/b.txt").await.unwrap();
    place.rename("src", "source").await.unwrap();
    assert_eq!((place.holds("source/a.txt"), place.holds("source/b.txt")), ("a".to_owned(), "b".to_owned()));
    assert_eq!(place.names("", ALL).await, ["source"]);
}

#[tokio::test]
async fn what_is_thrown_away_comes_back_whole_where_it_was() {
    let place = Place::trusted().await;
    place.write("src/deep/a.txt", "a");
    place.link("deep/a.txt", "src/link");
    let folder = place.remove("src").await.unwrap();
    assert!(folder.folder && folder.until > folder.at);
    assert!(!place.root().join("src").exists());
    let listed = place.files.trash(&place.who, place.id).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&folder));

    place.write("src", "in the way");
    let taken = place.files.put_back(&place.who, place.id, folder.id).await.unwrap_err();
    assert_eq!(taken.details.as_deref(), Some("taken"));
    std::fs::remove_file(place.root().join("src")).unwrap();
    place.files.put_back(&place.who, place.id, folder.id).await.unwrap();
    assert_eq!(place.holds("src/link"), "a");
    assert!(place.files.trash(&place.who, place.id).await.unwrap().is_empty());
    let gone = place.files.put_back(&place.who, place.id, folder.id).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);

    // Of a link the link goes; and the folder it was in is made anew.
    let link = place.remove("src/link").await.unwrap();
    assert_eq!(place.holds("src/deep/a.txt"), "a");
    place.remove("src").await.unwrap();
    place.files.put_back(&place.who, place.id, link.id).await.unwrap();
    assert!(std::fs::symlink_metadata(place.root().join("src/link")).unwrap().is_symlink());
    let forgotten = place.files.trash(&place.who, place.id).await.unwrap().remove(0);
    place.files.forget(&place.who, place.id, forgotten.id).await.unwrap();
    assert!(place.files.trash(&place.who, place.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_arrives_whole_or_not_at_all() {
    let place = Place::trusted().await;
    assert_eq!(place.upload("new/folder/a.txt", Clash::Refuse, "first").await.unwrap(), "new/folder/a.txt");
    let taken = place.upload("new/folder/a.txt", Clash::Refuse, "second").await.unwrap_err();
    assert_eq!(taken.details.as_deref(), Some("taken"));
    let kept = place.upload("new/folder/a.txt", Clash::Keep, "second").await.unwrap();
    assert_eq!((kept.as_str(), place.holds(&kept)), ("new/folder/a (2).txt", "second".to_owned()));
    place.upload("new/folder/a.txt", Clash::Replace, "third").await.unwrap();
    assert_eq!(place.holds("new/folder/a.txt"), "third");
    let replaced = place.files.trash(&place.who, place.id).await.unwrap().remove(0);
    assert_eq!((replaced.path.as_str(), replaced.bytes), ("new/folder/a.txt", 5));
    assert_eq!(
        place.upload("new", Clash::Replace, "x").await.unwrap_err().details.as_deref(),
        Some("folder")
    );

    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err(std::io::ErrorKind::BrokenPipe.into())]);
    let broken = place.files.upload(&place.who, place.id, "b.txt", Clash::Refuse, broken.boxed()).await;
    assert_eq!(broken.unwrap_err().code, ErrorCode::Invalid);
    let names = place.names("", ALL).await;
    assert_eq!(names, ["new"], "nothing of it is left");
}

#[tokio::test]
async fn a_folder_is_packed_with_its_links_as_links_and_without_gits_own_files() {
    let place = Place::trusted().await;
    place.write("src/a.txt", "a");
    place.write("src/deep/b.txt", "b");
    place.write(".git/config", "secret");
    place.link("../outside/secret", "out");
    place.pipe("pipe");
    let archive = place.files.archive(&place.who, place.id, "").await.unwrap();
    assert_eq!(archive.name, "project.tar.gz");
    let pieces: Vec<Bytes> = archive.bytes.map(Result::unwrap).collect().await;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(std::io::Cursor::new(pieces.concat())));
    let mut found = BTreeMap::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let link = entry.link_name().unwrap().map(|to| to.to_str().unwrap().to_owned());
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        found.insert(path, link.unwrap_or(text));
    }
    let expected = [
        ("project", ""),
        ("project/out", "../outside/secret"),
        ("project/src", ""),
        ("project/src/a.txt", "a"),
        ("project/src/deep", ""),
        ("project/src/deep/b.txt", "b"),
    ];
    assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let file = place.files.archive(&place.who, place.id, "src/a.txt").await;
    assert_eq!(file.err().unwrap().code, ErrorCode::Conflict);
}
