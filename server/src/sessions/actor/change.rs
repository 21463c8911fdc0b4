//! What one step of an actor changes: collected while it thinks, stored in one transaction, told only then.

use std::sync::Arc;

use app::{
    approvals::model::ApprovalStatus,
    events::Push,
    ids::{ApprovalId, MessageId},
    sessions::event::{Event, EventBody},
    time::Millis,
};
use uuid::Uuid;

use super::{
    super::{
        claude::Control,
        page,
        queries::{self, NewApproval, NewEvent},
        row::{MessageRow, NewAttachment},
    },
    Actor,
};
use crate::{
    clock,
    db::{Batch, Fault},
};

/// A statement beside the row and its events.
pub(super) enum Write {
    /// A message joins the queue.
    Message(MessageRow, Vec<NewAttachment>),
    /// A message moves on.
    MessageState(MessageId, &'static str),
    /// A waiting message says something else.
    MessageText(MessageId, String),
    /// A waiting message is taken back.
    MessageGone(MessageId),
    /// An approval is asked.
    Approval(NewApproval),
    /// An approval is settled.
    Settled {
        /// Which.
        id: Uuid,
        /// How.
        status: ApprovalStatus,
        /// By whom.
        by: String,
        /// The line for the agent.
        answer: Option<String>,
    },
    /// The keeper has an approval's answer.
    Delivered(Uuid),
}

/// What has to be done once everything is stored.
pub(super) enum After {
    /// Wait for a slot and start the agent.
    Start,
    /// Give this message to the agent.
    Message(MessageId),
    /// Give this approval's answer to the agent.
    Answer(Uuid, String),
    /// Give this line to the agent, by this id.
    Say(String, String),
    /// Send a request of ours.
    Control(&'static str, Control),
    /// Close the agent's input; the ladder follows if that is not enough.
    End,
    /// End the agent by the ladder.
    Kill,
    /// Press escape in the terminal.
    Escape,
    /// Forget the terminal.
    DropTerminal,
    /// The keeper's last record is stored: let it go, and remove its directory.
    Forget(String, u64),
}

/// The collected changes of one step.
#[derive(Default)]
pub(super) struct Change {
    pub(super) events: Vec<NewEvent>,
    pub(super) writes: Vec<Write>,
    pub(super) after: Vec<After>,
    /// Whether the row itself changed.
    pub(super) row: bool,
    /// Whether the queue changed.
    pub(super) queue: bool,
    /// Whether the draft changed.
    pub(super) draft: bool,
    /// Approvals to tell of.
    pub(super) approvals: Vec<ApprovalId>,
    /// The agent's line that is being read, kept beside the first event it makes.
    pub(super) line: Option<Arc<[u8]>>,
    /// When that line was written.
    pub(super) at: Option<Millis>,
}

impl Change {
    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.writes.is_empty() && !self.row
    }
}

impl Actor {
    /// Adds an event to the step.
    pub(super) fn event(&mut self, body: EventBody) {
        let at = self.change.at.unwrap_or_else(clock::now);
        let line = self.change.line.take();
        self.change.events.push(NewEvent { at, body, line });
        self.change.row = true;
    }

    /// Stores the step and tells the world. Nothing is told that is not stored.
    ///
    /// # Errors
    /// When the database refuses; then nothing is stored and the step is still there to be tried again.
    pub(super) async fn commit(&mut self) -> Result<(), Fault> {
        if self.change.is_empty() {
            return Ok(());
        }
        let first = self.row.card.last_seq;
        let before = (self.row.card.version, self.row.card.updated_at);
        self.row.card.version += 1;
        self.row.card.last_seq += self.change.events.len() as u64;
        if let Some(event) = self.change.events.last() {
            self.row.card.updated_at = self.row.card.updated_at.max(event.at);
        }
        let asking = self.row.kept.tui.asking.map(|(kind, _)| kind);
        let waiting = self.pending.len() + usize::from(asking.is_some());
        self.row.card.waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        self.row.card.waiting_for = self.pending.first().map(|pending| pending.kind).or(asking);
        let lives = self.row.keeper.is_some() || self.tui.is_some();
        self.row.card.live = lives && !self.row.kept.leaving;
        self.row.kept.driver = self.driver.memory.clone();
        if let Err(fault) = self.store(first).await {
            self.row.card.last_seq = first;
            (self.row.card.version, self.row.card.updated_at) = before;
            return Err(fault);
        }
        self.tell(first).await;
        Ok(())
    }

    async fn store(&self, first: u64) -> Result<(), Fault> {
        let no = self.row.no;
        let mut batch = Batch::default();
        for write in &self.change.writes {
            match write {
                Write::Message(row, images) => queries::insert_message(&mut batch, no, row, images)?,
                Write::MessageState(id, state) => queries::set_message(&mut batch, *id, state)?,
                Write::MessageText(id, text) => queries::edit_message(&mut batch, *id, text)?,
                Write::MessageGone(id) => queries::delete_message(&mut batch, *id)?,
                Write::Approval(new) => queries::insert_approval(&mut batch, no, new)?,
                Write::Settled { id, status, by, answer } => {
                    queries::settle_approval(&mut batch, *id, *status, by, clock::now(), answer.as_deref())?;
                }
                Write::Delivered(id) => queries::delivered(&mut batch, *id)?,
            }
        }
        queries::append(&mut batch, no, first, &self.change.events)?;
        queries::update(&mut batch, &self.row)?;
        self.shared.db.commit(batch).await
    }

    async fn tell(&mut self, first: u64) {
        self.change.writes.clear();
        self.change.row = false;
        let stored = std::mem::take(&mut self.change.events);
        let events: Vec<Event> = stored
            .into_iter()
            .enumerate()
            .map(|(i, event)| Event { seq: first + 1 + i as u64, at: event.at, body: event.body })
            .collect();
        let more = !events.is_empty();
        self.feed.publish(page::decorated(events).await);
        if more && self.feed.is_followed() {
            self.draw();
        }
        let (session, version) = (self.row.card.id, self.row.card.version);
        if std::mem::take(&mut self.change.queue) {
            let queue = self.waiting().map(|row| row.message.clone()).collect();
            self.shared.bus.publish(Push::Queue { session, version, queue });
        }
        if std::mem::take(&mut self.change.draft) {
            self.shared.bus.publish(Push::Draft { session, version, text: self.row.draft.clone() });
        }
        self.tell_card();
        for id in std::mem::take(&mut self.change.approvals) {
            self.shared.bus.touch_approval(id);
        }
    }
}
