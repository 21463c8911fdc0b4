//! A text that is edited: read whole, held against another, and replaced in one step. Writes over the text that was edited and
//! over no other, and keeps what an editor does not show: the ends of lines, a byte order mark, rights and owner.

use std::{
    io::{Read, Write},
    time::Duration,
};

use app::{
    error::{AppError, ErrorCode},
    files::model::{CompareFile, FileDifference, FileText, LineEnd, SaveFile, WHOLE_MAX},
};
use cap_std::fs::OpenOptions;
use sha2::{Digest, Sha256};
use similar::TextDiff;

use super::root::{Opened, Root, refusal};
use crate::render;

/// How long the shortest difference is looked for; after that a longer one will do.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lines around a difference.
const CONTEXT: usize = 3;
/// The byte order mark.
const BOM: &str = "\u{feff}";

/// The text at a path.
pub(super) fn text(root: &Root, path: &str) -> Result<FileText, AppError> {
    told(path, &bytes(&root.file(path)?)?)
}

/// The text at a path, also while there is no such file, and how another differs from it.
pub(super) fn compare(root: &Root, compare: &CompareFile) -> Result<FileDifference, AppError> {
    let current = match existing(root, &compare.path)? {
        Some((_, bytes)) => told(&compare.path, &bytes)?,
        None => FileText { path: compare.path.clone(), ..FileText::default() },
    };
    let lines = TextDiff::configure().timeout(PATIENCE).diff_lines(&current.text, &compare.text);
    let unified = lines.unified_diff().context_radius(CONTEXT).to_string();
    let html = render::diff_text(&compare.path, &unified);
    Ok(FileDifference { current, html })
}

/// Puts a text in the place of the one that was edited, or makes the file if there was none.
pub(super) fn save(root: &Root, save: &SaveFile) -> Result<(), AppError> {
    check_size(&save.text)?;
    let before = existing(root, &save.path)?;
    check_base(before.as_ref(), save)?;
    let Some((opened, bytes)) = before else {
        let spot = root.spot(&save.path)?;
        let mut prepared = spot.prepare(None)?;
        prepared.file().write_all(save.text.as_bytes()).map_err(refusal)?;
        return prepared.create();
    };
    let Decoded { bom, line_end, .. } = decoded(&bytes)?;
    let spot = root.spot_at(&opened.path)?;
    // A file that may not be written is not replaced either.
    spot.dir.open_with(&spot.name, OpenOptions::new().write(true)).map_err(refusal)?;
    let text = encoded(&save.text, bom, line_end);
    let mut prepared = spot.prepare(Some(&opened.metadata))?;
    prepared.file().write_all(&text).map_err(refusal)?;
    // Others write too, and the disk may have been slow.
    check_base(existing(root, &save.path)?.as_ref(), save)?;
    prepared.replace()
}

/// 413 above what is edited.
pub(super) fn check_size(text: &str) -> Result<(), AppError> {
    if text.len() as u64 > WHOLE_MAX { Err(too_large()) } else { Ok(()) }
}

/// 413.
pub(super) fn too_large() -> AppError {
    AppError::new(ErrorCode::TooLarge, "Files of more than 2 MB are not edited here.")
}

/// The file at a path with its bytes; nothing if there is none.
fn existing(root: &Root, path: &str) -> Result<Option<(Opened, Vec<u8>)>, AppError> {
    match root.file(path) {
        Ok(opened) => {
            let bytes = bytes(&opened)?;
            Ok(Some((opened, bytes)))
        }
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn bytes(opened: &Opened) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    (&opened.file).take(WHOLE_MAX + 1).read_to_end(&mut bytes).map_err(refusal)?;
    if bytes.len() as u64 > WHOLE_MAX { Err(too_large()) } else { Ok(bytes) }
}

/// 409 with the hash that the file has now, unless it is the one that was edited.
fn check_base(now: Option<&(Opened, Vec<u8>)>, save: &SaveFile) -> Result<(), AppError> {
    let now = now.map(|(_, bytes)| hash(bytes));
    if now == save.base {
        return Ok(());
    }
    let message = match (&now, &save.base) {
        (Some(_), Some(_)) => {
            "The file has changed since you opened it. Nothing was written; compare, and save again."
        }
        (Some(_), None) => "There is a file of this name already. Nothing was written.",
        (None, _) => "The file is gone. Nothing was written; save again to make it anew.",
    };
    Err(AppError::conflict(now.as_deref().unwrap_or("missing"), message))
}

/// The SHA-256 of these bytes in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn told(path: &str, bytes: &[u8]) -> Result<FileText, AppError> {
    let Decoded { text, bom, line_end } = decoded(bytes)?;
    Ok(FileText { path: path.to_owned(), text, hash: Some(hash(bytes)), line_end, bom })
}

