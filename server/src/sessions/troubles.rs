//! Why sessions cannot be stored right now. Known to this server only: there is no room to store it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use app::{ids::SessionId, sessions::model::Session};

/// The sessions in trouble, each with its reason.
#[derive(Default)]
pub(super) struct Troubles {
    // A std lock: held for a look-up, never over an await.
    reasons: Mutex<HashMap<SessionId, &'static str>>,
}

impl Troubles {
    /// This session cannot be stored, for this reason.
    pub(super) fn begin(&self, id: SessionId, reason: &'static str) {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).insert(id, reason);
    }

    /// This session is stored again.
    pub(super) fn end(&self, id: SessionId) {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// What is in the way of this session, if anything is.
    pub(super) fn of(&self, id: SessionId) -> Option<&'static str> {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    /// The card as it is shown: with what is in the way, if anything is.
    pub(super) fn shown(&self, mut card: Session) -> Session {
        if let Some(reason) = self.of(card.id) {
            card.reason = Some(reason.to_owned());
        }
        card
    }
}
