//! What a long-lived connection holds to learn that its identity was revoked. It never says so of one that still holds.

use std::time::Duration;

use app::{
    auth::model::Identity,
    ids::{LoginId, TokenId},
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Interval, MissedTickBehavior, interval},
};

use super::AuthEngine;

/// How often the database is asked too: `roost token revoke` is another process and can tell nobody here.
const RECHECK: Duration = Duration::from_secs(5);

/// An identity that no longer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revoked {
    Login(LoginId),
    Token(TokenId),
    AllLogins,
}

impl Revoked {
    fn covers(self, identity: Identity) -> bool {
        match self {
            Self::Login(id) => identity == Identity::Login(id),
            Self::Token(id) => identity == Identity::Token(id),
            Self::AllLogins => matches!(identity, Identity::Login(_)),
        }
    }
}

/// The watch over one identity.
pub struct Guard {
    auth: AuthEngine,
    identity: Identity,
    revoked: Receiver<Revoked>,
    recheck: Interval,
    over: bool,
}

impl Guard {
    pub(super) fn new(auth: AuthEngine, identity: Identity, revoked: Receiver<Revoked>) -> Self {
        // The first tick comes at once: it covers what was revoked between the request's check and this watch.
        let mut recheck = interval(RECHECK);
        recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { auth, identity, revoked, recheck, over: false }
    }

    /// Returns once the identity does not hold any more. May be dropped and called again without missing it.
    pub async fn revoked(&mut self) {
        while !self.over {
            let ask = tokio::select! {
                told = self.revoked.recv() => match told {
                    Ok(revoked) => {
                        self.over = revoked.covers(self.identity);
                        false
                    }
                    Err(RecvError::Lagged(_)) => true,
                    Err(RecvError::Closed) => {
                        self.over = true;
                        false
                    }
                },
                _ = self.recheck.tick() => true,
            };
            if ask && !self.auth.holds(self.identity).await {
                self.over = true;
            }
        }
    }
}
