//! What was thrown away, kept for a week in a folder of Roost's own: an entry is moved there whole and moved back whole. It is
//! never in neither of the two places, wherever the machine stops. Knows no rights: who may do so was asked before.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use app::{
    error::{AppError, ErrorCode},
    files::model::{Trashed, bytes_in_words},
    ids::{ProjectId, TrashId},
    time::Millis,
};
use cap_std::{ambient_authority, fs::Dir};
use uuid::Uuid;

use super::{
    root::refusal,
    transfer::{measured, transfer},
};
use crate::clock;

/// How long an entry is kept.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The most that is kept of all projects together; the oldest goes first.
const BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// The names of an entry and of what is known of it, in a folder of their own.
const ENTRY: &str = "entry";
const ABOUT: &str = "about.json";

/// The folder; cheap to copy.
#[derive(Clone)]
pub(super) struct Trash {
    home: PathBuf,
    bytes_max: u64,
}

impl Trash {
    /// A trash in this folder, which is made when it is needed.
    pub(super) fn new(home: PathBuf) -> Self {
        Self { home, bytes_max: BYTES_MAX }
    }

    /// Takes the entry `name` out of `dir`. 413 for more than the trash holds.
    pub(super) fn take(
        &self,
        project: ProjectId,
        (dir, name): (&Dir, &OsStr),
        path: &str,
        by: &str,
    ) -> Result<Trashed, AppError> {
        self.sweep();
        let folder = dir.symlink_metadata(name).map_err(refusal)?.is_dir();
        let bytes = measured(dir, name).map_err(refusal)?;
        if bytes > self.bytes_max {
            let most = bytes_in_words(self.bytes_max);
            return Err(AppError::new(ErrorCode::TooLarge, format!("The trash holds at most {most}.")));
        }
        let (id, at) = (TrashId(Uuid::now_v7()), clock::now());
        let until = Millis(at.0 + KEPT_MS);
        let about = Trashed { id, path: path.to_owned(), folder, bytes, at, by: by.to_owned(), until };
        let place = self.place(project, id);
        let put = || {
            DirBuilder::new().recursive(true).mode(0o700).create(&place)?;
            fs::write(place.join(ABOUT), serde_json::to_vec(&about)?)?;
            fs::File::open(place.join(ABOUT))?.sync_all()?;
            transfer(dir, name, &open(&place)?, OsStr::new(ENTRY))
        };
        if let Err(error) = put() {
            // Copied whole, it is worth keeping even if the original could not be removed.
            if !is_there(&place) {
                let _ = fs::remove_dir_all(&place);
            }
            return Err(refusal(error));
        }
        self.make_room(id);
        Ok(about)
    }

    /// What a project has here, the last one first.
    pub(super) fn of(&self, project: ProjectId) -> Vec<Trashed> {
        let mut all = entries(&self.home.join(project.to_string()));
        all.retain(|about| about.until > clock::now());
        all.sort_by_key(|about| std::cmp::Reverse((about.at, about.id)));
        all
    }

    /// One of them. 404 if it is not here any more.
    pub(super) fn find(&self, project: ProjectId, id: TrashId) -> Result<Trashed, AppError> {
        let gone = || AppError::not_found("entry in the trash");
        self.of(project).into_iter().find(|about| about.id == id).ok_or_else(gone)
    }

    /// Moves an entry to `name` in `dir`. 409 if something is there.
    pub(super) fn put_back(
        &self,
        project: ProjectId,
        id: TrashId,
        (dir, name): (&Dir, &OsStr),
    ) -> Result<(), AppError> {
        let place = self.place(project, id);
        let back = open(&place).and_then(|from| transfer(&from, OsStr::new(ENTRY), dir, name));
        back.map_err(refusal)?;
        self.remove(project, id)
    }

    /// Removes an entry for good.
    pub(super) fn remove(&self, project: ProjectId, id: TrashId) -> Result<(), AppError> {
        fs::remove_dir_all(self.place(project, id)).map_err(refusal)
    }

