//! One value of everything that is said of files, filled to the brim.

use std::io::{Seek, Write};

use app::{
    files::{
        model::{
            Changed, Entry, EntryKind, FileDifference, FileKind, FileText, FileView, LineEnd, Listing,
            NameMatch, Names, Span, TextPage, Trashed,
        },
        port::OpenFile,
    },
    ids::TrashId,
    time::Millis,
};

pub fn listing() -> Listing {
    let entry = Entry {
        name: "link".to_owned(),
        kind: EntryKind::Link,
        size: Some(7),
        modified_at: Some(Millis(1)),
        target: Some("src".to_owned()),
        leads_to: Some(EntryKind::Dir),
        ignored: true,
        lossy: true,
    };
    Listing { entries: vec![entry], total: 2_001, more: true }
}

pub fn file_view() -> FileView {
    let text = TextPage {
        lines: vec!["<span class=\"hl-k\">fn</span>".to_owned()],
        first: Some(1),
        start: 0,
        next: Some(2),
        cut: true,
        total: Some(2),
    };
    FileView {
        size: 7,
        modified_at: Millis(1),
        kind: FileKind::Text,
        media_type: "text/plain".to_owned(),
        text: Some(text),
        preview: Some("<h1>Title</h1>".to_owned()),
        locked: Some("The text is not UTF-8.".to_owned()),
    }
}

pub fn file_text() -> FileText {
    FileText {
        path: "src/main.rs".to_owned(),
        text: "fn main() {}\n".to_owned(),
        hash: Some("0".repeat(64)),
        line_end: LineEnd::Crlf,
        bom: true,
    }
}

pub fn trashed() -> Trashed {
    Trashed {
        id: TrashId(uuid::Uuid::from_u128(7)),
        path: "src/old.rs".to_owned(),
        folder: true,
        bytes: 7,
        at: Millis(1),
        by: "Ada".to_owned(),
        until: Millis(2),
    }
}

pub fn changed() -> Changed {
    Changed { paths: vec!["src/main.rs".to_owned()], git: true, all: true, partial: true }
}

pub fn file_difference() -> FileDifference {
    FileDifference { current: file_text(), html: "<div></div>".to_owned() }
}

/// Any bytes; an image unless the path says `.svg`.
pub fn open_file(path: &str) -> OpenFile {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"bytes").unwrap();
    file.rewind().unwrap();
    let image = (!path.ends_with(".svg")).then_some("image/png");
    OpenFile { name: "ä \"b\".png".to_owned(), size: 5, image, file }
}

pub fn names() -> Names {
    let found = NameMatch { path: "src/main.rs".to_owned(), marks: vec![Span { start: 4, end: 8 }] };
    Names { matches: vec![found], total: 201, partial: true }
}
