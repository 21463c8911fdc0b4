//! What the sub-agents of the agent's own interface do: taken from their records, and shown below the calls that started
//! them, as in the chat.

use std::{io, sync::Arc};

use app::sessions::event::{EventBody, TaskState};
use serde_json::Value;

use super::{
    super::{
        claude::{self, Out},
        tui::{self, Aside, Unfinished},
    },
    Actor, BATCH,
};
use crate::clock;

/// Whether this says that the work of a call goes on after its result.
fn goes_on(out: &Out, call: &str) -> bool {
    matches!(out, Out::Event(EventBody::Task { tool_use_id: Some(id), state: TaskState::Running, .. }) if id == call)
}

/// Nothing more is to come of whom this call started, but for what is written behind.
fn over(asides: &mut [Aside], call: &str) {
    for aside in asides.iter_mut().filter(|aside| aside.call == call) {
        aside.over.get_or_insert_with(clock::now);
    }
}

/// What the tool is called that starts a sub-agent; the second name is an older one.
const STARTS: [&str; 2] = ["Agent", "Task"];

impl Actor {
    /// Listens to whom these start, and takes note of who is over.
    pub(super) fn listen_to(&mut self, outs: &[Out]) {
        let asides = &mut self.row.kept.tui.asides;
        for out in outs {
            match out {
                Out::Event(EventBody::ToolCall { id, name, .. }) if STARTS.contains(&name.as_str()) => {
                    asides.push(Aside { call: id.clone(), ..Aside::default() });
                }
                Out::Event(EventBody::ToolResult { id, .. }) if !outs.iter().any(|out| goes_on(out, id)) => {
                    over(asides, id);
                }
                Out::Event(EventBody::Task { tool_use_id: Some(id), state, .. })
                    if *state != TaskState::Running =>
                {
                    over(asides, id);
                }
                _ => {}
            }
        }
    }

    /// Takes what they recorded since the last time.
    pub(super) async fn take_asides(&mut self) -> io::Result<()> {
        let kept = &self.row.kept.tui;
        let Some(transcript) = kept.transcript.clone().filter(|_| !kept.asides.is_empty()) else {
            return Ok(());
        };
        let found = tui::find_asides(&transcript, kept.asides.clone()).await?;
        self.row.kept.tui.asides = found;
        let mut at = 0;
        while let Some(aside) = self.row.kept.tui.asides.get(at).cloned() {
            match self.take_aside(&aside).await {
                Ok(true) => at += 1,
                Ok(false) => {
                    self.row.kept.tui.asides.remove(at);
                    self.change.row = true;
                }
                Err(error) => {
                    if !aside.unreadable {
                        tracing::warn!(%error, session = %self.row.card.id, "a sub-agent's record cannot be read");
                    }
                    self.row.kept.tui.asides[at].unreadable = true;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// Takes what one of them recorded. Whether more may come.
    async fn take_aside(&mut self, aside: &Aside) -> io::Result<bool> {
        let ended = aside.has_ended().await;
        let Some(record) = &aside.record else { return Ok(!ended) };
        let (mut read, mut billed) = (aside.read, aside.billed.clone());
        loop {
            let lines = tui::tail(record, read, &mut Unfinished::default()).await?;
            if lines.is_empty() {
                return Ok(!ended);
            }
            for (end, bytes) in lines {
                self.too_long(end - read, &bytes);
                let line: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                self.change.at = claude::written_at(&line);
                let outs = self.driver.aside(line, &aside.call, &mut billed);
                self.listen_to(&outs);
                self.change.line = (!outs.is_empty()).then(|| Arc::from(bytes));
                for out in outs {
                    self.out(out);
                }
                (self.change.at, self.change.line) = (None, None);
                read = end;
            }
            // In one step with the events, so that nothing is taken twice.
            let asides = &mut self.row.kept.tui.asides;
            if let Some(kept) = asides.iter_mut().find(|kept| kept.call == aside.call) {
                (kept.read, kept.billed) = (read, billed.clone());
            }
            self.change.row = true;
            if self.change.events.len() >= BATCH {
                self.finish_boxed().await;
            }
        }
    }
}