    /// Removes what is here long enough, and what is left of a move that never ended.
    pub(super) fn sweep(&self) {
        let now = clock::now();
        for project in folders(&self.home) {
            for place in folders(&project) {
                if about(&place).is_none_or(|about| about.until <= now) {
                    removed(&place);
                }
            }
        }
    }

    /// Removes the oldest until the rest fits; never the one that just came.
    fn make_room(&self, last: TrashId) {
        let mut all: Vec<_> = folders(&self.home)
            .iter()
            .flat_map(|project| folders(project))
            .filter_map(|place| Some((about(&place)?, place)))
            .collect();
        all.sort_by_key(|(about, _)| (about.at, about.id));
        let mut bytes: u64 = all.iter().map(|(about, _)| about.bytes).sum();
        for (about, place) in all {
            if bytes <= self.bytes_max || about.id == last {
                break;
            }
            removed(&place);
            bytes -= about.bytes;
        }
    }

    fn place(&self, project: ProjectId, id: TrashId) -> PathBuf {
        self.home.join(project.to_string()).join(id.to_string())
    }
}

fn open(place: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(place, ambient_authority())
}

fn is_there(place: &Path) -> bool {
    fs::symlink_metadata(place.join(ENTRY)).is_ok()
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

fn entries(project: &Path) -> Vec<Trashed> {
    folders(project).iter().filter_map(|place| about(place)).collect()
}

/// What is known of an entry; nothing if it is not wholly there.
fn about(place: &Path) -> Option<Trashed> {
    let about = serde_json::from_slice(&fs::read(place.join(ABOUT)).ok()?).ok()?;
    is_there(place).then_some(about)
}

fn removed(place: &Path) {
    if let Err(error) = fs::remove_dir_all(place) {
        tracing::warn!(%error, place = %place.display(), "an entry of the trash stays");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    struct Bench {
        dir: tempfile::TempDir,
        project: Dir,
        trash: Trash,
    }

    const ID: ProjectId = ProjectId(Uuid::from_u128(1));

    impl Bench {
        fn new(bytes_max: u64) -> Self {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir(dir.path().join("project")).unwrap();
            let project = open(&dir.path().join("project")).unwrap();
            let trash = Trash { home: dir.path().join("trash"), bytes_max };
            Self { dir, project, trash }
        }

        fn throw(&self, name: &str, bytes: usize) -> Result<Trashed, AppError> {
            self.project.write(name, vec![b'x'; bytes]).unwrap();
            self.trash.take(ID, (&self.project, OsStr::new(name)), name, "Ada")
        }
    }

    #[test]
    fn the_oldest_goes_when_there_is_no_room_and_nothing_that_is_larger_than_all() {
        let bench = Bench::new(100);
        for name in ["a", "b", "c"] {
            bench.throw(name, 40).unwrap();
        }
        let names: Vec<_> = bench.trash.of(ID).into_iter().map(|about| about.path).collect();
        assert_eq!(names, ["c", "b"]);
        assert_eq!(bench.throw("large", 101).unwrap_err().code, ErrorCode::TooLarge);
        assert!(bench.project.exists("large"));
        assert_eq!(bench.trash.of(ID).len(), 2);
    }

    #[test]
    fn what_is_old_and_what_never_arrived_are_swept_and_the_rest_is_not() {
        let bench = Bench::new(1000);
        let (old, kept) = (bench.throw("old", 1).unwrap(), bench.throw("kept", 1).unwrap());
        let place = bench.trash.place(ID, old.id);
        let past = Trashed { until: Millis(1), ..old };
        fs::write(place.join(ABOUT), serde_json::to_vec(&past).unwrap()).unwrap();
        let half = bench.dir.path().join("trash").join(ID.to_string()).join("half");
        fs::create_dir_all(&half).unwrap();
        bench.trash.sweep();
        assert_eq!(bench.trash.of(ID), [kept]);
        assert!(!place.exists() && !half.exists());
    }
}
