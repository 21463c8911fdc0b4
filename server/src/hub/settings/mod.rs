//! The server's configuration in the person's editor: `roost.toml` as it is, with help where a key is missing. What is saved is
//! what the person wrote, nothing else, and only where a server would start with it. Never restarts anything.

mod check;
mod help;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use app::error::{AppError, ErrorCode};
use serde_json::Value;
use tempfile::NamedTempFile;

pub(super) use self::help::with_help;
use crate::config::Config;

/// Keys that are named when they have changed; of the others it is said how many there are.
const NAMED: usize = 3;

/// A text of the configuration on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// The file as it was when the editor was opened with it.
    pub before: String,
    /// What the editor left, with whatever help is still in it.
    pub edited: String,
}

/// What is to be done with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Read,
    Save(Draft),
    /// Put it beside the file, or among the temporary files if it cannot be there.
    Keep(Draft),
}

/// What came of that.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The file as it is; empty if there is none.
    Read(String),
    /// Nothing of the text is new.
    Same,
    /// It is saved; what it changes, in words.
    Saved(String),
    /// No server would start with it, in words.
    Wrong(Draft, String),
    /// The file is another by now, and was left alone.
    Moved(Draft),
    /// It could not be written, in words.
    Failed(Draft, String),
    /// Where the text was put.
    Kept(PathBuf),
}

/// Does it with the configuration of this home.
pub(super) async fn perform(home: PathBuf, ask: Ask) -> Result<Answer, AppError> {
    let path = home.join("roost.toml");
    let name = path.display().to_string();
    let done = tokio::task::spawn_blocking(move || answer(&path, ask));
    let failed =
        |error: &dyn std::error::Error| AppError::new(ErrorCode::Internal, format!("{name}: {error}."));
    done.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
}

/// A text that somebody wrote comes back when it cannot be written.
fn answer(path: &Path, ask: Ask) -> io::Result<Answer> {
    let failed = |draft, error| Answer::Failed(draft, format!("{}: {error}.", path.display()));
    Ok(match ask {
        Ask::Read => Answer::Read(read(path)?),
        Ask::Save(draft) => save(path, draft.clone()).unwrap_or_else(|error| failed(draft, error)),
        Ask::Keep(draft) => {
            let text = draft.text();
            let kept = keep(path, &text).or_else(|error| keep_elsewhere(&text).map_err(|_| error));
            kept.map_or_else(|error| failed(draft, error), Answer::Kept)
        }
    })
}

impl Draft {
    /// What the person wrote, without the help.
    fn text(&self) -> String {
        help::without(&self.before, &self.edited)
    }
}

fn read(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

fn save(path: &Path, draft: Draft) -> io::Result<Answer> {
    let text = draft.text();
    if text == draft.before {
        return Ok(Answer::Same);
    }
    if let Some(words) = check::wrong(&draft.edited) {
        return Ok(Answer::Wrong(draft, words));
    }
    if read(path)? != draft.before {
        return Ok(Answer::Moved(draft));
    }
    replace(path, &text)?;
    Ok(Answer::Saved(changes(&draft.before, &text)))
}

/// Puts a text in the place of the file at once, with the rights that the file had. A link stays one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(known) = fs::metadata(&path) {
        file.as_file().set_permissions(Permissions::from_mode(known.permissions().mode() & 0o7777))?;
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    File::open(folder)?.sync_all()
}

/// Puts a text beside the file, in one that was not there.
fn keep(path: &Path, text: &str) -> io::Result<PathBuf> {
    for n in 1..=100 {
        let ending = if n == 1 { "toml.mine".to_owned() } else { format!("toml.mine-{n}") };
        let beside = path.with_extension(ending);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            file => {
                let written = file?.write_all(text.as_bytes());
                // Half a text is none.
                written.inspect_err(|_| drop(fs::remove_file(&beside)))?;
                return Ok(beside);
            }
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "a hundred texts are beside it already"))
}

/// Puts a text among the temporary files.
fn keep_elsewhere(text: &str) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("roost.toml.mine-").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.keep()?.1)
}

/// What differs for a server between two texts, in words. It reads its configuration once, when it starts.
fn changes(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| {
        let mut leaves = BTreeMap::new();
        let config = Config::read(text).ok().and_then(|config| serde_json::to_value(config).ok());
        collect(&config.unwrap_or_default(), "", &mut leaves);
        leaves
    });
    let mut names: Vec<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| before.get(*name) != after.get(*name));
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match (names.as_slice(), more) {
        ([], _) => "Saved. It says the same to the server.".to_owned(),
        ([one], _) => format!("Saved. {one} acts once the server is restarted."),
        (some, 0) => format!("Saved. {} act once the server is restarted.", some.join(", ")),
        (some, more) => {
            format!("Saved. {} and {more} more act once the server is restarted.", some.join(", "))
        }
    }
}

