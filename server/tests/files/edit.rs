//! A text that is edited: what is kept of the file, what is refused, and that nobody's change is lost.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use app::{
    error::{AppError, ErrorCode},
    files::{
        model::{CompareFile, FileText, LineEnd, PageFrom, SaveFile, WHOLE_MAX},
        port::Files,
    },
};

use super::Place;

impl Place {
    pub(super) async fn text(&self, path: &str) -> Result<FileText, AppError> {
        self.files.text(&self.who, self.id, path).await
    }

    pub(super) async fn save(
        &self,
        path: &str,
        text: &str,
        base: Option<String>,
    ) -> Result<FileText, AppError> {
        let save = SaveFile { path: path.to_owned(), text: text.to_owned(), base };
        self.files.save(&self.who, self.id, save).await
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root().join(path)).unwrap()
    }
}

#[tokio::test]
async fn what_an_editor_does_not_show_is_kept() {
    let place = Place::trusted().await;
    place.write("run.bat", "\u{feff}@echo off\r\necho one\r\n");
    let path = place.root().join("run.bat");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o754)).unwrap();
    let before = std::fs::metadata(&path).unwrap();
    let text = place.text("run.bat").await.unwrap();
    assert_eq!((text.text.as_str(), text.bom, text.line_end), ("@echo off\necho one\n", true, LineEnd::Crlf));
    let saved = place.save("run.bat", "@echo off\necho two\n", text.hash).await.unwrap();
    assert_eq!(place.bytes("run.bat"), "\u{feff}@echo off\r\necho two\r\n".as_bytes());
    assert_eq!((saved.text.as_str(), saved.line_end), ("@echo off\necho two\n", LineEnd::Crlf));
    let after = std::fs::metadata(&path).unwrap();
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
    let left = std::fs::read_dir(place.root()).unwrap().count();
    assert_eq!(left, 1, "nothing is left beside it");
}

#[tokio::test]
async fn nobody_writes_over_what_they_have_not_seen() {
    let place = Place::trusted().await;
    place.write("a.txt", "one\ntwo\n");
    let base = place.text("a.txt").await.unwrap().hash;
    place.write("a.txt", "one\n2\n");
    let refused = place.save("a.txt", "one\ntwo\nmine\n", base.clone()).await.unwrap_err();
    let compare = CompareFile { path: "a.txt".to_owned(), text: "one\ntwo\nmine\n".to_owned() };
    let difference = place.files.compare(&place.who, place.id, compare).await.unwrap();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert_eq!(refused.details, difference.current.hash);
    assert!(difference.html.contains("mine") && difference.current.text == "one\n2\n");
    assert_eq!(place.bytes("a.txt"), b"one\n2\n");
    place.save("a.txt", "one\ntwo\nmine\n", difference.current.hash).await.unwrap();
    assert_eq!(place.bytes("a.txt"), b"one\ntwo\nmine\n");

    std::fs::remove_file(place.root().join("a.txt")).unwrap();
    let gone = place.save("a.txt", "again\n", base).await.unwrap_err();
    assert_eq!(gone.details.as_deref(), Some("missing"));
    assert!(place.save("a.txt", "again\n", None).await.unwrap().hash.is_some());
    let taken = place.save("a.txt", "and again\n", None).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::Conflict);
    assert_eq!(place.bytes("a.txt"), b"again\n");
}

#[tokio::test]
async fn of_many_who_save_at_once_one_is_taken() {
    let place = Place::trusted().await;
    place.write("a.txt", "0");
    let base = place.text("a.txt").await.unwrap().hash;
    let texts: Vec<String> = (1..=8).map(|n| n.to_string()).collect();
    let saves = texts.iter().map(|text| place.save("a.txt", text, base.clone()));
    let done: Vec<_> = futures::future::join_all(saves).await;
    let won: Vec<_> = done.into_iter().flatten().map(|saved| saved.text).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(place.bytes("a.txt"), won[0].as_bytes());
}

#[tokio::test]
async fn links_inside_are_written_through_and_stay_links() {
    let place = Place::trusted().await;
    place.write("deep/real.txt", "old");
    place.link("deep/real.txt", "link.txt");
    let base = place.text("link.txt").await.unwrap().hash;
    place.save("link.txt", "new", base).await.unwrap();
    assert_eq!(place.bytes("deep/real.txt"), b"new");
    assert!(std::fs::symlink_metadata(place.root().join("link.txt")).unwrap().is_symlink());
}

#[tokio::test]
async fn what_cannot_be_edited_says_so_before_and_when_it_is_asked_for() {
    let place = Place::trusted().await;
    place.write("latin.txt", b"caf\xe9");
    place.write("long.txt", vec![b'a'; usize::try_from(WHOLE_MAX).unwrap() + 1]);
    place.write("program", b"\x7fELF\0");
    place.write("fine.txt", "fine");
    for (path, code) in [
        ("latin.txt", ErrorCode::Conflict),
        ("long.txt", ErrorCode::TooLarge),
        ("program", ErrorCode::Conflict),
    ] {
        let refused = place.text(path).await.unwrap_err();
        assert_eq!(refused.code, code, "{path}");
        let view = place.files.read(&place.who, place.id, path, PageFrom::Line(1)).await.unwrap();
        assert_eq!(view.locked, view.text.map(|_| refused.message), "{path}");
    }
    let fine = place.files.read(&place.who, place.id, "fine.txt", PageFrom::Line(1)).await.unwrap();
    assert_eq!(fine.locked, None);
    let long = "a".repeat(usize::try_from(WHOLE_MAX).unwrap() + 1);
    let base = place.text("fine.txt").await.unwrap().hash;
    assert_eq!(place.save("fine.txt", &long, base).await.unwrap_err().code, ErrorCode::TooLarge);
    assert_eq!(place.bytes("fine.txt"), b"fine");
}

#[tokio::test]
async fn nothing_is_changed_where_nobody_trusts() {
    let place = Place::new().await;
    let refused = place.save("a.txt", "new", None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Untrusted);
    assert!(!place.root().join("a.txt").exists());
}
