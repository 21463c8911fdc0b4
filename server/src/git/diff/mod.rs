//! One file's change: what git prints of it, a page of that with highlighted lines, and images out of a repository. Never
//! shows anything outside the project; `work_tree` is about what is not committed.

mod work_tree;

use std::path::{Component, Path};

use app::{
    error::{AppError, ErrorCode},
    git::{
        model::{DIFF_LINES_MAX, DiffHunk, DiffKind, DiffLine, FileDiff, LineKind, LineRange},
        port::Picture,
    },
};
use sha2::{Digest, Sha256};

pub(super) use self::work_tree::{diff, image, told};
use super::{
    command::{PATIENT, QUICK, Repository},
    unified::{Hunk, Line, Patch, parse},
};
use crate::{files, keeper::Output, render};

/// The most bytes of a change that is read line by line.
pub(super) const MAX_DIFF: u64 = 64 << 20;
/// A larger file is not compared line by line; this is what git is told.
const BIG_FILE: &str = "core.bigFileThreshold=16m";
/// The most bytes of an image out of a repository.
const MAX_IMAGE: u64 = 16 << 20;
/// The most characters of a line that are shown.
const LINE_SHOWN: usize = 1_000;

/// How git is asked to compare: whatever its configuration says, what it prints is a plain unified diff.
pub(super) const fn asked(command: &str) -> [&str; 12] {
    [
        "-c",
        BIG_FILE,
        "-c",
        "diff.suppressBlankEmpty=false",
        command,
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--full-index",
        "--submodule=short",
        "--inter-hunk-context=0",
        "-U3",
    ]
}

/// What git said of one file's change.
pub(super) struct Told {
    output: Vec<u8>,
    /// Whether it is more than is read.
    cut: bool,
}

impl Told {
    /// It; 404 if there is no change.
    pub(super) fn of(output: Output) -> Result<Self, AppError> {
        if output.stdout.is_empty() {
            return Err(AppError::not_found("change"));
        }
        Ok(Self { output: output.stdout, cut: output.truncated })
    }

    /// What tells this change from another one.
    pub(super) fn version(&self) -> String {
        Sha256::digest(&self.output).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// It as hunks and lines; without any where it was cut.
    pub(super) fn patch(&self) -> Patch<'_> {
        if self.cut { Patch { binary: true, ..Patch::default() } } else { parse(&self.output) }
    }
}

/// Whether a path is not UTF-8. It is shown, but git cannot be told of it from here.
pub(super) fn is_odd(path: &str) -> bool {
    path.contains(char::REPLACEMENT_CHARACTER)
}

/// 409 for such a path.
pub(super) fn odd_name(path: &str) -> AppError {
    let message = format!("The name of {path} is not UTF-8. Git can be told of it in a terminal only.");
    AppError::conflict("odd_name", message)
}

/// 400 for what cannot be the path of a file in the project, 409 for one that is not UTF-8.
pub(super) fn check_path(path: &str) -> Result<(), AppError> {
    let components = || Path::new(path).components();
    if path.contains('\0')
        || components().next().is_none()
        || !components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(AppError::invalid("path", "The path must lead to a file inside the project."));
    }
    if is_odd(path) {
        return Err(odd_name(path));
    }
    Ok(())
}

/// The lines from one on, as many as a page holds. The sizes of a file that has no lines are not known here.
pub(super) fn page(told: &Told, path: &str, from: u32) -> FileDiff {
    let patch = told.patch();
    let last = from.saturating_add(u32::try_from(DIFF_LINES_MAX - 1).unwrap_or(u32::MAX));
    let on_page = LineRange { first: from, last };
    let kind = match patch.binary {
        false => DiffKind::Text,
        true if is_image(path) => DiffKind::Image,
        true => DiffKind::Binary,
    };
    let mut notes = patch.notes.clone();
    if told.cut {
        notes.push("The change is too large to be shown line by line.".to_owned());
    }
    if patch.is_pointer() {
        notes.push("Git LFS keeps this file. What git compares is a pointer to it.".to_owned());
    }
    FileDiff {
        kind,
        version: told.version(),
        notes,
        old_size: None,
        new_size: None,
        hunks: patch.hunks.iter().filter_map(|hunk| shown(hunk, path, on_page)).collect(),
        total: patch.total(),
        added: patch.count(LineKind::Added),
        removed: patch.count(LineKind::Removed),
        by_line: patch.is_plain(),
    }
}

/// The part of a hunk that is on the page; none if nothing of it is.
fn shown(hunk: &Hunk<'_>, path: &str, on_page: LineRange) -> Option<DiffHunk> {
    let range = hunk.range();
    let (mut old, mut new) = (hunk.old_start.max(1), hunk.new_start.max(1));
    let mut numbered: Vec<(&Line<'_>, Option<u32>, Option<u32>)> = Vec::new();
    for (line, at) in hunk.lines.iter().zip(hunk.first..) {
        let (in_old, in_new) = (line.kind != LineKind::Added, line.kind != LineKind::Removed);
        if on_page.contains(at) {
            numbered.push((line, in_old.then_some(old), in_new.then_some(new)));
        }
        old += u32::from(in_old);
        new += u32::from(in_new);
    }
    if numbered.is_empty() {
        return None;
    }
    let texts: Vec<(LineKind, String, bool)> = numbered
        .iter()
        .map(|(line, ..)| {
            let text = String::from_utf8_lossy(line.text.strip_suffix(b"\r").unwrap_or(line.text));
            let end = text.char_indices().nth(LINE_SHOWN).map(|(end, _)| end);
            (line.kind, text[..end.unwrap_or(text.len())].to_owned(), end.is_some())
        })
        .collect();
    let drawn: Vec<(LineKind, &str)> = texts.iter().map(|(kind, text, _)| (*kind, text.as_str())).collect();
    let html = render::diff_lines(path, &drawn);
    let lines =
        numbered.into_iter().zip(texts).zip(html).map(|(((line, old, new), (kind, text, cut)), html)| {
            DiffLine { kind, old, new, text, html, cut, open_end: line.open_end }
        });
    let header = String::from_utf8_lossy(hunk.header).chars().take(LINE_SHOWN).collect();
    Some(DiffHunk { header, range, at: range.first.max(on_page.first), lines: lines.collect() })
}

/// Whether its name says that it is an image that can be shown.
fn is_image(path: &str) -> bool {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg", "gif", "webp"].iter().any(|image| ending.eq_ignore_ascii_case(image))
}

/// How large an object is; none if there is no such one.
pub(super) async fn size(git: &Repository, object: &str) -> Result<Option<u64>, AppError> {
    let said = git.output(["cat-file", "-s", object], QUICK).await?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().parse().ok())
}

/// An image in the repository; 404 for any other object.
pub(super) async fn stored_image(git: &Repository, object: &str) -> Result<Picture, AppError> {
    let output = git.output_up_to(MAX_IMAGE, ["cat-file", "blob", object], PATIENT).await?;
    if output.success() { picture(output.stdout) } else { Err(no_image()) }
}

fn picture(bytes: Vec<u8>) -> Result<Picture, AppError> {
    let media_type = files::image(&bytes).ok_or_else(no_image)?;
    Ok(Picture { media_type, bytes })
}

fn no_image() -> AppError {
    AppError::new(ErrorCode::NotFound, "This is not an image that can be shown.")
}
