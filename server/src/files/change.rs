//! Entries made, moved, thrown away and put back. Never puts anything over what is there, and never follows a link at the end
//! of a path: it is the link that is moved.

use std::{ffi::OsStr, path::Path};

use app::{
    error::{AppError, ErrorCode},
    files::model::{Clash, MoveEntry, NewEntry, Trashed, numbered},
    ids::{ProjectId, TrashId},
};

use super::{
    path::{checked, refuse_git},
    root::{Root, refusal},
    spot::{Prepared, Spot},
    transfer::transfer,
    trash::Trash,
};

/// How many numbers are tried for a name that is taken.
const NUMBERS: u32 = 1000;

/// Makes an empty file or a folder.
pub(super) fn make(root: &Root, entry: &NewEntry) -> Result<(), AppError> {
    let spot = root.spot(&entry.path)?;
    if entry.folder { spot.dir.create_dir(&spot.name).map_err(refusal) } else { spot.prepare(None)?.create() }
}

/// Gives an entry another place.
pub(super) fn rename(root: &Root, entry: &MoveEntry) -> Result<(), AppError> {
    let (from, to) = (root.spot(&entry.from)?, root.spot(&entry.to)?);
    if from.entry()?.is_none() {
        return Err(AppError::not_found("file"));
    }
    if to.path.starts_with(&from.path) {
        return Err(AppError::conflict("inside", "A folder cannot be moved into itself."));
    }
    transfer(&from.dir, &from.name, &to.dir, &to.name).map_err(refusal)
}

/// Puts an entry into the trash.
pub(super) fn remove(
    root: &Root,
    trash: &Trash,
    project: ProjectId,
    path: &str,
    by: &str,
) -> Result<Trashed, AppError> {
    let spot = root.spot(path)?;
    if spot.entry()?.is_none() {
        return Err(AppError::not_found("file"));
    }
    trash.take(project, (&spot.dir, &spot.name), &spot.shown(), by)
}

/// Puts an entry of the trash back where it was.
pub(super) fn put_back(
    root: &Root,
    trash: &Trash,
    project: ProjectId,
    id: TrashId,
) -> Result<Trashed, AppError> {
    let trashed = trash.find(project, id)?;
    let spot = spot_made(root, &trashed.path)?;
    trash.put_back(project, id, (&spot.dir, &spot.name))?;
    Ok(trashed)
}

/// The place at a path, in folders that are made if they are missing.
pub(super) fn spot_made(root: &Root, path: &str) -> Result<Spot, AppError> {
    let folder = checked(path)?.parent().map(Path::to_owned).unwrap_or_default();
    // Nothing is made before it is known where the folders that are there lead.
    for above in folder.ancestors() {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match root.real(above) {
            Ok(real) => {
                refuse_git(&real)?;
                let missing = folder.strip_prefix(above).unwrap_or(Path::new(""));
                root.dir.create_dir_all(real.join(missing)).map_err(refusal)?;
                break;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(refusal(error)),
        }
    }
    root.spot(path)
}

/// Puts a file that has arrived where it is to go; its path.
pub(super) fn arrive(
    mut file: Prepared,
    clash: Clash,
    trash: &Trash,
    project: ProjectId,
    by: &str,
) -> Result<String, AppError> {
    let spot = file.spot();
    match clash {
        Clash::Refuse => {}
        Clash::Replace => {
            if let Some(there) = spot.entry()? {
                if there.is_dir() {
                    return Err(AppError::conflict("folder", "A folder has this name; it is not replaced."));
                }
                trash.take(project, (&spot.dir, &spot.name), &spot.shown(), by)?;
            }
        }
        Clash::Keep => number(spot)?,
    }
    let path = spot.shown();
    file.create()?;
    Ok(path)
}

/// Gives the place a name that is free.
fn number(spot: &mut Spot) -> Result<(), AppError> {
    let name = spot.name.to_string_lossy().into_owned();
    let mut n = 1;
    while spot.entry()?.is_some() {
        n += 1;
        if n > NUMBERS {
            return Err(AppError::conflict("taken", "Every number for this name is taken."));
        }
        spot.called(OsStr::new(&numbered(&name, n)));
    }
    Ok(())
}

/// 409 before anything is sent for a name that is taken.
pub(super) fn refuse_taken(spot: &Spot, clash: Clash) -> Result<(), AppError> {
    if clash == Clash::Refuse && spot.entry()?.is_some() {
        return Err(AppError::conflict("taken", "There is something of this name already."));
    }
    Ok(())
}

/// 413.
pub(super) fn too_much() -> AppError {
    AppError::new(ErrorCode::TooLarge, "A file of at most 512 MB can be uploaded.")
}
