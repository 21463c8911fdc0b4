//! What the page knows of sessions: a card for each it has seen, and the one thread in view. Changed by pushes and by
//! what was read; never by what a button did.

use std::{cmp::Reverse, collections::HashMap};

use leptos::prelude::*;

use super::{
    model::{Model, Session, Status},
    open::ThreadStore,
};
use crate::{
    boot::Boot,
    events::Push,
    ids::{ProjectId, SessionId},
    time::Millis,
};

/// What a list sorts and filters by. Changes less often than the card, so that lists stay calm while agents work.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose.
    pub id: SessionId,
    /// Its project.
    pub project_id: ProjectId,
    /// The worktree that it works in.
    pub worktree_id: Option<ProjectId>,
    /// Its name.
    pub name: String,
    /// Whether a person has to act.
    pub needs_you: bool,
    /// Put away.
    pub archived: bool,
    /// Its runtime state.
    pub status: Status,
    /// When it last came to a new state; activity alone moves nothing.
    pub at: Millis,
}

/// The sessions on the page; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct SessionsStore {
    /// Those that need a person first, then the latest.
    pub rows: RwSignal<Vec<Row>>,
    /// The thread in view, or the last that was.
    pub thread: ThreadStore,
    /// Grows when pushes may have been missed: a list has to read its own again.
    pub epoch: RwSignal<u32>,
    /// The models a session can be given.
    pub models: RwSignal<Vec<Model>>,
    cards: StoredValue<HashMap<SessionId, ArcRwSignal<Session>>>,
}

impl SessionsStore {
    /// With what the page was drawn from.
    #[must_use]
    pub fn new(boot: &Boot) -> Self {
        let store = Self {
            rows: RwSignal::default(),
            thread: ThreadStore::new(boot.open.as_ref()),
            epoch: RwSignal::new(0),
            models: RwSignal::new(boot.models.clone()),
            cards: StoredValue::default(),
        };
        store.take(boot.sessions.clone());
        if let Some(open) = &boot.open {
            store.take(vec![open.page.session.clone()]);
        }
        store
    }

    /// Takes cards that were read. An older version of a card changes nothing.
    pub fn take(&self, cards: Vec<Session>) {
        let mut rows = self.rows.get_untracked();
        for card in cards {
            self.put(&mut rows, card);
        }
        self.show(rows);
    }

    /// Takes cards after a time without pushes. A session goes with its project only, so the others stay and are not
    /// redrawn; a list that shows more than these reads its own again.
    pub fn reset(&self, cards: Vec<Session>, projects: &[ProjectId]) {
        self.drop_where(|row| !projects.contains(&row.project_id));
        self.take(cards);
        self.epoch.update(|epoch| *epoch += 1);
    }

    /// Takes what the server says. Returns the number to follow from anew if something is missing.
    pub fn apply(&self, push: Push) -> Option<u64> {
        match push {
            Push::Session(card) => self.take(vec![*card]),
            Push::SessionGone { session } => self.drop_where(|row| row.id == session),
            Push::ProjectGone { project } => self.drop_where(|row| row.project_id == project),
            Push::Models { models } => self.models.set(models),
            push => return self.thread.apply(push),
        }
        None
    }

    /// The card of a session, if the page has it. Tells when it comes.
    #[must_use]
    pub fn card(&self, id: SessionId) -> Option<ArcRwSignal<Session>> {
        self.rows.track();
        self.cards.with_value(|cards| cards.get(&id).cloned())
    }

    fn drop_where(&self, gone: impl Fn(&Row) -> bool) {
        let (out, rows): (Vec<Row>, Vec<Row>) = self.rows.get_untracked().into_iter().partition(gone);
        self.cards.update_value(|cards| {
            for row in &out {
                cards.remove(&row.id);
            }
        });
        if let Some(row) = out.iter().find(|row| Some(row.id) == self.thread.id.get_untracked()) {
            self.thread.gone(row.id);
        }
        self.show(rows);
    }

    fn put(&self, rows: &mut Vec<Row>, card: Session) {
        let known = self.cards.with_value(|cards| cards.get(&card.id).cloned());
        if known.as_ref().is_some_and(|known| known.with_untracked(|old| old.version >= card.version)) {
            return;
        }
        let mut row = Row {
            id: card.id,
            project_id: card.project_id,
            worktree_id: card.worktree_id,
            name: card.name.clone(),
            needs_you: card.needs_you(),
            archived: card.archived,
            status: card.status,
            at: card.updated_at,
        };
        match rows.iter_mut().find(|row| row.id == card.id) {
            Some(old) => {
                if (old.status, old.needs_you, old.archived) == (row.status, row.needs_you, row.archived) {
                    row.at = old.at;
                }
                *old = row;
            }
            None => rows.push(row),
        }
        match known {
            Some(known) => known.set(card),
            None => self.cards.update_value(|cards| {
                cards.insert(card.id, ArcRwSignal::new(card));
            }),
        }
    }

    fn show(&self, mut rows: Vec<Row>) {
        rows.sort_by_key(|row| (!row.needs_you, Reverse(row.at), row.id));
        if self.rows.with_untracked(|old| *old != rows) {
            self.rows.set(rows);
        }
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
