//! One file, a page of it: lines as HTML, an image by its first bytes, or what little can be said of the rest. Reads what it
//! shows and never the whole of a large file.

use std::{
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use app::{
    error::AppError,
    files::model::{FileKind, FileView, LINES_MAX, PageFrom, TextPage, WHOLE_MAX},
};

use super::{
    edit,
    root::{Opened, modified, refusal},
};
use crate::render;

/// The most bytes of one page; colours are given to no longer text.
const PAGE_MAX: u64 = 256 * 1024;
/// The most lines that are given colours at once; of a longer text each page is coloured by itself.
const COLOURED_MAX: u64 = 2_000;
/// How much of a file says whether it is a text.
const HEAD: u64 = 8 * 1024;
/// How far lines are counted to find one by its number.
const COUNTED_MAX: u64 = 1024 * 1024 * 1024;

/// What can be shown of a file.
pub(super) fn view(opened: &Opened, from: PageFrom) -> Result<FileView, AppError> {
    let source = Source { opened, size: opened.metadata.len() };
    let head = source.read(0, HEAD).map_err(refusal)?;
    let (kind, media_type) = match image(&head) {
        Some(media_type) => (FileKind::Image, media_type.to_owned()),
        None if head.starts_with(b"%PDF-") => (FileKind::Pdf, "application/pdf".to_owned()),
        None if memchr::memchr(0, &head).is_some() => (FileKind::Binary, by_name(&opened.path)),
        None => (FileKind::Text, "text/plain".to_owned()),
    };
    let (text, preview, locked) = if kind == FileKind::Text {
        let page = source.page(from)?;
        let preview = if page.start == 0 { source.preview().map_err(refusal)? } else { None };
        (Some(page), preview, source.locked().map_err(refusal)?)
    } else {
        (None, None, None)
    };
    Ok(FileView {
        size: source.size,
        modified_at: modified(opened.metadata.mtime(), opened.metadata.mtime_nsec()),
        kind,
        media_type,
        text,
        preview,
        locked,
    })
}

/// What kind of image a file is, if it is one that can be shown.
pub(super) fn image_of(opened: &Opened) -> io::Result<Option<&'static str>> {
    Ok(image(&Source { opened, size: opened.metadata.len() }.read(0, HEAD)?))
}

/// What kind of image these first bytes begin; none for those that a browser would run or does not know.
pub(crate) fn image(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if head.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        Some("image/gif")
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        None
    }
}

fn by_name(path: &Path) -> String {
    mime_guess::from_path(path).first_or_octet_stream().essence_str().to_owned()
}

struct Source<'a> {
    opened: &'a Opened,
    /// What it was when it was opened; a file that grows is read up to there.
    size: u64,
}

