//! The one thread in view: its window of history, what is being written, its queue and its draft. Changed by pushes and
//! by pages of history that were read. Entries keep their signals while they are on the page, so that one result
//! redraws one entry.

use leptos::prelude::*;

use super::{
    event::{EventBody, EventPage, PartialBlock},
    model::{QueuedMessage, TouchedFile},
    thread::{Appended, Body, Item, Ref, Spare, Window, fold, touched},
};
use crate::{
    boot::OpenSession,
    error::{AppError, ErrorCode},
    events::Push,
    ids::{MessageId, SessionId},
    time::Millis,
};

/// Whether the thread can be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// It is being fetched.
    Loading,
    /// It is here.
    Ready,
    /// It could not be fetched.
    Failed(AppError),
}

/// An entry on the page.
#[derive(Clone, Debug)]
pub struct Node {
    /// See `Item::key`.
    pub key: u64,
    /// What it shows.
    pub body: ArcRwSignal<Body>,
    /// What a sub-agent did.
    pub children: ArcRwSignal<Vec<Node>>,
}

/// Where the window stands in the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Whether there is an older part.
    pub older: bool,
    /// Whether there is a newer part that is not on the page.
    pub newer: bool,
    /// The number of the last event known of.
    pub latest: u64,
    /// How many entries came while the newer part was not on the page.
    pub unseen: usize,
}

/// A message that was sent and has not come back yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id; the same one is used to try again, so that it can only run once.
    pub id: MessageId,
    /// Why it could not be sent; none while it is under way.
    pub failed: Option<AppError>,
}

/// The thread in view; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct ThreadStore {
    /// Whose; none before the first was opened.
    pub id: RwSignal<Option<SessionId>>,
    /// Whether it can be shown.
    pub phase: RwSignal<Phase>,
    /// Its entries.
    pub nodes: RwSignal<Vec<Node>>,
    /// What is being written; none when no turn is under way.
    pub partial: RwSignal<Option<PartialBlock>>,
    /// When the turn under way began, where the window tells.
    pub began: RwSignal<Option<Millis>>,
    /// The messages that wait.
    pub queue: RwSignal<Vec<QueuedMessage>>,
    /// The text not yet sent, as the server last told.
    pub draft: RwSignal<String>,
    /// The message under way.
    pub outgoing: RwSignal<Option<Outgoing>>,
    /// The last message sent from here that the server has.
    pub delivered: RwSignal<Option<MessageId>>,
    /// Where the window stands.
    pub edges: RwSignal<Edges>,
    /// Whether the reader is at the end; decides which side of a long window is let go.
    pub reads_end: RwSignal<bool>,
    window: StoredValue<Window>,
    rev: StoredValue<u64>,
    // The version of the card that queue and draft go with: lists are read beside the socket, so they may come late.
    version: StoredValue<u64>,
}

impl ThreadStore {
    /// With the thread the page was drawn with, if any.
    #[must_use]
    pub fn new(open: Option<&OpenSession>) -> Self {
        let store = Self {
            id: RwSignal::new(None),
            phase: RwSignal::new(Phase::Loading),
            nodes: RwSignal::default(),
            partial: RwSignal::new(None),
            began: RwSignal::new(None),
            queue: RwSignal::default(),
            draft: RwSignal::default(),
            outgoing: RwSignal::new(None),
            delivered: RwSignal::new(None),
            edges: RwSignal::default(),
            reads_end: RwSignal::new(true),
            window: StoredValue::default(),
            rev: StoredValue::new(0),
            version: StoredValue::new(0),
        };
        if let Some(open) = open {
            store.begin(open.page.session.id);
            store.loaded(open.clone());
        }
        store
    }

