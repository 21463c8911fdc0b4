//! One level of a project's tree: names first, and sizes and times of those that are on the page only. Opens no file.

use std::path::Path;

use app::{
    error::AppError,
    files::model::{ENTRIES_MAX, Entry, EntryKind, ListOptions, Listing},
};
use cap_std::fs::{Dir, FileType, MetadataExt};

use super::{
    path::{is_git, refuse_git},
    root::{Root, modified, refusal},
    rules::Rules,
};

/// How many names of one folder are looked at.
const LOOKED_AT: usize = 100_000;

/// A page of the entries of the folder at `path`. In a folder that is ignored itself, nothing is left out as ignored.
pub(super) fn list(root: &Root, path: &str, options: ListOptions) -> Result<Listing, AppError> {
    let (at, dir) = root.folder(path)?;
    let (rules, all_ignored) = Rules::on_the_way(&root.dir, &at);
    let mut entries: Vec<Entry> = dir
        .entries()
        .map_err(refusal)?
        .take(LOOKED_AT)
        .flatten()
        .filter(|entry| !is_git(&entry.file_name()))
        .filter_map(|entry| {
            let name = entry.file_name();
            let shown = name.to_string_lossy().into_owned();
            if !options.hidden && shown.starts_with('.') {
                return None;
            }
            let kind = kind(entry.file_type().ok()?);
            let ignored = all_ignored || rules.ignore(&at.join(&name), kind == EntryKind::Dir);
            if ignored && !all_ignored && !options.ignored {
                return None;
            }
            let lossy = name.to_str().is_none();
            let mut entry = Entry {
                name: shown,
                kind,
                size: None,
                modified_at: None,
                target: None,
                leads_to: None,
                ignored,
                lossy,
            };
            if kind == EntryKind::Link {
                follow(root, &at, &dir, Path::new(&name), &mut entry);
            }
            Some(entry)
        })
        .collect();
    entries.sort_by_cached_key(|entry| {
        (entry.really() != Some(EntryKind::Dir), entry.name.to_lowercase(), entry.name.clone())
    });
    let total = entries.len();
    let mut page: Vec<Entry> = entries.into_iter().skip(options.skip as usize).take(ENTRIES_MAX).collect();
    let more = options.skip as usize + page.len() < total;
    for entry in page.iter_mut().filter(|entry| !entry.lossy) {
        // One that vanished meanwhile is shown without its facts; asking for it says the rest.
        if let Ok(metadata) = dir.symlink_metadata(&entry.name) {
            entry.size = metadata.is_file().then(|| metadata.len());
            entry.modified_at = Some(modified(metadata.mtime(), metadata.mtime_nsec()));
        }
    }
    Ok(Listing { entries: page, total: u32::try_from(total).unwrap_or(u32::MAX), more })
}

/// What a link says, and what is there as long as that is inside of the project.
fn follow(root: &Root, at: &Path, dir: &Dir, name: &Path, entry: &mut Entry) {
    entry.target = dir.read_link_contents(name).ok().map(|target| target.to_string_lossy().into_owned());
    let there = root.real(&at.join(name)).ok().filter(|path| refuse_git(path).is_ok());
    let metadata = there.and_then(|path| root.dir.symlink_metadata(path).ok());
    entry.leads_to = metadata.map(|metadata| kind(metadata.file_type()));
}

fn kind(kind: FileType) -> EntryKind {
    if kind.is_dir() {
        EntryKind::Dir
    } else if kind.is_file() {
        EntryKind::File
    } else if kind.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::Other
    }
}
