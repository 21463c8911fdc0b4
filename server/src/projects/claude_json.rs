//! The CLI's own file of trusted directories. Changed by one flag only, under the CLI's own lock, by a rename, with a
//! backup of what was there before the first change; never written when it cannot be understood.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use app::error::{AppError, ErrorCode};
use serde_json::{Map, Value};
use uuid::Uuid;

/// After this time a lock was left behind by a process that died; the CLI refreshes its own every few seconds.
const STALE: Duration = Duration::from_secs(10);
/// How long another process may keep the lock.
const PATIENCE: Duration = Duration::from_secs(3);

/// Sets the flag that the CLI's own trust dialog sets for this directory. All else in the file stays, in its order.
/// 503 with the reason when the file cannot be read, parsed or written; then it is as it was. Waits: not for a worker.
pub(super) fn set_trusted(file: &Path, project: &str) -> Result<(), AppError> {
    change(file, project).map_err(|reason| {
        let message = format!("Claude's own settings were left alone: {} {reason}.", file.display());
        AppError::new(ErrorCode::Unavailable, message).with("claude.json")
    })
}

fn change(file: &Path, project: &str) -> Result<(), String> {
    let unwritable = |error: io::Error| format!("cannot be written: {error}");
    // Behind a link, the file itself is replaced, not the link.
    let file = &file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let dir = file.parent().unwrap_or_else(|| Path::new("/"));
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unwritable)?;
    let _lock = Lock::take(file)?;
    let (text, mode) = match fs::read(file) {
        Ok(text) => (Some(text), fs::metadata(file).map_err(unwritable)?.permissions().mode() & 0o777),
        Err(error) if error.kind() == ErrorKind::NotFound => (None, 0o600),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    let mut root: Value = match &text {
        Some(text) => serde_json::from_slice(text).map_err(|error| format!("is not valid JSON: {error}"))?,
        None => Value::Object(Map::new()),
    };
    if !flag(&mut root, project)? {
        return Ok(());
    }
    if let Some(text) = &text {
        back_up(file, text).map_err(|error| format!("cannot be backed up: {error}"))?;
    }
    let mut json = serde_json::to_vec_pretty(&root).map_err(|error| format!("cannot be written: {error}"))?;
    if text.is_some_and(|text| text.ends_with(b"\n")) {
        json.push(b'\n');
    }
    replace(file, dir, &json, mode).map_err(unwritable)
}

/// Sets the flag; whether that changed anything.
fn flag(root: &mut Value, project: &str) -> Result<bool, String> {
    let object = |value: &mut Value, what: &str| match value {
        Value::Object(_) => Ok(()),
        _ => Err(format!("is not what Roost knows: {what} is no object")),
    };
    object(root, "it")?;
    let projects = &mut root["projects"];
    if projects.is_null() {
        *projects = Value::Object(Map::new());
    }
    object(projects, "projects")?;
    let entry = &mut projects[project];
    if entry.is_null() {
        *entry = Value::Object(Map::new());
    }
    object(entry, project)?;
    let flag = &mut entry["hasTrustDialogAccepted"];
    let changed = *flag != Value::Bool(true);
    *flag = Value::Bool(true);
    Ok(changed)
}