    /// Empties the page for another session. False if this one is on it already.
    pub fn begin(&self, id: SessionId) -> bool {
        if self.id.get_untracked() == Some(id) && self.phase.get_untracked() == Phase::Ready {
            return false;
        }
        self.phase.set(Phase::Loading);
        self.nodes.set(Vec::new());
        self.partial.set(None);
        self.began.set(None);
        self.queue.set(Vec::new());
        self.draft.set(String::new());
        self.outgoing.set(None);
        self.edges.set(Edges::default());
        self.reads_end.set(true);
        self.window.set_value(Window::default());
        self.rev.set_value(0);
        self.version.set_value(0);
        self.id.set(Some(id));
        true
    }

    /// Whether this session is the one in view.
    #[must_use]
    pub fn is(&self, id: SessionId) -> bool {
        self.id.get_untracked() == Some(id)
    }

    /// The number after which live events are wanted.
    #[must_use]
    pub fn since(&self) -> u64 {
        self.window.with_value(Window::latest)
    }

    /// The number of the first event on the page.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.window.with_value(Window::first)
    }

    /// The number of the last event on the page.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.window.with_value(Window::last)
    }

    /// Takes the session with the end of its history.
    pub fn loaded(&self, open: OpenSession) {
        if !self.is(open.page.session.id) {
            return;
        }
        self.window.set_value(Window::new(open.events));
        self.settings(open.page.session.version, open.page.queue, open.page.draft);
        self.redraw(Spare::Oldest);
        self.phase.set(Phase::Ready);
    }

    /// Takes queue and draft as they were with this version of the card.
    pub fn settings(&self, version: u64, queue: Vec<QueuedMessage>, draft: String) {
        self.take_queue(version, queue);
        self.take_draft(version, draft);
    }

    /// It could not be fetched.
    pub fn failed(&self, id: SessionId, error: AppError) {
        if self.is(id) {
            self.phase.set(Phase::Failed(error));
        }
    }

    /// It is no more.
    pub fn gone(&self, id: SessionId) {
        self.failed(id, AppError::new(ErrorCode::NotFound, "This session is gone: its project was removed."));
    }

    /// Takes an older page of history. False if it added nothing.
    pub fn prepend(&self, id: SessionId, page: EventPage) -> bool {
        let grew =
            self.is(id) && self.window.try_update_value(|window| window.prepend(page)).unwrap_or(false);
        if grew {
            self.redraw(Spare::Newest);
        }
        grew
    }

    /// Takes a newer page of history.
    pub fn extend(&self, id: SessionId, page: EventPage) {
        if self.is(id)
            && self.window.try_update_value(|window| window.extend_by(page)) == Some(Appended::Grew)
        {
            self.redraw(Spare::Oldest);
        }
    }

    /// Takes what the server says. Returns the number to follow from anew if something is missing.
    pub fn apply(&self, push: Push) -> Option<u64> {
        match push {
            Push::Events { session, events } if self.is(session) => {
                self.arrived(|id| {
                    events.iter().any(
                        |event| matches!(&event.body, EventBody::UserMessage { id: it, .. } if *it == id),
                    )
                });
                self.partial.update(|partial| {
                    // What is finished is not being written any more, whatever of the two is heard first.
                    if partial
                        .as_ref()
                        .is_some_and(|block| events.iter().any(|event| finishes(&event.body, block)))
                    {
                        *partial = Some(PartialBlock::Working);
                    }
                });
                let spare = if self.reads_end.get_untracked() { Spare::Oldest } else { Spare::Arrivals };
                match self.window.try_update_value(|window| window.append(events)) {
                    Some(Appended::Grew) => self.redraw(spare),
                    Some(Appended::Away) => self.mark_edges(),
                    Some(Appended::Gap(since)) => return Some(since),
                    Some(Appended::Known) | None => {}
                }
            }
            Push::Partial { session, partial } if self.is(session) => {
                // A server that was restarted says "nothing" with the lowest number.
                let known = self.rev.get_value();
                if partial.rev > known || partial.block.is_none() {
                    self.rev.set_value(known.max(partial.rev));
                    self.partial.set(partial.block);
                }
            }
            Push::Queue { session, version, queue } if self.is(session) => self.take_queue(version, queue),
            Push::Draft { session, version, text } if self.is(session) => self.take_draft(version, text),
            _ => {}
        }
        None
    }

    /// The files that this part of the history touched. Tells when there are more.
    #[must_use]
    pub fn touched(&self) -> Vec<TouchedFile> {
        self.edges.track();
        self.window.with_value(|window| touched(window.events()))
    }

    /// The server has the message under way, if it is one of these.
    pub fn arrived(&self, here: impl Fn(MessageId) -> bool) {
        let out = self.outgoing.with_untracked(|out| out.as_ref().map(|out| out.id));
        if let Some(id) = out.filter(|id| here(*id)) {
            self.outgoing.set(None);
            self.delivered.set(Some(id));
        }
    }

    fn take_queue(&self, version: u64, queue: Vec<QueuedMessage>) {
        self.arrived(|id| queue.iter().any(|message| message.id == id));
        if self.is_current(version) {
            self.queue.set(queue);
        }
    }

    fn take_draft(&self, version: u64, draft: String) {
        if self.is_current(version) {
            self.draft.set(draft);
        }
    }

    fn is_current(&self, version: u64) -> bool {
        let current = self.version.get_value() <= version;
        if current {
            self.version.set_value(version);
        }
        current
    }

    fn redraw(&self, spare: Spare) {
        let items = self.window.try_update_value(|window| {
            let items = fold(window.events());
            if window.trim(&items, spare) { fold(window.events()) } else { items }
        });
        let Some(items) = items else { return };
        let old = self.nodes.get_untracked();
        let new = reconcile(&old, items);
        if !same_keys(&old, &new) {
            self.nodes.set(new);
        }
        self.began.set(self.window.with_value(|window| turn_began(window.events())));
        self.mark_edges();
    }

    fn mark_edges(&self) {
        let edges = self.window.with_value(|window| Edges {
            older: window.has_older(),
            newer: !window.at_end(),
            latest: window.latest(),
            unseen: window.unseen(),
        });
        self.edges.set(edges);
    }
}