/// The values of a configuration by their whole names.
fn collect(value: &Value, name: &str, leaves: &mut BTreeMap<String, Value>) {
    match value.as_object() {
        Some(table) => {
            for (key, value) in table {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                collect(value, &name, leaves);
            }
        }
        None => drop(leaves.insert(name.to_owned(), value.clone())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn draft(before: &str, edited: &str) -> Draft {
        Draft { before: before.to_owned(), edited: edited.to_owned() }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_a_person_wrote_is_saved_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("roost.toml");
        let text = "# mine\n\n[sessions]   # how many\nmax_running = 3\n";
        assert_eq!(read(&path).unwrap(), "");
        assert_eq!(save(&path, draft("", &with_help(""))).unwrap(), Answer::Same);
        assert!(!path.exists(), "what was not changed is not saved");
        let saved = save(&path, draft("", &format!("{}{text}", with_help("")))).unwrap();
        let words = "Saved. sessions.max_running acts once the server is restarted.";
        assert_eq!(saved, Answer::Saved(words.to_owned()));
        assert_eq!((read(&path).unwrap().as_str(), mode(&path)), (text, 0o600));
        // A link into a person's own files stays one, and rights stay as they are.
        let (theirs, link) = (dir.path().join("dotfile"), dir.path().join("link.toml"));
        fs::write(&theirs, text).unwrap();
        fs::set_permissions(&theirs, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&theirs, &link).unwrap();
        let more = format!("{text}# more\n");
        let words = "Saved. It says the same to the server.";
        assert_eq!(save(&link, draft(text, &more)).unwrap(), Answer::Saved(words.to_owned()));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((read(&theirs).unwrap(), mode(&theirs)), (more, 0o640));
    }

    #[test]
    fn what_is_wrong_or_was_changed_by_somebody_else_is_not_saved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("roost.toml");
        fs::write(&path, "# theirs\n").unwrap();
        let wrong = draft("# theirs\n", "listen = 1\n");
        assert!(matches!(save(&path, wrong.clone()).unwrap(), Answer::Wrong(kept, _) if kept == wrong));
        let moved = draft("# mine\n", &format!("{}# mine too\n", with_help("# mine\n")));
        assert_eq!(save(&path, moved.clone()).unwrap(), Answer::Moved(moved.clone()));
        assert_eq!(read(&path).unwrap(), "# theirs\n");
        for name in ["roost.toml.mine", "roost.toml.mine-2"] {
            let beside = keep(&path, &moved.text()).unwrap();
            assert_eq!(beside, dir.path().join(name));
            assert_eq!((read(&beside).unwrap().as_str(), mode(&beside)), ("# mine\n# mine too\n", 0o600));
        }
        fs::write(&path, b"\xff").unwrap();
        assert!(read(&path).is_err(), "what is no text is not edited as one");
        assert!(
            matches!(answer(&path, Ask::Save(moved.clone())).unwrap(), Answer::Failed(kept, _) if kept == moved)
        );
    }

    #[test]
    fn what_cannot_be_written_is_kept_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("not there/roost.toml");
        let mine = draft("", &format!("{}# mine\n", with_help("")));
        match answer(&path, Ask::Save(mine.clone())).unwrap() {
            Answer::Failed(kept, words) => {
                assert!(kept == mine && words.contains("not there/roost.toml: "), "{words}");
            }
            other => panic!("{other:?}"),
        }
        let Answer::Kept(kept) = answer(&path, Ask::Keep(mine)).unwrap() else { panic!("it is lost") };
        let found = (read(&kept).unwrap(), mode(&kept));
        fs::remove_file(&kept).unwrap();
        assert_eq!(found, ("# mine\n".to_owned(), 0o600));
    }

    #[test]
    fn what_changes_is_named() {
        for (before, after, words) in [
            ("", "# a\n", "It says the same to the server."),
            ("", "listen = \"127.0.0.1:1\"", "listen acts once the server is restarted."),
            (
                "[sessions]\nmax_running = 2",
                "[claude]\npass_env = [\"A\"]",
                "claude.pass_env, sessions.max_running act once the server is restarted.",
            ),
            (
                "",
                "listen = \"127.0.0.1:1\"\n[sessions]\nmax_running = 1\ngrace_seconds = 1\n[approvals]\nlimit_seconds = 1",
                "approvals.limit_seconds, listen, sessions.grace_seconds and 1 more act once the server is restarted.",
            ),
        ] {
            assert_eq!(changes(before, after), format!("Saved. {words}"), "{after}");
        }
    }
}
