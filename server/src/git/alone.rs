//! Who may write in a repository: one at a time, whichever project or work tree of it they come from. Never waits for git.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::{
    command::{QUICK, Repository},
    look::top,
};
use crate::offload::blocking;

/// The turn to write in one repository; the next one has it when this is dropped.
pub(super) type Alone = OwnedMutexGuard<()>;

/// The repositories that somebody writes in, or waits to.
#[derive(Clone, Debug, Default)]
pub(super) struct Writers(Arc<Mutex<HashMap<PathBuf, Weak<Turn<()>>>>>);

impl Writers {
    /// Waits until nobody else writes in the repository around the directory.
    pub(super) async fn alone(&self, git: &Repository) -> Alone {
        let turn = self.turn(&shared(git).await);
        turn.lock_owned().await
    }

    fn turn(&self, repository: &Path) -> Arc<Turn<()>> {
        // Every value in it is whole, whoever panicked.
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(repository).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Turn::new(()));
        turns.insert(repository.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

/// What all work trees of a repository share; the directory itself where git does not say.
async fn shared(git: &Repository) -> PathBuf {
    let args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
    let said = git.run(args, QUICK).await.ok().map(|output| output.stdout);
    let said = said.and_then(|said| String::from_utf8(said).ok());
    let dir = git.dir.clone();
    let found = blocking(move || match said {
        Some(said) => Path::new(said.trim_end_matches('\n')).canonicalize().ok(),
        None => top(&dir),
    });
    found.await.ok().flatten().unwrap_or_else(|| git.dir.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_one_turn_and_is_forgotten_when_nobody_wants_it() {
        let writers = Writers::default();
        let (one, two) = (writers.turn(Path::new("/a")), writers.turn(Path::new("/b")));
        assert!(Arc::ptr_eq(&one, &writers.turn(Path::new("/a"))) && !Arc::ptr_eq(&one, &two));
        drop((one, two));
        drop(writers.turn(Path::new("/c")));
        let left = writers.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        assert_eq!(left, 1, "those that nobody wants any more are gone");
    }
}
