//! What comes from the agent: records become lines, lines become events, and both are stored together, once.

use std::sync::Arc;

use app::{
    approvals::model::ApprovalStatus,
    ids::ApprovalId,
    sessions::{
        event::{EventBody, Level, TurnOutcome},
        machine::Input,
        model::{NAME_MAX, Surface},
    },
    time::Millis,
};
use futures::FutureExt;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::{
        claude::{Out, TurnReport, cut, describe},
        queries::NewApproval,
        row::Pending,
    },
    Actor, After, Write,
};
use crate::{
    clock,
    keeper::{Asked, Exit, FailureReason, Item, KeeperEvent, Kind, Lines},
};

/// Records stored in one transaction, at most: a busy agent's are stored together, a quiet one's at once.
const BATCH: usize = 64;
/// Bytes of standard error remembered for the reason an agent died of.
const STDERR: usize = 2_048;

impl Actor {
    /// Takes an event of the keeper and everything that is there already.
    pub(super) async fn take(&mut self, event: KeeperEvent) {
        let mut next = Some(event);
        for _ in 0..BATCH {
            let Some(event) = next.take() else { break };
            match event {
                KeeperEvent::Record(record) => {
                    let items = self.agent.as_mut().map(|agent| agent.lines.push(record)).unwrap_or_default();
                    for item in items {
                        self.item(item);
                    }
                }
                KeeperEvent::Blocked(reason) => {
                    tracing::warn!(reason, session = %self.row.card.id, "a journal cannot be written");
                    self.row.card.reason =
                        Some(format!("The agent waits because its journal cannot be written: {reason}."));
                    self.change.row = true;
                }
                KeeperEvent::Unblocked => {
                    self.row.card.reason = None;
                    self.change.row = true;
                }
                KeeperEvent::Gone => {
                    self.store_taken().await;
                    return self.keeper_gone().await;
                }
            }
            next = self.agent.as_mut().and_then(|agent| agent.events.next().now_or_never());
        }
        if let Some(event) = next {
            // The loop is full; this one begins the next batch.
            self.store_taken().await;
            return Box::pin(self.take(event)).await;
        }
        self.store_taken().await;
        self.draw_soon();
    }

    /// Commits what was read with the number of the last record read, and tells the keeper.
    async fn store_taken(&mut self) {
        let changed = self.change.row || !self.change.events.is_empty() || !self.change.writes.is_empty();
        let Some(agent) = &self.agent else {
            return self.finish().await;
        };
        let through = agent.lines.through();
        // Deltas alone are not worth a transaction: they are read again after a restart, and drawn again.
        if !changed && through.saturating_sub(self.row.taken) < 256 {
            return;
        }
        self.row.taken = through;
        self.change.row = true;
        self.finish().await;
        if let Some(agent) = &mut self.agent
            && through > agent.acked
        {
            agent.acked = through;
            // A keeper that is gone needs no word; its end comes as an event.
            let _ = agent.client.ack(through).await;
        }
    }

    /// The stream ended without an exit: the keeper is gone, or only the connection.
    async fn keeper_gone(&mut self) {
        if self.row.keeper.is_none() {
            self.agent = None;
            return;
        }
        if let Some(agent) = &mut self.agent {
            let through = agent.lines.through();
            if let Some((client, events)) = agent.way.again(through).await {
                // What was taken of an unfinished line comes again.
                (agent.client, agent.events, agent.lines) = (client, events, Lines::new(through));
                return;
            }
        }
        Box::pin(self.read_what_is_left()).await;
    }

    /// One item of the journal. Whether it was the agent's end.
    pub(super) fn item(&mut self, item: Item) -> bool {
        let millis = |at_ms: u64| Millis(i64::try_from(at_ms).unwrap_or(i64::MAX));
        match item {
            Item::Line { at_ms, bytes, .. } => self.line(millis(at_ms), &bytes),
            Item::Half { at_ms, bytes, .. } => self.line(millis(at_ms), &bytes),
            Item::Oversized { at_ms, head, total, .. } => {
                self.change.at = Some(millis(at_ms));
                let raw = cut(&String::from_utf8_lossy(&head));
                self.event(EventBody::Unknown { name: format!("a line of {total} bytes"), raw });
            }
            Item::Dropped(bytes) => {
                let text = format!("{bytes} bytes of the agent's error output were too many to keep.");
                self.event(EventBody::Notice { level: Level::Warning, text });
            }
            Item::Other(record) => {
                self.change.at = Some(millis(record.at_ms));
                match record.kind {
                    Kind::Stderr => self.said_on_stderr(&record.bytes),
                    Kind::Exit => {
                        self.exited(record.seq, &record.exit().unwrap_or_default());
                        self.change.at = None;
                        return true;
                    }
                    _ => {}
                }
            }
        }
        self.change.at = None;
        self.change.line = None;
        false
    }

