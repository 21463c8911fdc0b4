//! Inputs of the machine, and what its effects mean for this actor. The only caller of the machine.

use app::{
    approvals::model::ApprovalStatus,
    ids::ApprovalId,
    sessions::{
        event::EventBody,
        machine::{Effect, Input, Refused, step},
        model::{Status, Surface},
    },
};

use super::{
    super::{claude::Control, row::Pending},
    Actor, After, Write,
};
use crate::clock;

impl Actor {
    /// Gives the machine an input and does what follows from it.
    ///
    /// # Errors
    /// When this state does not allow it; then nothing has changed.
    pub(super) fn input(&mut self, input: Input) -> Result<(), Refused> {
        let waiting = self.waiting().count();
        let before = self.row.state(waiting);
        let (after, effects) = step(before, input)?;
        let card = &mut self.row.card;
        card.status = after.status;
        card.mode = after.mode;
        card.surface = after.surface;
        card.background = after.background;
        self.row.kept.resuming = after.resuming;
        if before.status != Status::Queued && after.status == Status::Queued && after.surface == Surface::Tui
        {
            self.row.kept.tui.wanted = true;
        }
        let ends = effects.iter().any(|effect| matches!(effect, Effect::EndAgent | Effect::KillAgent));
        let lives = self.row.keeper.is_some() || self.tui.is_some();
        self.row.kept.leaving |= lives && (ends || before.agent && !after.agent);
        self.change.row = self.change.row || before != after || !effects.is_empty();
        let withdrawn = effects.contains(&Effect::WithdrawApprovals);
        for effect in effects {
            self.effect(effect);
        }
        if before.status != after.status {
            self.status_changed(before.status);
        }
        if withdrawn && self.row.card.status.is_finished() {
            self.row.card.self_started = false;
            self.row.card.idle_deadline = None;
        }
        Ok(())
    }

    /// The same, for inputs that no state refuses.
    pub(super) fn must(&mut self, input: Input) {
        if let Err(refused) = self.input(input) {
            tracing::error!(?refused, session = %self.row.card.id, "an input that should fit did not");
        }
    }

    /// An input that comes from the agent: from one that was told to end it moves nothing any more.
    pub(super) fn hear(&mut self, input: Input) {
        if !self.row.kept.leaving {
            self.must(input);
        }
    }

    /// The agent's process is gone: nothing of it is left to wait for, and the next one may start.
    pub(super) fn over(&mut self, end: Input) {
        self.driver.process_gone();
        self.again.clear();
        self.row.keeper = None;
        self.row.taken = 0;
        self.change.row = true;
        // What was given is in the history; whether the agent read it, it cannot say any more.
        for row in self.queue.iter().filter(|row| row.given) {
            self.change.writes.push(Write::MessageState(row.message.id, "taken"));
        }
        self.queue.retain(|row| !row.given);
        let told_to = std::mem::take(&mut self.row.kept.leaving);
        if !told_to && !self.row.card.status.is_finished() {
            self.must(end);
        }
        // A message came between "stop" and the end.
        if told_to && self.row.card.status == Status::Queued {
            self.change.after.push(After::Start);
        }
    }

    fn status_changed(&mut self, from: Status) {
        let card = &self.row.card;
        let (to, reason) = (card.status, card.reason.clone());
        self.event(EventBody::StatusChanged { from, to, reason });
        match to {
            // A turn that goes on needs no leave: a slot only holds back agents that have not started.
            Status::Running if self.slot.is_none() => self.slot = self.shared.slots.try_acquire(),
            Status::Running | Status::Queued => {}
            _ => self.slot = None,
        }
        if to != Status::Running {
            self.row.card.self_started = false;
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Start { .. } => self.change.after.push(After::Start),
            Effect::Deliver => self.deliver(),
            Effect::Enqueue => {
                if let Some((row, images)) = self.incoming.take() {
                    self.queue.push(row.clone());
                    self.change.writes.push(Write::Message(row, images));
                    self.change.queue = true;
                }
            }
            Effect::ArmGrace => {
                let grace = self.shared.config.sessions.grace_seconds.saturating_mul(1_000);
                let grace = i64::try_from(grace).unwrap_or(i64::MAX);
                self.row.card.idle_deadline = Some(clock::now().plus(grace));
            }
            Effect::CancelGrace => self.row.card.idle_deadline = None,
            Effect::EndAgent => self.change.after.push(After::End),
            Effect::KillAgent => self.change.after.push(After::Kill),
            Effect::InterruptAgent if self.tui.is_some() => self.change.after.push(After::Escape),
            Effect::InterruptAgent => self.change.after.push(After::Control("interrupt", Control::Interrupt)),
            Effect::WithdrawApprovals => self.withdraw_all(),
            Effect::Reason(reason) => self.row.card.reason = reason,
        }
    }

    /// Takes the oldest waiting message out of the queue, writes it into the history and has it given to the agent.
    pub(super) fn deliver(&mut self) {
        let Some(row) = self.queue.iter_mut().find(|row| !row.given) else {
            return;
        };
        row.given = true;
        let message = row.message.clone();
        let body = EventBody::UserMessage {
            id: message.id,
            text: message.text,
            images: message.images,
            by: row.by.clone(),
        };
        self.driver.memory.asked.insert(message.id.to_string());
        self.change.writes.push(Write::MessageState(message.id, "given"));
        self.change.after.push(After::Message(message.id));
        self.change.queue = true;
        self.event(body);
    }

    fn withdraw_all(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            self.settle(&pending, ApprovalStatus::Withdrawn, "the end of the agent", None, None);
        }
    }

    /// Writes down how an approval came out; the caller has taken it out of `pending`.
    pub(super) fn settle(
        &mut self,
        pending: &Pending,
        outcome: ApprovalStatus,
        by: &str,
        answer: Option<String>,
        note: Option<String>,
    ) {
        let id = ApprovalId(pending.id);
        let status = outcome;
        self.change.writes.push(Write::Settled {
            id: pending.id,
            status,
            by: by.to_owned(),
            answer: answer.clone(),
        });
        self.change.approvals.push(id);
        self.change.after.extend(answer.map(|line| After::Answer(pending.id, line)));
        self.event(EventBody::ApprovalSettled { id, outcome, by: by.to_owned(), note });
    }
}