/// Keeps the file as it was before Roost's first change; a later one leaves that backup alone.
fn back_up(file: &Path, text: &[u8]) -> io::Result<()> {
    let path = beside(file, ".before-roost");
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut backup) => backup.write_all(text).and_then(|()| backup.sync_all()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn replace(file: &Path, dir: &Path, json: &[u8], mode: u32) -> io::Result<()> {
    let temporary = beside(file, &format!(".{}.tmp", Uuid::new_v4().simple()));
    let write = || {
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        new.write_all(json)?;
        new.set_permissions(fs::Permissions::from_mode(mode))?;
        new.sync_all()?;
        fs::rename(&temporary, file)
    };
    write().inspect_err(|_| drop(fs::remove_file(&temporary)))?;
    // The rename is done; what is left is to make it last over a power cut.
    File::open(dir)?.sync_all()
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The lock that the CLI takes for the same purpose: a directory beside the file, as node's `proper-lockfile` makes it.
struct Lock(PathBuf);

impl Lock {
    fn take(file: &Path) -> Result<Self, String> {
        let path = beside(file, ".lock");
        let since = Instant::now();
        loop {
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(format!("cannot be locked: {error}"));
                }
                Err(_) if is_stale(&path) => drop(fs::remove_dir(&path)),
                Err(_) if since.elapsed() > PATIENCE => {
                    return Err("is being written by Claude; try again".to_owned());
                }
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

fn is_stale(lock: &Path) -> bool {
    let modified = fs::metadata(lock).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const BEFORE: &str = r#"{"zeta":1,"projects":{"/b":{"allowedTools":["x"],"n":12345678901234567},"/a":{}},"alpha":[1.5,null]}"#;

    fn home(text: Option<&str>) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".claude.json");
        if let Some(text) = text {
            fs::write(&file, text).unwrap();
        }
        (dir, file)
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn only_the_flag_changes_and_the_order_stays() {
        let (dir, file) = home(Some(BEFORE));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        set_trusted(&file, "/b").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let expected = BEFORE.replace("567}", "567,\"hasTrustDialogAccepted\":true}");
        let compact: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(compact.to_string(), expected);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(dir.path().join(".claude.json.before-roost")).unwrap(), BEFORE);
        assert_eq!(names(dir.path()), [".claude.json", ".claude.json.before-roost"]);
    }

    #[test]
    fn the_backup_is_made_once_and_nothing_is_written_twice() {
        let (dir, file) = home(Some(BEFORE));
        set_trusted(&file, "/b").unwrap();
        let first = fs::metadata(&file).unwrap().modified().unwrap();
        set_trusted(&file, "/b").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), first);
        set_trusted(&file, "/new one").unwrap();
        assert_eq!(fs::read_to_string(dir.path().join(".claude.json.before-roost")).unwrap(), BEFORE);
        let json: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(json["projects"]["/new one"]["hasTrustDialogAccepted"], true);
    }

    #[test]
    fn a_missing_file_is_made_private() {
        let (dir, _) = home(None);
        let file = dir.path().join("deep/config/.claude.json");
        set_trusted(&file, "/p").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(file.parent().unwrap()), [".claude.json"]);
    }

    #[test]
    fn a_file_that_is_not_understood_is_left_alone() {
        for text in ["", "{", "[]", "{\"projects\":[]}", "{\"projects\":{\"/p\":1}}", "{} trailing"] {
            let (dir, file) = home(Some(text));
            let error = set_trusted(&file, "/p").unwrap_err();
            assert_eq!(error.code, ErrorCode::Unavailable, "{text}");
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
            assert_eq!(names(dir.path()), [".claude.json"], "{text}");
        }
    }

    #[test]
    fn a_link_stays_a_link() {
        let (dir, file) = home(None);
        let real = dir.path().join("dotfiles.json");
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink(&real, &file).unwrap();
        set_trusted(&file, "/p").unwrap();
        assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("hasTrustDialogAccepted"));
    }

    #[test]
    fn the_lock_of_a_dead_process_is_taken_over_and_that_of_a_live_one_is_waited_for() {
        let (dir, file) = home(Some("{}"));
        let lock = dir.path().join(".claude.json.lock");
        fs::create_dir(&lock).unwrap();
        let old = File::open(&lock).unwrap().metadata().unwrap().modified().unwrap() - 2 * STALE;
        File::open(&lock).unwrap().set_modified(old).unwrap();
        set_trusted(&file, "/p").unwrap();
        assert!(!lock.exists());
        fs::create_dir(&lock).unwrap();
        let other = std::thread::spawn({
            move || {
                std::thread::sleep(Duration::from_millis(100));
                fs::remove_dir(lock).unwrap();
            }
        });
        set_trusted(&file, "/q").unwrap();
        other.join().unwrap();
    }
}