/// Whether this event is the finished form of such a block.
fn finishes(body: &EventBody, block: &PartialBlock) -> bool {
    match (body, block) {
        (EventBody::AssistantText { parent, .. }, PartialBlock::Text { .. })
        | (EventBody::Thinking { parent, .. }, PartialBlock::Thinking { .. })
        | (EventBody::ToolCall { parent, .. }, PartialBlock::Tool { .. }) => parent.is_none(),
        _ => false,
    }
}

fn turn_began<'a>(events: impl Iterator<Item = &'a Ref>) -> Option<Millis> {
    events.fold(None, |began, event| match event.body {
        EventBody::TurnStarted { .. } => Some(event.at),
        EventBody::TurnEnded { .. } => None,
        _ => began,
    })
}

fn same_keys(old: &[Node], new: &[Node]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.key == new.key)
}

/// The nodes of these items; one that was on the page stays, and tells only if it changed.
fn reconcile(old: &[Node], items: Vec<Item>) -> Vec<Node> {
    let mut at = 0;
    items
        .into_iter()
        .map(|item| {
            // Both are in order of their keys, so one pass finds all.
            while old.get(at).is_some_and(|node| node.key < item.key) {
                at += 1;
            }
            let Some(node) = old.get(at).filter(|node| node.key == item.key) else {
                return Node {
                    key: item.key,
                    body: ArcRwSignal::new(item.body),
                    children: ArcRwSignal::new(reconcile(&[], item.children)),
                };
            };
            if node.body.with_untracked(|body| *body != item.body) {
                node.body.set(item.body);
            }
            let known = node.children.get_untracked();
            let children = reconcile(&known, item.children);
            if !same_keys(&known, &children) {
                node.children.set(children);
            }
            node.clone()
        })
        .collect()
}