/// A text without what an editor does not show.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    text: String,
    bom: bool,
    line_end: LineEnd,
}

/// The text that these bytes are, or 409 with why they are none that can be edited.
pub(super) fn decoded(bytes: &[u8]) -> Result<Decoded, AppError> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(AppError::conflict("binary", "This is no text."));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| AppError::conflict("encoding", "The text is not UTF-8, so it can only be looked at."))?;
    let (text, bom) = text.strip_prefix(BOM).map_or((text, false), |text| (text, true));
    let count = |what: &str| memchr::memmem::find_iter(text.as_bytes(), what).count();
    let (returns, both) = (count("\r"), count("\r\n"));
    let (text, line_end) = match (returns, both) {
        (0, _) => (text.to_owned(), LineEnd::Lf),
        _ if returns == both && both == count("\n") => (text.replace("\r\n", "\n"), LineEnd::Crlf),
        _ => (text.to_owned(), LineEnd::Mixed),
    };
    Ok(Decoded { text, bom, line_end })
}

/// The bytes of a text, as those were that it is to replace.
fn encoded(text: &str, bom: bool, line_end: LineEnd) -> Vec<u8> {
    let text = match line_end {
        LineEnd::Crlf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        LineEnd::Lf | LineEnd::Mixed => text.to_owned(),
    };
    let mark = if bom { BOM } else { "" };
    [mark.as_bytes(), text.as_bytes()].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_an_editor_does_not_show_is_told_apart() {
        for (bytes, text, bom, line_end) in [
            ("", "", false, LineEnd::Lf),
            ("a\nb", "a\nb", false, LineEnd::Lf),
            ("a\r\nb\r\n", "a\nb\n", false, LineEnd::Crlf),
            ("\u{feff}a\r\n", "a\n", true, LineEnd::Crlf),
            ("a\r\nb\n", "a\r\nb\n", false, LineEnd::Mixed),
            ("a\rb", "a\rb", false, LineEnd::Mixed),
            ("\r\r\n", "\r\r\n", false, LineEnd::Mixed),
        ] {
            let expected = Decoded { text: text.to_owned(), bom, line_end };
            assert_eq!(decoded(bytes.as_bytes()).unwrap(), expected, "{bytes:?}");
        }
        for (bytes, why) in [(&b"a\0b"[..], "binary"), (b"caf\xe9", "encoding"), (b"\xff\xfea\0", "binary")] {
            assert_eq!(decoded(bytes).unwrap_err().details.as_deref(), Some(why), "{bytes:?}");
        }
    }

    #[test]
    fn lines_that_are_added_end_as_the_others() {
        assert_eq!(encoded("a\nb\n", true, LineEnd::Crlf), "\u{feff}a\r\nb\r\n".as_bytes());
        assert_eq!(encoded("a\r\nb\n", false, LineEnd::Crlf), b"a\r\nb\r\n");
        assert_eq!(encoded("a\r\nb\n", false, LineEnd::Mixed), b"a\r\nb\n");
    }

    proptest! {
        #[test]
        fn a_text_that_is_not_changed_is_the_same_bytes(text in "(\u{feff})?([a-zä]|\r|\n|\r\n){0,40}") {
            let Decoded { text: shown, bom, line_end } = decoded(text.as_bytes()).unwrap();
            prop_assert_eq!(encoded(&shown, bom, line_end), text.into_bytes());
        }
    }
}