    fn line(&mut self, at: Millis, bytes: &[u8]) {
        self.change.at = Some(at);
        let outs = self.driver.line(bytes);
        self.change.line = Some(Arc::from(bytes));
        for out in outs {
            self.out(out);
        }
        let background = self.driver.background();
        if background != self.row.card.background && !self.row.card.status.is_finished() {
            self.hear(Input::Background(background));
        }
    }

    fn said_on_stderr(&mut self, bytes: &[u8]) {
        let said = String::from_utf8_lossy(bytes);
        self.stderr.push_str(&said);
        let start = self.stderr.ceil_char_boundary(self.stderr.len().saturating_sub(STDERR));
        self.stderr.drain(..start);
        let text = cut(said.trim()).head;
        if !text.is_empty() {
            self.event(EventBody::Notice { level: Level::Warning, text });
        }
    }

    pub(super) fn out(&mut self, out: Out) {
        match out {
            Out::Event(body) => self.event(body),
            Out::Conversation(id) => {
                self.row.card.claude_session_id = id.parse().ok();
                // From here on the copy is the conversation.
                self.row.fork = None;
                self.change.row = true;
            }
            Out::Loaded(id) => {
                let expected = self.row.card.claude_session_id.is_some_and(|known| known.to_string() == id);
                if self.row.kept.resuming && expected {
                    self.hear(Input::Confirmed);
                }
            }
            Out::TurnBegan(origin) => {
                self.hear(Input::TurnBegan);
                self.row.card.self_started = origin == app::sessions::event::Origin::Agent;
            }
            Out::TurnEnded(report) => self.turn_ended(report),
            Out::Asked { request_id, request } => self.asked(request_id, &request),
            Out::Withdrawn { request_id } => {
                if let Some(index) = self.pending.iter().position(|pending| pending.request_id == request_id)
                {
                    let pending = self.pending.remove(index);
                    self.settle(&pending, ApprovalStatus::Withdrawn, "the agent", None, None);
                }
            }
            Out::Reply { request_id, answer } => self.replied(&request_id, answer),
            Out::Scheduled => self.scheduled(),
            Out::Mode(mode) => self.mode_is(mode),
            Out::Model(model) => {
                self.row.card.model.get_or_insert(model);
                self.change.row = true;
            }
            Out::Context(context) => {
                self.row.card.context = context;
                self.change.row = true;
            }
            Out::Activity(text) => {
                self.row.card.activity = Some(text);
                self.change.row = true;
            }
            Out::Title(title) => self.titled(title),
            Out::Spent(usage) => {
                self.row.card.usage.input_tokens += usage.input_tokens;
                self.row.card.usage.output_tokens += usage.output_tokens;
                self.row.card.usage.cost_usd += usage.cost_usd;
                self.change.row = true;
            }
        }
    }

    /// A job would end before its agent's schedule does: it is kept as a session, and says why.
    fn scheduled(&mut self) {
        let was = self.row.card.mode;
        self.hear(Input::Scheduled);
        if self.row.card.mode != was {
            let text = "The agent scheduled work. This job is kept as a session now, because a schedule runs only while \
                        its agent does.";
            self.event(EventBody::Notice { level: Level::Info, text: text.to_owned() });
        }
    }

    /// The interface records its title now and then; only another one than before was chosen there.
    fn titled(&mut self, title: String) {
        if self.row.kept.tui.title.as_ref() != Some(&title) {
            let name: String = title.chars().filter(|sign| !sign.is_control()).collect();
            let name = name.trim();
            if !name.is_empty() {
                self.row.card.name = name.chars().take(NAME_MAX).collect();
            }
            self.row.kept.tui.title = Some(title);
            self.change.row = true;
        }
    }

