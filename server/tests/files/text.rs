//! One file: pages of a text, huge ones, images, and what is neither.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
};

use app::files::{
    model::{FileKind, FileView, LINES_MAX, PageFrom, TextPage},
    port::Files,
};

use super::Place;

impl Place {
    async fn view(&self, path: &str, from: PageFrom) -> FileView {
        self.files.read(&self.who, self.id, path, from).await.expect(path)
    }

    async fn page(&self, path: &str, from: PageFrom) -> TextPage {
        self.view(path, from).await.text.expect(path)
    }
}

fn numbered(lines: usize) -> String {
    (1..=lines).map(|n| format!("line {n}\n")).collect()
}

#[tokio::test]
async fn a_small_text_has_colours_and_the_numbers_of_its_lines() {
    let place = Place::new().await;
    place.write("main.rs", "fn main() {\r\n    \"<b>\"\n}\n\n");
    let page = place.page("main.rs", PageFrom::Line(1)).await;
    assert_eq!((page.first, page.total, page.next, page.lines.len()), (Some(1), Some(4), None, 4));
    assert!(page.lines[0].contains("hl-k") && !page.lines[0].contains('\r'), "{:?}", page.lines);
    assert!(page.lines[1].contains("&lt;b&gt;"));

    place.write("empty", "");
    let empty = place.page("empty", PageFrom::Line(1)).await;
    assert_eq!((empty.lines.len(), empty.total, empty.next), (0, Some(0), None));
    place.write("latin", b"caf\xe9");
    assert_eq!(place.page("latin", PageFrom::Line(1)).await.lines, ["caf\u{fffd}"]);
}

#[tokio::test]
async fn a_long_text_comes_in_pages_that_meet() {
    let place = Place::new().await;
    place.write("numbers", numbered(LINES_MAX * 2 + 3));
    let (mut from, mut lines) = (PageFrom::Line(1), Vec::new());
    loop {
        let page = place.page("numbers", from).await;
        assert_eq!(page.first, Some(lines.len() as u64 + 1));
        lines.extend(page.lines);
        let Some(next) = page.next else { break };
        from = PageFrom::Byte(next);
    }
    assert!(lines.join("\n") + "\n" == numbered(LINES_MAX * 2 + 3));
    let middle = place.page("numbers", PageFrom::Line(700)).await;
    assert_eq!((middle.first, middle.lines[0].as_str()), (Some(700), "line 700"));
    let before = place.page("numbers", PageFrom::Before(middle.start)).await;
    assert_eq!((before.first, before.next), (Some(200), Some(middle.start)));
    assert_eq!(before.lines.last().unwrap(), "line 699");
    let gone = place.page("numbers", PageFrom::Line(1_000_000)).await;
    assert_eq!(
        gone.lines.last().unwrap(),
        &format!("line {}", LINES_MAX * 2 + 3),
        "a line that is gone is the end"
    );
}

#[tokio::test]
async fn colours_of_a_later_page_follow_from_what_is_before() {
    let place = Place::new().await;
    let comment = "inside\n".repeat(LINES_MAX);
    place.write("long.rs", format!("/*\n{comment}*/ fn main() {{}}\n"));
    let second = place.page("long.rs", PageFrom::Line(LINES_MAX as u64 + 1)).await;
    assert!(second.lines[0].contains("hl-c"), "{:?}", second.lines);
    assert!(second.lines[1].contains("hl-k"), "{:?}", second.lines);
}

#[tokio::test]
async fn a_gigabyte_opens_at_its_beginning_and_at_its_end() {
    let place = Place::new().await;
    place.write("huge.log", numbered(50_000));
    let mut file = File::options().append(true).open(place.root().join("huge.log")).unwrap();
    file.write_all("x".repeat(300_000).as_bytes()).unwrap();
    // Holes take no room, and are read as NULs, which a text may have behind its head.
    file.set_len(1 << 30).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"\nlast <line>\n").unwrap();
    let first = place.page("huge.log", PageFrom::Line(1)).await;
    assert_eq!((first.lines.len(), first.first, first.total), (LINES_MAX, Some(1), None));
    let second = place.page("huge.log", PageFrom::Byte(first.next.unwrap())).await;
    assert_eq!((second.lines[0].as_str(), second.first), ("line 501", None));
    let line = place.page("huge.log", PageFrom::Line(49_999)).await;
    assert_eq!((line.first, line.lines.len(), line.cut), (Some(49_999), 2, false));
    let long = place.page("huge.log", PageFrom::Byte(line.next.unwrap())).await;
    assert!(long.cut && long.lines.len() == 1, "a line longer than a page is cut");
    let end = place.page("huge.log", PageFrom::Before(u64::MAX)).await;
    assert_eq!((end.lines.last().unwrap().as_str(), end.next), ("last &lt;line&gt;", None));
}

#[tokio::test]
async fn a_cut_line_is_cut_between_characters() {
    let place = Place::new().await;
    place.write("one-line", "€".repeat(1_000_000));
    let (mut from, mut text) = (PageFrom::Byte(0), String::new());
    loop {
        let page = place.page("one-line", from).await;
        text.push_str(&page.lines.concat());
        assert_eq!(page.cut, page.next.is_some());
        let Some(next) = page.next else { break };
        from = PageFrom::Byte(next);
    }
    assert_eq!(text.len(), 3_000_000);
    assert!(text.chars().all(|c| c == '€'));
}

#[tokio::test]
async fn images_are_told_by_their_bytes_and_other_bytes_are_summed_up() {
    let place = Place::new().await;
    place.write("picture.txt", b"\x89PNG\r\n\x1a\n\0\0");
    place.write("evil.png", "<svg onload=alert(1)></svg>");
    place.write("a.pdf", "%PDF-1.7");
    place.write("program", b"\x7fELF\0\0");
    let of = async |path: &str| {
        let view = place.view(path, PageFrom::Line(1)).await;
        (view.kind, view.media_type, view.text.is_some())
    };
    assert_eq!(of("picture.txt").await, (FileKind::Image, "image/png".to_owned(), false));
    assert_eq!(of("evil.png").await, (FileKind::Text, "text/plain".to_owned(), true));
    assert_eq!(of("a.pdf").await, (FileKind::Pdf, "application/pdf".to_owned(), false));
    assert_eq!(of("program").await, (FileKind::Binary, "application/octet-stream".to_owned(), false));
    let open = async |path: &str| place.files.open(&place.who, place.id, path).await.unwrap().image;
    assert_eq!((open("picture.txt").await, open("evil.png").await), (Some("image/png"), None));
}

#[tokio::test]
async fn markdown_is_drawn_without_what_could_run() {
    let place = Place::new().await;
    place.write("README.md", "# Title\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))");
    let preview = place.view("README.md", PageFrom::Line(1)).await.preview.unwrap();
    assert!(preview.contains("Title</h1>"), "{preview}");
    assert!(!preview.contains("<script") && !preview.contains("javascript:"), "{preview}");
    assert_eq!(place.view("README.md", PageFrom::Line(3)).await.preview, None, "only with its beginning");
    place.write("a.txt", "# no");
    assert_eq!(place.view("a.txt", PageFrom::Line(1)).await.preview, None);
}
