//! A session in a new worktree waits until that is set up: nothing starts there before. What is typed meanwhile waits too.

use app::sessions::{machine::Input, model::Status};

use super::{Actor, After};

/// What is said of it meanwhile.
const WORDS: &str = "Setting up its worktree";

impl Actor {
    /// Whether its worktree is still to be set up; then it goes on with `set_up`.
    pub(super) async fn waits_for_worktree(&mut self) -> bool {
        let Some(place) = self.row.card.worktree_id else { return false };
        if self.row.card.status != Status::Queued {
            return false;
        }
        match self.shared.worktrees.set_up(place).await {
            Ok(None) => return false,
            Ok(Some(setting_up)) => {
                self.setting_up = Some(setting_up);
                self.row.card.activity = Some(WORDS.to_owned());
                self.change.row = true;
            }
            Err(error) => self.must(Input::StartFailed(error.message)),
        }
        self.finish_boxed().await;
        true
    }

    /// The set-up has ended: what was to start does, or says why not.
    pub(super) async fn set_up(&mut self, end: Result<(), String>) {
        self.forget_set_up();
        match end {
            _ if self.row.card.status != Status::Queued => {}
            Ok(()) => self.change.after.push(After::Start),
            Err(why) => self.must(Input::StartFailed(why)),
        }
        self.finish().await;
    }

    /// The session was stopped: its worktree is set up no further.
    pub(super) async fn cancel_set_up(&mut self) {
        let Some(place) = self.row.card.worktree_id.filter(|_| self.setting_up.is_some()) else { return };
        self.forget_set_up();
        if let Err(error) = self.shared.worktrees.cancel_set_up(place).await {
            tracing::warn!(%error, "the set-up of a worktree could not be ended");
        }
        self.finish_boxed().await;
    }

    fn forget_set_up(&mut self) {
        self.setting_up = None;
        self.row.card.activity = None;
        self.change.row = true;
    }
}