    fn turn_ended(&mut self, report: TurnReport) {
        self.row.kept.tui.asking = None;
        let card = &mut self.row.card;
        card.usage.input_tokens += report.usage.input_tokens;
        card.usage.output_tokens += report.usage.output_tokens;
        card.usage.cost_usd += report.usage.cost_usd;
        if self.driver.memory.window > 0 {
            card.context.window = self.driver.memory.window;
        }
        self.change.row = true;
        match (report.outcome, report.text) {
            // In its terminal an agent is at its prompt again after an error.
            (TurnOutcome::Failed, text) if self.row.card.surface == Surface::Chat => {
                self.turn_failed(text.unwrap_or_default());
            }
            _ => self.hear(Input::TurnEnded),
        }
    }

    fn turn_failed(&mut self, said: String) {
        let why = if said.contains("/login") || said.contains("Invalid API key") {
            format!(
                "Claude Code is not signed in: {said}. Run `claude` and sign in, or set ANTHROPIC_API_KEY."
            )
        } else if said.starts_with("No conversation found") {
            // It never reached the disk, so there is nothing to resume: the next message starts afresh, and the page says so.
            self.row.card.claude_session_id = None;
            format!("The agent does not know this conversation any more: {said}.")
        } else {
            said
        };
        self.hear(Input::TurnFailed(why));
    }

    fn asked(&mut self, request_id: String, request: &serde_json::Value) {
        if self.row.kept.leaving || self.pending.iter().any(|pending| pending.request_id == request_id) {
            return;
        }
        let ask = describe(request);
        let text = request.to_string();
        let asked_at = self.change.at.unwrap_or_else(clock::now);
        let limit = i64::try_from(self.shared.config.approvals.limit_seconds).unwrap_or(0);
        let pending = Pending {
            id: Uuid::now_v7(),
            request_id,
            kind: ask.kind,
            digest: format!("sha256:{:x}", Sha256::digest(text.as_bytes())),
            request: text,
            expires_at: (limit > 0).then(|| asked_at.plus(limit.saturating_mul(1_000))),
        };
        let id = ApprovalId(pending.id);
        self.change.writes.push(Write::Approval(NewApproval {
            pending: pending.clone(),
            tool: ask.tool,
            tool_use_id: ask.tool_use_id.clone(),
            agent: ask.agent,
            asked_at,
        }));
        self.change.approvals.push(id);
        self.pending.push(pending);
        self.event(EventBody::ApprovalAsked {
            id,
            approval: ask.kind,
            title: ask.title,
            tool_use_id: ask.tool_use_id,
        });
    }

    fn exited(&mut self, seq: u64, exit: &Exit) {
        let name = self.row.keeper.clone();
        let why = self.obituary(exit);
        self.over(if exit.failed_to_start.is_some() {
            Input::StartFailed(why)
        } else {
            Input::AgentGone(why)
        });
        if let Some(name) = name {
            // Before a new start, so that the old keeper is let go first.
            self.change.after.insert(0, After::Forget(name, seq));
        }
    }

    /// How the agent ended, in words that a person can act on.
    fn obituary(&self, exit: &Exit) -> String {
        if let Some(failure) = &exit.failed_to_start {
            return match failure.reason {
                FailureReason::BinaryMissing => {
                    "The claude program was not found. Install Claude Code, or set claude.binary.".to_owned()
                }
                FailureReason::CwdMissing => format!("The project's directory is gone: {}.", self.row.cwd),
                FailureReason::NotPermitted => format!("The agent may not be started: {}.", failure.text),
                FailureReason::Other => format!("The agent could not be started: {}.", failure.text),
            };
        }
        let said = self.stderr.trim().lines().last().unwrap_or_default();
        let said = if said.is_empty() { String::new() } else { format!(" It said: {said}") };
        match (exit.oom, exit.signal, exit.code, exit.asked) {
            (true, ..) => "The machine ran out of memory and the agent was killed.".to_owned(),
            (_, Some(signal), _, Asked::None) => format!("The agent was killed by signal {signal}.{said}"),
            (_, Some(_), ..) => "The agent was ended.".to_owned(),
            (_, _, Some(code), _) => format!("The agent ended by itself with code {code}.{said}"),
            _ => format!("The agent is gone.{said}"),
        }
    }
}
