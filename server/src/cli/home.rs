//! The home directory: made when missing, readable by its owner only, used by one server at a time.

use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError},
    net::SocketAddr,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, Result, bail};

use crate::{config::Config, db::Db};

/// Makes the home directory, and keeps others out of it.
pub(super) fn make(config: &Config) -> Result<()> {
    let home = &config.home;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(home)
        .with_context(|| format!("cannot make {}", home.display()))?;
    std::fs::set_permissions(home, Permissions::from_mode(0o700))
        .with_context(|| format!("cannot keep others out of {}", home.display()))
}

/// The database in the home directory, made when missing.
pub(super) async fn database(config: &Config) -> Result<Db> {
    make(config)?;
    let path = config.home.join("roost.db");
    Db::open(&path).await.with_context(|| format!("cannot open {}", path.display()))
}

/// What one server holds as long as it lives; the system lets go of it when the process ends, however it ends.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Notes where this server is reached by a person, for `roost link` and `roost doctor`, and where it listens, for
    /// `roost hub`.
    pub(super) fn note(&self, base: &str, listens: SocketAddr) -> Result<()> {
        self.file.set_len(0)?;
        Ok(self.file.write_all_at(format!("{base}\n{listens}").as_bytes(), 0)?)
    }
}

/// Where the server that runs with this home is reached; none if there is none.
pub(super) fn running_at(home: &Path) -> Option<String> {
    noted(home)?.lines().next().map(str::to_owned)
}

/// Where the server that runs with this home listens; none if there is none, or not yet.
pub(super) fn listens_at(home: &Path) -> Option<SocketAddr> {
    noted(home)?.lines().nth(1)?.parse().ok()
}

fn noted(home: &Path) -> Option<String> {
    let path = home.join("roost.lock");
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => std::fs::read_to_string(path).ok(),
        _ => None,
    }
}

/// Takes the home directory for this server.
pub(super) fn lock(home: &Path) -> Result<Lock> {
    let path = home.join("roost.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { file }),
        Err(TryLockError::WouldBlock) => bail!("another Roost runs with {} already", home.display()),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_refused_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = lock(dir.path()).unwrap();
        assert!(lock(dir.path()).err().unwrap().to_string().contains("another Roost"));
        let listens = "127.0.0.1:1".parse().unwrap();
        first.note("https://roost.example", listens).unwrap();
        assert_eq!(running_at(dir.path()).as_deref(), Some("https://roost.example"));
        assert_eq!(listens_at(dir.path()), Some(listens));
        drop(first);
        assert_eq!((running_at(dir.path()), listens_at(dir.path())), (None, None));
        lock(dir.path()).unwrap();
    }

    #[test]
    fn the_home_is_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { home: dir.path().join("a/b"), ..Config::default() };
        make(&config).unwrap();
        assert_eq!(std::fs::metadata(&config.home).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
