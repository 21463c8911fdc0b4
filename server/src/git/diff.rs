//! One file's change: what git prints of it, a page of that with highlighted lines, and the two sides of an image. Never shows
//! what is no change, nor anything outside the project.

use std::path::{Component, Path};

use app::{
    error::{AppError, ErrorCode},
    git::{
        model::{
            ChangeGroup, DIFF_LINES_MAX, DiffHunk, DiffKind, DiffLine, FileDiff, LineKind, LineRange, Side,
            WhichDiff,
        },
        port::Picture,
    },
};
use sha2::{Digest, Sha256};

use super::{
    command::{PATIENT, QUICK, Repository},
    unified::{Hunk, Line, Patch, parse},
};
use crate::{files, projects::blocking, render};

/// The most bytes of a change that is read line by line.
const MAX_DIFF: u64 = 64 << 20;
/// A larger file is not compared line by line; this is what git is told.
const BIG_FILE: &str = "core.bigFileThreshold=16m";
/// The most bytes of an image out of a repository.
const MAX_IMAGE: u64 = 16 << 20;
/// The most characters of a line that are shown.
const LINE_SHOWN: usize = 1_000;

/// How git is asked: whatever its configuration says, what it prints is a plain unified diff.
const ARGS: [&str; 12] = [
    "-c",
    BIG_FILE,
    "-c",
    "diff.suppressBlankEmpty=false",
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--full-index",
    "--submodule=short",
    "--inter-hunk-context=0",
    "-U3",
];

/// What git said of one file's change.
pub(super) struct Told {
    output: Vec<u8>,
    /// Whether it is more than is read.
    cut: bool,
}

impl Told {
    /// What tells this change from another one.
    pub(super) fn version(&self) -> String {
        Sha256::digest(&self.output).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// It as hunks and lines; without any where it was cut.
    pub(super) fn patch(&self) -> Patch<'_> {
        if self.cut { Patch { binary: true, ..Patch::default() } } else { parse(&self.output) }
    }
}

/// Asks git for a change. 404 if there is none.
pub(super) async fn told(git: &Repository, which: &WhichDiff) -> Result<Told, AppError> {
    for path in [Some(&which.path), which.was.as_ref()].into_iter().flatten() {
        check_path(path)?;
    }
    let path = which.path.as_str();
    let output = if which.group == ChangeGroup::Untracked {
        let known = ["ls-files", "--others", "--exclude-standard", "-z", "--", path];
        if git.run(known, PATIENT).await?.stdout.strip_suffix(b"\0") != Some(path.as_bytes()) {
            return Err(AppError::not_found("change"));
        }
        let path = format!("./{path}");
        let args = ARGS.into_iter().chain(["--no-index", "--", "/dev/null", &path]);
        let output = git.output_up_to(MAX_DIFF, args, PATIENT).await?;
        // Code 1 says that there is a difference.
        if output.code != Some(1) && !output.truncated {
            return Err(AppError::not_found("change"));
        }
        output
    } else {
        let kind: &[&str] = match which.group {
            ChangeGroup::Staged => &["--cached"],
            // Of a conflict, what the work tree has beside our own side; a diff of three would need other eyes.
            ChangeGroup::Conflicted => &["--ours"],
            _ => &[],
        };
        let args = ARGS.iter().chain(["--relative"].iter()).chain(kind).chain(git.submodules()).copied();
        let args = args.chain(["--"]).chain(which.was.as_deref()).chain([path]);
        git.run_up_to(MAX_DIFF, args, PATIENT).await?
    };
    if output.stdout.is_empty() {
        return Err(AppError::not_found("change"));
    }
    Ok(Told { output: output.stdout, cut: output.truncated })
}

/// A page of one file's change.
pub(super) async fn diff(git: &Repository, which: WhichDiff, from: u32) -> Result<FileDiff, AppError> {
    let told = told(git, &which).await?;
    let path = which.path.clone();
    let mut diff = blocking(move || page(&told, &path, which.group, from)).await?;
    if diff.kind != DiffKind::Text {
        diff.old_size = size(git, &which, Side::Old).await?;
        diff.new_size = size(git, &which, Side::New).await?;
    }
    Ok(diff)
}

/// 400 for what cannot be the path of a file in the project.
pub(super) fn check_path(path: &str) -> Result<(), AppError> {
    let components = || Path::new(path).components();
    if path.contains('\0')
        || components().next().is_none()
        || !components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(AppError::invalid("path", "The path must lead to a file inside the project."));
    }
    Ok(())
}

/// The lines from one on, as many as a page holds.
fn page(told: &Told, path: &str, group: ChangeGroup, from: u32) -> FileDiff {
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
        by_line: group != ChangeGroup::Conflicted && patch.is_plain(),
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

/// Where git has one side of a change; none if it is in the work tree.
async fn object(git: &Repository, which: &WhichDiff, side: Side) -> Result<Option<String>, AppError> {
    check_path(&which.path)?;
    let prefix = git.prefix().await?;
    let old = which.was.as_ref().unwrap_or(&which.path);
    Ok(match (which.group, side) {
        (ChangeGroup::Staged, Side::Old) => Some(format!("HEAD:{prefix}{old}")),
        (ChangeGroup::Staged, Side::New) | (ChangeGroup::Changed, Side::Old) => {
            Some(format!(":0:{prefix}{}", which.path))
        }
        (ChangeGroup::Conflicted, Side::Old) => Some(format!(":2:{prefix}{}", which.path)),
        (ChangeGroup::Untracked, Side::Old) => return Err(AppError::not_found("image")),
        (_, Side::New) => None,
    })
}

/// How large one side of a change is; none if it is not there.
async fn size(git: &Repository, which: &WhichDiff, side: Side) -> Result<Option<u64>, AppError> {
    if side == Side::Old && which.group == ChangeGroup::Untracked {
        return Ok(None);
    }
    let Some(object) = object(git, which, side).await? else {
        let (dir, path) = (git.dir.clone(), which.path.clone());
        return blocking(move || {
            let root = files::Root::open(&dir)?;
            Ok(root.file(&path).ok().map(|opened| opened.metadata.len()))
        })
        .await?;
    };
    let said = git.output(["cat-file", "-s", &object], QUICK).await?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().parse().ok())
}

/// One side of an image.
pub(super) async fn image(git: &Repository, which: &WhichDiff, side: Side) -> Result<Picture, AppError> {
    let none = || AppError::new(ErrorCode::NotFound, "This is not an image that can be shown.");
    let bytes = match object(git, which, side).await? {
        Some(object) => {
            let output = git.output_up_to(MAX_IMAGE, ["cat-file", "blob", &object], PATIENT).await?;
            if !output.success() {
                return Err(none());
            }
            output.stdout
        }
        None => {
            let (dir, path) = (git.dir.clone(), which.path.clone());
            blocking(move || files::Root::open(&dir)?.file(&path)?.whole(MAX_IMAGE))
                .await??
                .ok_or_else(none)?
        }
    };
    let media_type = files::image(&bytes).ok_or_else(none)?;
    Ok(Picture { media_type, bytes })
}