impl Source<'_> {
    /// At most `most` bytes at `at`, fewer at the end.
    fn read(&self, at: u64, most: u64) -> io::Result<Vec<u8>> {
        let most = most.min(self.size.saturating_sub(at));
        // At most a few hundred kilobytes are asked for.
        let mut bytes = vec![0; usize::try_from(most).unwrap_or_default()];
        let mut have = 0;
        while have < bytes.len() {
            match self.opened.file.read_at(&mut bytes[have..], at + have as u64) {
                Ok(0) => break,
                Ok(read) => have += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(have);
        Ok(bytes)
    }

    fn is_small(&self) -> bool {
        self.size <= WHOLE_MAX
    }

    /// Why the text cannot be edited, in words.
    fn locked(&self) -> io::Result<Option<String>> {
        if !self.is_small() {
            return Ok(Some(edit::too_large().message));
        }
        Ok(edit::decoded(&self.read(0, self.size)?).err().map(|error| error.message))
    }

    fn page(&self, from: PageFrom) -> Result<TextPage, AppError> {
        let (start, end) = match from {
            PageFrom::Line(line) => match self.line(line)? {
                Some(start) => (start, self.size),
                // A link to a line that is gone leads to the end.
                None => (self.back_from(self.size).map_err(refusal)?, self.size),
            },
            PageFrom::Byte(byte) => (byte.min(self.size), self.size),
            PageFrom::Before(byte) => {
                let end = byte.min(self.size);
                (self.back_from(end).map_err(refusal)?, end)
            }
        };
        self.lines(start, end, from).map_err(refusal)
    }

    /// Where a line begins; none if there are not that many.
    fn line(&self, line: u64) -> Result<Option<u64>, AppError> {
        let mut left = line.saturating_sub(1);
        let mut at = 0;
        while left > 0 {
            if at >= COUNTED_MAX {
                return Err(AppError::invalid(
                    "line",
                    "Lines are counted in the first gigabyte of a file only; ask for a byte.",
                ));
            }
            let bytes = self.read(at, PAGE_MAX).map_err(refusal)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            for end in memchr::memchr_iter(b'\n', &bytes) {
                left -= 1;
                if left == 0 {
                    let start = at + end as u64 + 1;
                    return Ok((start < self.size).then_some(start));
                }
            }
            at += bytes.len() as u64;
        }
        Ok(Some(0))
    }

    /// Where a page begins that ends before `end`.
    fn back_from(&self, end: u64) -> io::Result<u64> {
        let from = end.saturating_sub(PAGE_MAX);
        let bytes = self.read(from, end - from)?;
        let body = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let enough = memchr::memrchr_iter(b'\n', body).nth(LINES_MAX - 1);
        let first = if from == 0 { None } else { memchr::memchr(b'\n', body) };
        Ok(from + enough.or(first).map_or(0, |at| at as u64 + 1))
    }

    fn lines(&self, start: u64, end: u64, from: PageFrom) -> io::Result<TextPage> {
        let mut bytes = self.read(start, PAGE_MAX.min(end - start))?;
        let whole = start + bytes.len() as u64 >= end;
        let mut cut = false;
        if let Some(at) = memchr::memchr_iter(b'\n', &bytes).nth(LINES_MAX - 1) {
            bytes.truncate(at + 1);
        } else if !whole {
            match memchr::memrchr(b'\n', &bytes) {
                Some(at) => bytes.truncate(at + 1),
                None => {
                    cut = true;
                    bytes.truncate(at_character(&bytes));
                }
            }
        }
        let next = start + bytes.len() as u64;
        let all = if self.is_small() { Some(self.read(0, self.size)?) } else { None };
        let (first, total) = if let Some(all) = &all {
            let before = usize::try_from(start).map_or(all.len(), |start| start.min(all.len()));
            let newlines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count() as u64;
            let unended = u64::from(!all.is_empty() && !all.ends_with(b"\n"));
            (Some(newlines(&all[..before]) + 1), Some(newlines(all) + unended))
        } else {
            let first = match from {
                _ if start == 0 => Some(1),
                PageFrom::Line(line) if self.line(line).ok().flatten() == Some(start) => Some(line),
                _ => None,
            };
            (first, None)
        };
        let next = (next < self.size && !bytes.is_empty()).then_some(next);
        let whole = all.as_deref().zip(first).filter(|_| total.is_some_and(|total| total <= COLOURED_MAX));
        let lines = self.draw(&bytes, whole);
        Ok(TextPage { lines, first, start, next, cut, total })
    }

    /// Lines as HTML. Colours follow from what is before: those of the whole text are given, if it is not too long for that, to
    /// the lines from the first one on.
    fn draw(&self, bytes: &[u8], whole: Option<(&[u8], u64)>) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let name = self.opened.path.to_string_lossy();
        match whole {
            Some((all, first)) if all.len() as u64 <= PAGE_MAX => {
                let skipped = usize::try_from(first - 1).unwrap_or(usize::MAX);
                let count = text.lines().count();
                let all = render::code(&name, &String::from_utf8_lossy(all));
                all.into_iter().skip(skipped).take(count).collect()
            }
            _ if self.is_small() => render::code(&name, &text),
            _ => text.lines().map(render::escape).collect(),
        }
    }

    /// A Markdown file drawn; none for any other, and for one that is too long to be read so.
    fn preview(&self) -> io::Result<Option<String>> {
        let ending = self.opened.path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        let markdown = ending.is_some_and(|ending| ending == "md" || ending == "markdown");
        if !markdown || self.size > PAGE_MAX {
            return Ok(None);
        }
        let bytes = self.read(0, PAGE_MAX)?;
        Ok(Some(render::markdown(&String::from_utf8_lossy(&bytes))))
    }
}

/// The length without the piece of a character at the end.
fn at_character(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or_default();
    match std::str::from_utf8(&bytes[last..]) {
        Err(error) if error.error_len().is_none() => last,
        _ => bytes.len(),
    }
}
